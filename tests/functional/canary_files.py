"""Files of every format and fault, each place of which has a mark of its own."""

import csv
import gzip
import io
import json

from tests.functional.canaries import Canaries
from tests.functional.canary_formats import exported_files

Files = dict[str, bytes]
COLUMNS = ("note_id", "patient_id", "encounter_id", "note_type", "authored_at", "author", "mrn", "note")


def canary_files(canaries: Canaries, *, exported: bool = True) -> Files:
    """Good and bad files by key below incoming/; the file's name is marked too.

    Args:
        exported: those too that hospitals' systems export; how a note goes on does not depend on what it came in.
    """
    found = {**_good(canaries), **_bad(canaries), **(exported_files(canaries) if exported else {})}
    return {_named(canaries, name): body for name, body in found.items()}


def amendments(canaries: Canaries) -> Files:
    """Other texts for notes of `canary_files`: under the same ids, and in the same file."""
    rows = [_row(canaries, f"csv-{number}") | {"note": canaries.text(f"amended-{number}")} for number in (1, 2)]
    return {
        _named(canaries, "amended.csv"): _csv(rows),
        _named(canaries, "a.txt"): canaries.text("amended-txt").encode(),
    }


def _named(canaries: Canaries, name: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"{folder or 'ehr'}/{canaries.mark(f'file-{name}')}-{file}"


def _row(canaries: Canaries, row: str) -> dict[str, str]:
    return {column: canaries.mark(f"{column}-{row}") for column in COLUMNS} | {"note": canaries.text(f"note-{row}")}


def _csv(rows: list[dict[str, str]]) -> bytes:
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue().encode()


def _lines(*rows: object) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _good(canaries: Canaries) -> Files:
    rows = [_row(canaries, f"csv-{number}") for number in (1, 2, 3)]
    long = " ".join(f"Day {day}: {canaries.text('long')}" for day in range(60))
    special = {"note": canaries.text("refused") + " Please refuse me.", "note_id": canaries.mark("note_id-refused")}
    poison = {"note": "POISON " + canaries.text("poison"), "note_id": canaries.mark("note_id-poison")}
    accents = {
        "note": f"Fièvre, {canaries.mark('accents')}, 39 °C \U0001fa7a",
        "note_id": f"é{canaries.mark('id-accents')}",
    }
    nested = _row(canaries, "json") | {"extra": {"deep": [canaries.mark("deep")]}}
    return {
        "rows.csv": _csv(rows),
        "a.txt": canaries.text("txt").encode(),
        "urgent/ehr/now.txt": canaries.text("urgent").encode(),
        "lines.jsonl": _lines(special, poison, accents, {"note": long, "note_id": canaries.mark("note_id-long")}),
        "list.json": json.dumps([nested]).encode(),
        "zipped.csv.gz": gzip.compress(_csv([_row(canaries, "gz")])),
        "excel.csv": _csv([_row(canaries, "utf16")]).decode().encode("utf-16"),
    }


def _bad(canaries: Canaries) -> Files:
    lines = _lines(
        {"note": 7, "note_id": canaries.mark("number")},
        {"note_id": canaries.mark("missing"), canaries.mark("field"): "x"},
        {"note": "", "note_id": canaries.mark("empty"), "patient_id": canaries.mark("empty-patient")},
        {"note": canaries.text("control") + "\x00"},
        {"note": canaries.text("half") + "\ud83d"},
        {"note": "Fever.", "note_id": canaries.mark("half-id") + "\ud83d"},
        [canaries.text("array")],
    )
    return {
        "broken.jsonl": lines + f'{{"note": "{canaries.text("cut-line")}'.encode(),
        "broken.json": f'[{{"note": "{canaries.text("cut-json")}"'.encode(),
        "quotes.csv": f'note_id,note\n1,"{canaries.text("quotes")}"x\n2,"{canaries.text("open-quote")}'.encode(),
        "no-column.csv": f"{canaries.mark('column')},text\n1,{canaries.text('other-column')}\n".encode(),
        "latin.txt": (canaries.text("latin") + " é").encode("latin-1"),
        "letter.docx": canaries.text("docx").encode(),
        "half.csv.gz": gzip.compress(canaries.text("gzip").encode() * 50)[:-9],
        "deep.json": b"[" * 3000 + canaries.text("nested").encode(),
    }
