"""The entry point of a SageMaker training job; the same training as `chartbrief model train`.

SageMaker starts it in its container's layout: hyperparameters as text, data channels, a folder for the model, one for
other output, and one for checkpoints, which outlives a spot interruption. By hand:

    python model_build/train.py --train notes.csv --checkpoint google/pegasus-xsum --run-dir runs/ward
"""

from __future__ import annotations

import sys

from note_summarizer.training.job import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
