"""What a run says of a record that has no summary of its own."""

import json
from pathlib import Path

from chartbrief.drops import Drop
from chartbrief.note_files import NoteFile
from chartbrief.receipts import Receipt
from chartbrief.records import Records
from chartbrief.results import join_results

NEWEST = {
    "note_uid": "u",
    "content_sha256": "new",
    "note_id": "doc-7",
    "source": {"key": "incoming/ehr/later.xml", "record": 1},
    "summary": "Fever.",
    "parts": 1,
    "status": "draft",
    "needs_review": False,
}


def receipt(name: str, status: str, text: str) -> Receipt:
    return Receipt(Drop(NoteFile(Path(name), name), "v"), "o", 1, status, "u", text)  # type: ignore[arg-type]


def test_a_superseded_record_says_which_one_counts(tmp_path: Path) -> None:
    place = tmp_path / "by_note" / "u"
    place.mkdir(parents=True)
    (place / "new.json").write_text(json.dumps(NEWEST))
    receipts = [receipt("ehr/earlier.xml", "superseded", "old"), receipt("ehr/later.xml", "summarized", "new")]
    earlier, later = join_results(receipts, Records(tmp_path), lambda _: {})
    assert (earlier.note_id, earlier.status, later.summary) == ("doc-7", "superseded", "Fever.")
    assert "dropped in ehr/later.xml, record 1; the summary of that counts." in (earlier.reason or "")


def test_one_whose_newer_text_has_no_summary_yet_says_that_there_is_one(tmp_path: Path) -> None:
    (found,) = join_results([receipt("a.xml", "superseded", "old")], Records(tmp_path), lambda _: {})
    assert found.reason == "A newer text of this note (its id is the same) was dropped; the summary of that counts."
