"""The model server: SageMaker's container contract over the engine. `python -m note_summarizer.serving --model DIR`."""
