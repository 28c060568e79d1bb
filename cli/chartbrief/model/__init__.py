"""`chartbrief model`: from a CSV of notes and summaries to a deployed model. The work is in note_summarizer."""

from chartbrief.model.commands import app

__all__ = ["app"]
