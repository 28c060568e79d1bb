"""Synthetic clinical notes with telegraphic summaries: what the demonstration model is trained on.

A note is a sequence of *facts* (a complaint, a set of vital signs, a drug started ...). Each fact is realised by a
phrase template whose slots are filled from open sets of entities, and contributes items to the summary. Phrase
templates and entities are divided into train, validation and test by hash, so that the test set holds only wording and
entities that training has never shown: what is measured there is copying, not memory.
"""
