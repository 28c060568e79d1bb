"""The data files hold what the ICD-10-CM table and our synonyms say."""

from pathlib import Path
from random import Random

import pytest

from chartbrief.icd10_table.__main__ import _pack, index_lines, read_synonyms
from chartbrief.icd10_table.read_package import Node, read_nodes
from chartbrief.icd10_table.terms import NO_CODE, _terms, terms_of
from notes_pipeline.core.icd10 import table
from notes_pipeline.core.icd10.terms import terms_under, weight_of


@pytest.fixture(scope="module")
def nodes() -> list[Node]:
    return read_nodes()


def test_every_code_of_the_release_is_there(nodes: list[Node]) -> None:
    assert table.codes() == [node.code for node in nodes]
    assert sum(not table.children(node.code) for node in Random(1).sample(nodes, 2000)) > 1000
    assert len(nodes) > 98_000


def test_titles_are_the_package_s(nodes: list[Node]) -> None:
    for node in Random(2).sample(nodes, 2000):
        assert table.title(node.code) == node.title
    assert table.title("A00.") == table.title("ZZZ") == ""


def test_children_are_those_of_the_hierarchy() -> None:
    assert table.children("I50") == ["I50.1", "I50.2", "I50.3", "I50.4", "I50.8", "I50.9"]
    assert table.children("S82.62")[:2] == ["S82.62XA", "S82.62XB"]
    assert table.children("I10") == table.children("E11.9") == []
    assert table.children("I1A") == ["I1A.0"]


def test_every_synonym_is_in_the_index(nodes: list[Node]) -> None:
    wanted: dict[frozenset[str], str] = {}
    for name, code in read_synonyms(nodes):
        wanted.update(dict.fromkeys(_terms(name), code))
    for words, code in wanted.items():
        found = [term.code for term in terms_under(max(sorted(words), key=weight_of)) if frozenset(term.words) == words]
        assert found == ([] if code == NO_CODE else [code]), sorted(words)


def test_a_synonym_for_a_code_that_is_none_is_refused(nodes: list[Node]) -> None:
    with pytest.raises(ValueError, match=r"the table has no"):
        list(read_synonyms(nodes[:10]))


def test_a_disease_beats_its_rarer_namesakes_and_an_ancestor_what_is_below() -> None:
    nodes = [
        Node("A10", "Cough sickness", ()),
        Node("A10.9", "Cough sickness, unspecified", ()),
        Node("O10", "Cough sickness", ()),
        Node("B20", "Other ague", ("Shakes NOS",)),
    ]
    assert terms_of(nodes, [("the wobbles", "A10.9")]) == {
        frozenset(["wobble"]): "A10.9",
        frozenset(["cough", "sickness"]): "A10",
        frozenset(["shake"]): "B20",
        frozenset(["ague"]): "B20",
    }


def test_the_same_terms_give_the_same_bytes(tmp_path: Path) -> None:
    terms = {frozenset(["heart", "failure"]): "I50", frozenset(["failure"]): "R99", frozenset(["heart"]): "I51"}
    for name in ("a", "b"):
        _pack(tmp_path / name, index_lines(dict(Random(name).sample(sorted(terms.items(), key=str), 3))))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
