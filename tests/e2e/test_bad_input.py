"""A folder of everything that cannot be used: each gets a reason, the rest goes on, and nothing leaks."""

from pathlib import Path

from tests.e2e.command import Command

SECRET = "zanzibarine"
FILES = {
    "empty.txt": b"",
    "binary.txt": b"\x89PNG\r\n\x1a\n\x00\xff\xfe",
    "no-column.csv": f"id,text\n1,{SECRET} fever\n".encode(),
    "no-text.csv": b"note_id,note\n5,\n6,Cough.\n",
    "long.txt": b"word " * 1_000_000,
    "ward/broken.jsonl": f'{{"note": "Fever, HR 90.", "note_id": "1"}}\n{{"note": "{SECRET}\n'.encode(),
    "ward/letter.docx": SECRET.encode(),
}
REASONS = {
    ("empty.txt", 0): "it is empty",
    ("binary.txt", 0): "it is an image",
    ("no-column.csv", 0): 'it has no column "note"',
    ("no-text.csv", 1): "the note is empty",
    ("long.txt", 1): "over the limit",
    ("ward/broken.jsonl", 2): "the line is not valid JSON",
    ("ward/letter.docx", 0): "its format is not known",
}


def test_each_gets_its_reason_and_the_rest_goes_on(command: Command, tmp_path: Path) -> None:
    for name, body in FILES.items():
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    ended = command.run("run", tmp_path / "notes", "--out", tmp_path / "out", "--json")
    assert ended.status == 0, ended.stderr
    report = ended.json()
    assert (report["received"], report["summarized"], report["quarantined"]) == (9, 2, 7)
    reasons = {(n["source"], n["record"]): n["reason"] for n in report["notes"] if n["status"] == "quarantined"}
    assert set(reasons) == set(REASONS)
    for place, reason in REASONS.items():
        assert reason in reasons[place]
    assert "Traceback" not in ended.stdout + ended.stderr
    logs = "".join(path.read_text() for path in (tmp_path / "out/.chartbrief/logs").glob("*.log"))
    assert SECRET not in ended.stdout + ended.stderr + logs
    assert ended.left_behind == []
