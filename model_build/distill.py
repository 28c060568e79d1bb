"""The entry point of a SageMaker training job that distils; the same as `chartbrief model distill`.

The channel `model` holds the teacher, `train` the pairs, `notes` further notes without summaries; hyperparameters are
the command's options. By hand:

    python model_build/distill.py --teacher runs/ward --train notes.csv --decoder-layers 1 --out runs/small
"""

from __future__ import annotations

import sys

from note_summarizer.distillation.job import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
