"""A prompt: instruction, examples, and the note between marks; one file a version, never changed once it was used."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from notes_pipeline.errors import SettingsError
from notes_pipeline.models import Frozen

# A version that records were made with stays as it is: a change is a new file.
PROMPTS = ("clinical-summary-1", "clinical-summary-short-1")
_MARKS = re.compile(r"<(?=/?(?:note|summary)>)", re.IGNORECASE)
# Unlike the pipeline's estimate for sharding, this one must not come out too low: vital signs and abbreviations take
# a token for two characters, and a note over the context is refused.
_CHARACTERS_PER_TOKEN = 2.5


class PromptError(SettingsError, ValueError):
    """There is no prompt of that version, or no note fits beside it; the message says which there are."""


class Example(Frozen):
    """A note and the summary that it should get."""

    note: str
    summary: str


class Prompt(Frozen):
    """One version of the instruction.

    Attributes:
        max_output_tokens: most tokens of an answer, unless a deployment says otherwise.
        examples: shown in this order before the note; invented.
    """

    version: str
    description: str
    instruction: str
    max_output_tokens: int
    examples: tuple[Example, ...] = ()

    def write(self, note: str) -> str:
        """Return the prompt for a note (or a part of one), which stands between the last `<note>` and `</note>`."""
        shown = [*((example.note, example.summary) for example in self.examples), (note, None)]
        blocks = [self.instruction.strip()]
        blocks += [_block(text, summary) for text, summary in shown]
        return "\n\n".join(blocks)

    def longest_note(self, context_tokens: int, max_output_tokens: int) -> int:
        """Return the most characters of a note that fit a model's context beside the prompt and the answer.

        Raises:
            PromptError: the context has no room for a note.
        """
        left = context_tokens - max_output_tokens - estimate_tokens(self.write(""))
        characters = int(left * _CHARACTERS_PER_TOKEN)
        if characters < 200:
            raise PromptError(f"{self.version} leaves no room for a note in a context of {context_tokens} tokens")
        return characters


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a text has, rather too many than too few."""
    return int(len(text) / _CHARACTERS_PER_TOKEN) + 1


@cache
def load_prompt(version: str) -> Prompt:
    """Return a prompt by its version.

    Raises:
        PromptError: there is none.
    """
    if version not in PROMPTS:
        raise PromptError(f"there is no prompt {version}: choose one of {', '.join(PROMPTS)}")
    package = __package__ or ""
    text = resources.files(package).joinpath(f"{version}.toml").read_text("utf-8")
    return Prompt(version=version, **tomllib.loads(text))


def _block(note: str, summary: str | None) -> str:
    # A note that holds the marks themselves must not end, or begin, what is taken for it.
    opened = f"<note>\n{_MARKS.sub('< ', note.strip())}\n</note>\n<summary>"
    return opened if summary is None else f"{opened}\n{summary.strip()}\n</summary>"
