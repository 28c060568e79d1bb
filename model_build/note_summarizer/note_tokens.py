"""Notes as a model reads them: the pieces of a note with its prompt, and the text of an answer's pieces.

An encoder-decoder reads the note. A decoder-only model reads a prompt, the note in it, and goes on writing; what asks
for a summary is the text around the note (`prompt_prefix`, `prompt_suffix`), such as GPT-2's "TL;DR:" (Radford et al.,
2019, Language Models are Unsupervised Multitask Learners, section 3.6).
"""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer

from note_summarizer.artifact import CAUSAL, TOKENIZER, Family, ModelArtifact

_EOS = "</s>"


class PromptedTokenizer:
    """A tokenizer with the prompt that a model of a family reads notes in; safe to call from several threads."""

    def __init__(self, tokenizer: Tokenizer, family: Family, prefix: str, suffix: str) -> None:
        """Take a tokenizer that is loaded; its truncation and padding are turned off."""
        self._prefix, self._suffix = prefix, suffix
        self._tokenizer = tokenizer
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        # An encoder reads to the end of its input. A vocabulary without this piece has another one, which its tokenizer
        # appends itself. A prompt must not end: the model is to go on with it.
        self._end = self._tokenizer.token_to_id(_EOS) if family != CAUSAL else None
        self.prompt_tokens = len(self.pieces("")) - len(self._encoded(""))

    def pieces(self, text: str) -> list[str]:
        """Return what the model reads for a note: its pieces between those of the prompt, and an encoder's end."""
        # As one text: a piece may reach over the place where the note ends and the prompt goes on.
        return self._encoded(self._prefix + text + self._suffix)

    def ids(self, text: str) -> list[int]:
        """Return the same as ids."""
        return self._ids(self._prefix + text + self._suffix)

    def measure(self, text: str) -> int:
        """Return the number of tokens that a note adds to the prompt; compare it with `max_input_tokens`."""
        return len(self.pieces(text)) - self.prompt_tokens

    def text(self, pieces: Sequence[str]) -> str:
        """Return an answer's text, without special pieces and surrounding white space."""
        ids = [found for piece in pieces if (found := self._tokenizer.token_to_id(piece)) is not None]
        return str(self._tokenizer.decode(ids, skip_special_tokens=True)).strip()

    def _encoded(self, text: str) -> list[str]:
        # By way of the ids: a character that the vocabulary lacks is then the unknown piece, not itself.
        return [str(self._tokenizer.id_to_token(number)) for number in self._ids(text)]

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text).ids
        return [*ids, self._end] if self._end is not None and ids[-1:] != [self._end] else ids


class NoteTokenizer(PromptedTokenizer):
    """The tokenizer of an artifact."""

    def __init__(self, artifact: ModelArtifact, tokenizer: Tokenizer | None = None) -> None:
        """Load the artifact's tokenizer.

        Args:
            tokenizer: to be used in its place, if it is loaded already.
        """
        loaded = tokenizer or Tokenizer.from_file(str(artifact.folder / TOKENIZER))
        super().__init__(loaded, artifact.family, artifact.prompt_prefix, artifact.prompt_suffix)
