"""The entry point of a SageMaker training job that pretrains; the same as `chartbrief model pretrain`.

The channel `notes` holds files of notes without summaries, hyperparameters are the command's options. By hand:

    python model_build/pretrain.py --notes notes.jsonl --size small --minutes 60 --out runs/pretrained
"""

from __future__ import annotations

import sys

from note_summarizer.pretraining.job import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
