"""Folders of notes for runs that are killed: samples, and generated notes with duplicates and, later, amendments."""

import csv
import json
import random
import shutil
from pathlib import Path

from tests.e2e.command import SAMPLES

COMPLAINTS = (
    "cough",
    "chest pain",
    "ankle pain",
    "headache",
    "vomiting",
    "rash",
    "back pain",
    "sore throat",
    "dizziness",
)
DRUGS = ("paracetamol", "ibuprofen", "amoxicillin", "ondansetron", "cetirizine", "metformin", "ramipril")
Note = tuple[str, str]


def first_folder(folder: Path, seed: int, notes: int) -> Path:
    """The samples, and `notes` generated ones in a table, in lines and in files of their own; some come twice."""
    shutil.copytree(SAMPLES, folder)
    drawn, third = _notes(seed, notes), notes // 3
    table, lines, files = drawn[:third], drawn[third : 2 * third], drawn[2 * third :]
    _write_table(folder / "made" / "table.csv", table)
    _write_lines(folder / "made" / "lines.jsonl", lines)
    _write_lines(folder / "made" / "lines-again.jsonl", lines[: third // 4])
    for note_id, text in files:
        (folder / "made" / f"{note_id}.txt").write_text(text)
    return folder


def second_folder(folder: Path, first: Path, seed: int) -> Path:
    """The first folder once more, with amendments in a file that has changed and in one that is new, and new notes.

    Old texts of what the new file amends are not in it: a text that is dropped later is the newer one.
    """
    shutil.copytree(first, folder)
    made, draw = folder / "made", random.Random(seed)
    with (made / "table.csv").open(newline="") as file:
        table = [(row["note_id"], row["note"]) for row in csv.DictReader(file)]
    amended = set(draw.sample(range(len(table)), len(table) // 5))
    table = [(name, _amended(text) if place in amended else text) for place, (name, text) in enumerate(table)]
    _write_table(made / "table.csv", [*table, *_notes(seed + 1, 10, "late")])
    lines = [json.loads(line) for line in (made / "lines.jsonl").read_text().splitlines()]
    for name in ("lines.jsonl", "lines-again.jsonl"):
        (made / name).unlink()
    chosen = draw.sample(lines, len(lines) // 5)
    _write_lines(made / "amendments.jsonl", [(row["note_id"], _amended(row["note"])) for row in chosen])
    return folder


def _amended(text: str) -> str:
    return f"{text} Addendum: feels better after two hours, discharged home."


def _notes(seed: int, count: int, prefix: str = "made") -> list[Note]:
    draw = random.Random(seed)
    return [(f"{prefix}-{number:04d}", _text(draw)) for number in range(count)]


def _text(draw: random.Random) -> str:
    complaint, other = draw.sample(COMPLAINTS, 2)
    return (
        f"{draw.randrange(18, 95)} year old with {complaint} for {draw.randrange(2, 15)} days, no {other}."
        f" BP {draw.randrange(95, 190)}/{draw.randrange(50, 100)}, HR {draw.randrange(50, 130)}."
        f" {draw.choice(DRUGS)} {draw.randrange(1, 9)}00 mg given. Review in {draw.randrange(2, 9)} days."
    )


def _write_table(path: Path, notes: list[Note]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("note_id", "note"), *notes])


def _write_lines(path: Path, notes: list[Note]) -> None:
    path.write_text("".join(json.dumps({"note_id": name, "note": text}) + "\n" for name, text in notes))
