"""Real input that is not ours: 122 nurse dictations, if a copy of them lies beside the checkout."""

import json
import os
from pathlib import Path

import pytest
from tests.e2e.command import Command

from chartbrief.cloud import CHECKOUT

DICTATIONS = Path(os.environ.get("CHARTBRIEF_DICTATIONS", CHECKOUT.parent / "shared/data/synur_nursing/train.jsonl"))


@pytest.mark.skipif(not DICTATIONS.is_file(), reason="the dictations are not part of the repository")
def test_every_dictation_is_summarized_and_the_longest_in_parts(command: Command, tmp_path: Path) -> None:
    ended = command.run("run", DICTATIONS, "--id-field", "id", "--out", tmp_path / "out", "--json")
    assert ended.status == 0, ended.stderr
    report = ended.json()
    assert (report["received"], report["summarized"], report["quarantined"]) == (122, 122, 0)
    notes = [json.loads(line)["note"] for line in DICTATIONS.read_text().splitlines()]
    lengths = {record: len(note) for record, note in enumerate(notes, start=1)}
    assert len({note["note_id"] for note in report["notes"]}) == 122
    parts = {note["record"]: note["parts"] for note in report["notes"]}
    for record in sorted(lengths, key=lengths.__getitem__)[-2:]:
        assert parts[record] > 1
