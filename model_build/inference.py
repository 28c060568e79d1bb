"""The handler of the Hugging Face Deep Learning Container; a packaged model has it as `code/inference.py`."""

from __future__ import annotations

from note_summarizer.serving.handler import input_fn, model_fn, output_fn, predict_fn

__all__ = ["input_fn", "model_fn", "output_fn", "predict_fn"]
