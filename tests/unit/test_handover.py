"""The sample pairs: what the generator writes, in another style than the demonstration model's."""

import csv
import io
from pathlib import Path

from chartbrief.cloud import CHECKOUT
from note_summarizer.demo.handover import draw_handovers, handover_summary, write_handovers
from note_summarizer.synthetic.summary_style import Category, Item


def test_a_sentence_for_each_category_in_their_order() -> None:
    items = [
        Item(Category.VITAL_SIGN, "HR 120"),
        Item(Category.COMPLAINT, "chest pain"),
        Item(Category.COMPLAINT, "sweating"),
        Item(Category.COMPLAINT, "chest pain"),
    ]
    assert handover_summary(items) == "The main complaint is chest pain and sweating. The last vital signs were HR 120."
    assert handover_summary([]) == "There is nothing to hand over."


def test_the_sample_file_is_what_the_command_writes(tmp_path: Path) -> None:
    write_handovers(tmp_path / "again.csv", seed=1, count=120)
    sample = CHECKOUT / "samples" / "pairs" / "handover.csv"
    assert (tmp_path / "again.csv").read_bytes() == sample.read_bytes()
    rows = list(csv.DictReader(io.StringIO(sample.read_text("utf-8"))))
    assert len(rows) == len({row["note"] for row in rows}) == 120
    assert len({row["patient_id"] for row in rows}) == 60


def test_its_summaries_are_not_the_models_own() -> None:
    for pair, summary in draw_handovers(1, 20):
        assert summary != pair.summary
        assert summary.endswith(".")
