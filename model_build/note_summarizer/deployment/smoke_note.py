"""The invented note that a deployment is tried with: how it is asked about, and what counts as a summary of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from note_summarizer.errors import DeploymentError
from notes_pipeline.core.dialects import DIALECTS, AnswerError
from notes_pipeline.core.options import OptionFacts
from notes_pipeline.core.prompts import load_prompt

NOTE = (
    "Nursing note. 67 year old woman admitted overnight with shortness of breath and a productive cough for three days."
    " Temperature 38.4 C, heart rate 104, blood pressure 132/78, saturation 91% on room air, 95% on 2 L oxygen."
    " Crackles at the right base. Chest x-ray shows right lower lobe pneumonia. Started on ceftriaxone and"
    " azithromycin."
    " Denies chest pain. Slept for short periods. Physician notified of the fever."
)


@dataclass(frozen=True)
class Trial:
    """A request about the note, and how its answer is read.

    Attributes:
        request: body of the request, JSON.
        read: gives the summary in an answer's body, with the answering thing's name for what is said of it; raises
            DeploymentError for what is no summary.
    """

    request: bytes
    read: Callable[[bytes, str], str]


def summary_of(body: bytes, who: str) -> str:
    """Return the summary in the answer of a model that `model package` made.

    Raises:
        DeploymentError: it is not a summary: no JSON, no `summary_text`, empty, or as long as the note.
    """
    found = _parsed(body, who)
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    text = found.get("summary_text") if isinstance(found, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise DeploymentError(f"{who} answered without a summary_text: is it a summarizer?")
    if len(text) >= len(NOTE):
        raise DeploymentError(f"{who} answered with a text as long as the note: that is no summary.")
    return text.strip()


PACKAGED = Trial(json.dumps({"inputs": NOTE}).encode(), summary_of)


def trial_of(facts: OptionFacts) -> Trial:
    """Return the trial of a model of an option: the prompt and the dialect are those that the pipeline will use.

    A text as long as the note passes: models without fine-tuning go on and on, and the pipeline judges them by what
    they say.
    """
    dialect = DIALECTS[facts.dialect]
    prompt = load_prompt(facts.prompt)
    asked = prompt.write(NOTE)

    def read(body: bytes, who: str) -> str:
        try:
            return dialect.read(_parsed(body, who), asked).text
        except AnswerError as error:
            raise DeploymentError(
                f"{who} did not answer with a summary in the dialect {dialect.name} ({error.code}): does it speak"
                " another? --dialect names it."
            ) from None

    limit = min(prompt.max_output_tokens, facts.max_output_tokens)
    return Trial(json.dumps(dialect.request(asked, limit)).encode(), read)


def _parsed(body: bytes, who: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise DeploymentError(f"{who} did not answer with JSON.") from None
