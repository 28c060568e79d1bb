"""Small checkpoints of the open options, trained here: one recipe each, equal notes and equal processor time.

`python -m note_summarizer.option_models train` makes them, `judge` compares them on held-out synthetic notes.
"""
