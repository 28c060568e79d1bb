"""The demonstration model: tokenizer, data, training and evaluation, from nothing to a served artifact.

`python -m note_summarizer.demo train` is the whole recipe; every step resumes where an interrupted run stopped.
"""
