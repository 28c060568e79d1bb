"""The model behind services that are not ours: it reads a prompt as a language model is given it, and really answers.

A large language model cannot run here, so the answer is made by a small one that summarizes notes: what stands between
the prompt's last `<note>` and `</note>` is summarized, and the rest of the prompt is counted as tokens and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from tokenizers import Tokenizer

from note_summarizer.artifact import TOKENIZER, load_artifact
from note_summarizer.engine import SummaryEngine

_OPEN, _CLOSE = "<note>", "</note>"


@dataclass(frozen=True)
class Token:
    """A token of a text: its piece, and the characters it stands for."""

    piece: str
    start: int
    end: int


class LocalModel(Protocol):
    """What answers prompts here."""

    def summarize(self, note: str) -> str:
        """Return the summary of a note; may be called from several threads at once."""

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of a text, in order."""


class EngineModel:
    """The project's engine over an artifact folder."""

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Load the artifact.

        Raises:
            ArtifactError: the folder holds none.
        """
        artifact = load_artifact(folder)
        self._engine = SummaryEngine.open(artifact, threads)
        self._tokenizer = Tokenizer.from_file(str(artifact.folder / TOKENIZER))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def summarize(self, note: str) -> str:
        """Return the summary of a note."""
        return self._engine.submit(note).result().summary_text

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of a text as the artifact's tokenizer cuts it."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        return [Token(piece, *offsets) for piece, offsets in zip(encoded.tokens, encoded.offsets, strict=True)]


@dataclass(frozen=True)
class Completion:
    """An answer.

    Attributes:
        finish: why it ends: at its end, at the most tokens that were asked for, or at a stop sequence.
    """

    text: str
    tokens: Sequence[Token]
    finish: Literal["end", "length", "stop"]


def note_of(prompt: str) -> str:
    """Return the note in a prompt: what stands between its last marks, or all of it if it has none."""
    head, opened, rest = prompt.rpartition(_OPEN)
    note, closed, _ = rest.partition(_CLOSE)
    return note.strip() if opened and closed else head + opened + rest


def complete(model: LocalModel, prompt: str, most_tokens: int, stops: Sequence[str] = ()) -> Completion:
    """Return the model's answer to a prompt, no longer than allowed."""
    text = model.summarize(note_of(prompt))
    finish: Literal["end", "length", "stop"] = "end"
    places = [place for stop in stops if (place := text.find(stop)) >= 0]
    if places:
        text, finish = text[: min(places)], "stop"
    tokens = model.tokens(text)
    if len(tokens) > most_tokens:
        tokens, finish = tokens[:most_tokens], "length"
        text = text[: tokens[-1].end] if tokens else ""
    return Completion(text, tokens, finish)
