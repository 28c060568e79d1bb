"""An instruction model's answer without what it puts around a summary; and whether it is one at all."""

from __future__ import annotations

import re
from functools import cache

from notes_pipeline.core.word_lists import read_entries

# A model that was only taught to go on with text opens the next note, or closes marks it never opened.
_END = re.compile(r"</?(?:summary|note)>|<\|?(?:endoftext|eot_id|im_end)\|?>|</s>", re.IGNORECASE)
_OPENING = re.compile(r"\s*(?:<summary>\s*)+", re.IGNORECASE)
_FENCE = re.compile(r"\A```\w*\n(.*?)\n?```\Z", re.DOTALL)
# "Here is a summary of the note:", and a label of the answer; only at its beginning, and only with its colon.
_LEAD_IN = re.compile(
    r"\A(?:(?:sure|certainly|of course)[,.!]?\s*)?(?:here(?:'s| is| are)\b[^\n:]{0,80}:|(?:\*\*)?(?:the )?"
    r"(?:clinical )?summary(?: of the (?:clinical )?note)?(?:\*\*)?\s*:(?:\*\*)?)\s*",
    re.IGNORECASE,
)
# A refusal comes at the beginning; a note may well say later that somebody could not help.
_LOOKED_AT = 160


def tidy_answer(text: str) -> str:
    """Return the summary in a model's text: no marks, fence, lead-in, label or white space around it."""
    text = _OPENING.sub("", text, count=1) if _OPENING.match(text) else text
    text = _END.split(text, maxsplit=1)[0].strip()
    fenced = _FENCE.match(text)
    text = _LEAD_IN.sub("", fenced[1] if fenced else text).strip()
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]:
        text = text[1:-1].strip()
    return text


def is_refusal(text: str) -> bool:
    """Say whether an answer declines to summarize, asks for the note, or speaks of itself instead."""
    return bool(_refusals().search(" ".join(text[:_LOOKED_AT].lower().replace("\u2019", "'").split())))


@cache
def _refusals() -> re.Pattern[str]:
    package = __package__ or ""
    phrases = sorted(read_entries(package, "refusals.txt"), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(re.escape(phrase) for phrase in phrases) + r")\b")
