"""The rules of a vocabulary shortlist, as CTranslate2 reads them."""

import json
from pathlib import Path

from note_summarizer.shortlist import style_pieces, write_shortlist

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
    folder = Path(__file__).parents[2] / "model_build" / "demo_model" / "served"
    vocabulary = set(json.loads((folder / "shared_vocabulary.json").read_text("utf-8")))
    first, *rest = (folder / "vmap.txt").read_text("utf-8").splitlines()
    always = set(first.removeprefix("\t").split(" "))
    assert always <= vocabulary
    # The style's own words, which no note has to hold.
    assert {"▁possibl", "▁notifi", "."} <= always
    assert all(line.split("\t") == [line.split("\t")[0]] * 2 for line in rest)
