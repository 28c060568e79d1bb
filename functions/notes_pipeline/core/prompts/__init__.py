"""Prompts: versioned instructions for models that were not fine-tuned on summaries, and notes cut to their context."""

from notes_pipeline.core.prompts.prompt import PROMPTS, Prompt, PromptError, estimate_tokens, load_prompt
from notes_pipeline.core.prompts.split_text import split_text

__all__ = ["PROMPTS", "Prompt", "PromptError", "estimate_tokens", "load_prompt", "split_text"]
