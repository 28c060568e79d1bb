"""The rules of a vocabulary shortlist, as CTranslate2 reads them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from note_summarizer.artifact import load_artifact
from note_summarizer.backends.converted import ConvertedBackend
from note_summarizer.demo.data import draw_pairs
from note_summarizer.note_tokens import NoteTokenizer
from note_summarizer.shortlist import style_pieces, write_shortlist

SERVED = Path(__file__).parents[2] / "model_build" / "demo_model" / "served"
PAIRS = [("a b c", "b x"), ("d e", "e x y"), ("f", "f x")]


def test_the_pieces_of_the_style_are_those_that_notes_lack_most_frequent_first() -> None:
    assert style_pieces(PAIRS, str.split) == ["x", "y"]
    assert style_pieces(PAIRS, str.split, most=1) == ["x"]


def test_a_note_allows_its_own_pieces_and_every_note_those_of_the_style(tmp_path: Path) -> None:
    (tmp_path / "shared_vocabulary.json").write_text(json.dumps(["</s>", "a", " ", "b", "x", ""]), "utf-8")
    rules = write_shortlist(tmp_path, ["x", "unheard of", "x", "a"]).read_text("utf-8").splitlines()
    assert rules[0] == "\tx a"
    assert rules[1:] == ["</s>\t</s>", "a\ta", "b\tb", "x\tx"]


def test_the_demonstration_models_rules_know_its_vocabulary_and_its_style() -> None:
    vocabulary = set(json.loads((SERVED / "shared_vocabulary.json").read_text("utf-8")))
    first, *rest = (SERVED / "vmap.txt").read_text("utf-8").splitlines()
    always = set(first.removeprefix("\t").split(" "))
    assert always <= vocabulary
    # The style's own words, which no note has to hold.
    assert {"▁possibl", "▁notifi", "."} <= always
    assert all(line.split("\t") == [line.split("\t")[0]] * 2 for line in rest)


@pytest.mark.parametrize("beams", [1, 4])
def test_a_beam_search_knows_no_shortlist(beams: int, tmp_path: Path) -> None:
    artifact = replace(load_artifact(SERVED), beam_size=beams)
    inputs = [NoteTokenizer(artifact).pieces(pair.note)[:100] for pair in draw_pairs(3, "test", 4)]
    folder = tmp_path / "served"
    folder.mkdir()
    for path in SERVED.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    write_shortlist(folder, [])  # not even the end of an answer is in it
    listed, whole = (
        ConvertedBackend(replace(artifact, folder=folder, shortlist=on), threads=1).generate(inputs)
        for on in (True, False)
    )
    assert (listed == whole) == (beams > 1)
