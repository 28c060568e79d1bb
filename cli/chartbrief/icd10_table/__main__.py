"""`python -m chartbrief.icd10_table`: write codes.txt.gz and terms.txt.gz, the same bytes every time."""

from __future__ import annotations

import gzip
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import notes_pipeline.core.icd10
from chartbrief.icd10_table.read_package import Node, read_nodes
from chartbrief.icd10_table.terms import NO_CODE, Term, terms_of
from notes_pipeline.core.word_lists import read_entries


def write_files(folder: Path) -> None:
    """Write both data files into a folder."""
    nodes = read_nodes()
    _pack(folder / "codes.txt.gz", (f"{node.code}\t{node.title}" for node in nodes))
    _pack(folder / "terms.txt.gz", index_lines(terms_of(nodes, read_synonyms(nodes))))


def read_synonyms(nodes: list[Node]) -> Iterator[tuple[str, str]]:
    """Yield the names and codes of our own list.

    Raises:
        ValueError: the list names a code that the table does not have.
    """
    known = {node.code for node in nodes}
    for entry in read_entries("chartbrief.icd10_table", "synonyms.txt"):
        code, _, names = entry.partition(" ")
        if code not in known and code != NO_CODE:
            raise ValueError(f"synonyms.txt: the table has no {code}")
        yield from ((name.strip(), code) for name in names.split(";"))


def index_lines(terms: Mapping[Term, str]) -> Iterator[str]:
    """Yield one line a word: the word, its weight, and the terms of which it is the rarest word.

    The weight is ten times the negative binary logarithm of the share of terms that hold the word.
    """
    counts = Counter(word for term in terms for word in term)
    weights = {word: round(10 * math.log2(len(terms) / count)) for word, count in counts.items()}
    anchored: dict[str, list[str]] = defaultdict(list)
    for term, code in sorted(terms.items(), key=lambda item: (item[1], sorted(item[0]))):
        rarest_first = sorted(term, key=lambda word: (-weights[word], word))
        anchored[rarest_first[0]].append(" ".join([code, *rarest_first[1:]]))
    for word in sorted(weights):
        yield "\t".join([word, str(weights[word]), *anchored[word]])


def _pack(path: Path, lines: Iterator[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    write_files(Path(notes_pipeline.core.icd10.__path__[0]))
