"""A vocabulary shortlist: the pieces that an answer may be made of, a few for each note.

A summary is made of its note's pieces and of the words of the summary style. Scoring those few in place of the whole
vocabulary leaves out most of the output layer's work and of the search over it (L'Hostis et al., 2016, Vocabulary
Selection Strategies for Neural Machine Translation). CTranslate2 reads the rules from a text file beside the weights:
a line a rule, a piece of the input and a tab and the pieces it allows; the line without a piece allows its own always.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from note_summarizer.artifact import ModelArtifact
from note_summarizer.note_tokens import NoteTokenizer

RULES = "vmap.txt"
# On held-out notes 100 and 400 of them gave the same answers.
STYLE_PIECES = 400


def with_shortlist(artifact: ModelArtifact, pairs: Iterable[tuple[str, str]]) -> ModelArtifact:
    """Write the rules and the description of a converted model that answers by them; return the description.

    Args:
        pairs: notes and summaries; those that the model was trained on.
    """
    learn_shortlist(artifact.weights_file.parent, pairs, NoteTokenizer(artifact))
    listed = replace(artifact, shortlist=True)
    listed.write()
    return listed


def learn_shortlist(folder: Path, pairs: Iterable[tuple[str, str]], tokenizer: NoteTokenizer) -> None:
    """Write the rules beside a converted model's weights, as pairs of notes and summaries teach them."""
    write_shortlist(folder, style_pieces(pairs, tokenizer.pieces))


def style_pieces(
    pairs: Iterable[tuple[str, str]], pieces: Callable[[str], Sequence[str]], most: int = STYLE_PIECES
) -> list[str]:
    """Return the pieces that summaries have and their notes have not, the most frequent first.

    Args:
        pairs: notes and summaries; those that a model was trained on.
        pieces: what the model's tokenizer makes of a text.
    """
    counted: Counter[str] = Counter()
    for note, summary in pairs:
        counted.update(set(pieces(summary)) - set(pieces(note)))
    return [piece for piece, _ in counted.most_common(most)]


def write_shortlist(folder: Path, always: Sequence[str]) -> Path:
    """Write the rules beside a converted model's weights: each piece of a note, and those that are always allowed.

    Args:
        always: pieces that need not be in the note.
    """
    vocabulary = [piece for piece in _vocabulary(folder) if piece and not any(map(str.isspace, piece))]
    known = set(vocabulary)
    lines = ["\t" + " ".join(piece for piece in dict.fromkeys(always) if piece in known)]
    lines += [f"{piece}\t{piece}" for piece in vocabulary]
    path = folder / RULES
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _vocabulary(folder: Path) -> list[str]:
    found = json.loads((folder / "shared_vocabulary.json").read_text("utf-8"))
    return [str(piece) for piece in found]
