"""Answers that somebody recorded: JSON Lines or CSV of any system, matched to the notes by id or by order.

A record has `summary` and optionally `id` (or `note_id`), `failure` (a code, in place of a summary), `latency_seconds`,
`input_tokens`, `output_tokens` and `cost` (US dollars). docs/compare.md has the whole format.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from note_summarizer.comparison.answers import EMPTY, Answers, NoteAnswer
from note_summarizer.errors import DataError
from note_summarizer.pairs.pair import Pair
from note_summarizer.pairs.read_pairs import listed
from note_summarizer.pairs.read_table import Record, read_table
from note_summarizer.pairs.sources import local_copy

_IDS = ("note_id", "id")
_LONGEST_CODE = 40


def read_recorded(source: str, test: Sequence[Pair], in_file: int | None = None, system: str = "") -> Answers:
    """Return the recorded answers to the test notes, in their order.

    By id where the file has ids, and then every test note needs its own and must be answered exactly once; records of
    other notes are left aside. Without ids, record by record, and there must be as many as notes.

    Args:
        test: the first notes of their file.
        in_file: how many notes that file has, if more.
        system: whose answers are taken out of an earlier comparison's answers.jsonl.

    Raises:
        DataError: the file cannot be read, or its records and the notes do not match; names the record.
    """
    with local_copy(source) as path:
        records = _of_system(source, read_table(path, source), system)
    if not any("summary" in record for record in records):
        present = ", ".join(dict.fromkeys(name for record in records for name in record))
        raise DataError(f"{source} has no column summary; it has {present}.")
    key = next((name for name in _IDS if any(name in record for record in records)), None)
    chosen = (
        _by_order(source, records, test, in_file or len(test)) if key is None else _by_id(source, records, key, test)
    )
    notes = tuple(_answer(source, number, record) for number, record in chosen)
    return Answers(notes)


def _of_system(source: str, records: Sequence[Record], system: str) -> Sequence[Record]:
    """Return one system's records out of a comparison's answers; other files as they are."""
    if not system and not any("answers" in record for record in records):
        return records
    answers = [record.get("answers") for record in records]
    names = list(dict.fromkeys(name for found in answers if isinstance(found, dict) for name in found))
    if system not in names:
        known = f"it has {', '.join(names)}: write recorded:{source}?system=NAME" if names else "it is of no comparison"
        raise DataError(f"{source} has no answers of {system or 'a system that was not named'}; {known}.")
    found = [answer[system] if isinstance(answer, dict) and system in answer else {} for answer in answers]
    ids = [{} if record.get("id") is None else {"id": record["id"]} for record in records]
    return [{**named, **answer} for named, answer in zip(ids, found, strict=True)]


def _by_order(source: str, records: Sequence[Record], test: Sequence[Pair], in_file: int) -> list[tuple[int, Record]]:
    if len(records) not in (len(test), in_file):
        raise DataError(
            f"{source} holds {len(records)} records without ids, and there are {in_file} notes; they differ from record"
            f" {min(len(records), in_file) + 1} on. Record an answer for every note, or an id with every answer."
        )
    return [(pair.record, records[pair.record - 1]) for pair in test]


def _by_id(source: str, records: Sequence[Record], key: str, test: Sequence[Pair]) -> list[tuple[int, Record]]:
    without = [number for number, record in enumerate(records, start=1) if record.get(key) in (None, "")]
    if without:
        raise DataError(f"{source}: {key} is empty in {listed(without)}. Give every record its note's id, or none.")
    nameless = [pair.record for pair in test if pair.id is None]
    if nameless:
        raise DataError(
            f"{source} names notes by {key}, and the test file has no id in {listed(nameless)}: give it a column"
            " note_id, or leave the ids out of the recorded file to match them by order."
        )
    found: dict[str, tuple[int, Record]] = {}
    for number, record in enumerate(records, start=1):
        named = str(record[key])
        if named in found:
            raise DataError(f"{source}: records {found[named][0]} and {number} have the same {key}: keep one of them.")
        found[named] = (number, record)
    missing = [pair.record for pair in test if str(pair.id) not in found]
    if missing:
        raise DataError(
            f"{source} has no answer for {listed(missing)} of the test notes: record one, or a failure, for each note"
            f" (are the ids in {key} those of the test file?)."
        )
    return [found[str(pair.id)] for pair in test]


def _answer(source: str, number: int, record: Record) -> NoteAnswer:
    where = f"{source}, record {number}"
    text = record.get("summary")
    if text is not None and not isinstance(text, str):
        raise DataError(f"{where}: summary is not text.")
    failure = _code(where, record.get("failure"))
    summary = "" if failure else (text or "").strip()
    return NoteAnswer(
        text=summary,
        failure=failure or ("" if summary else EMPTY),
        seconds=_number(where, record, "latency_seconds"),
        input_tokens=_whole(where, record, "input_tokens"),
        output_tokens=_whole(where, record, "output_tokens"),
        cost=_number(where, record, "cost"),
    )


def _code(where: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    # A code goes into reports that hold no note text: only a plain word may be one.
    if not isinstance(value, str) or not value.isalnum() or not value.isascii() or len(value) > _LONGEST_CODE:
        raise DataError(f"{where}: failure is a code of letters and digits, such as TimedOut, at most {_LONGEST_CODE}.")
    return value


def _whole(where: str, record: Record, name: str) -> int | None:
    found = _number(where, record, name)
    if found is not None and found != int(found):
        raise DataError(f"{where}: {name} is a whole number.")
    return None if found is None else int(found)


def _number(where: str, record: Record, name: str) -> float | None:
    value = record.get(name)
    if value in (None, ""):
        return None
    try:
        found = math.nan if isinstance(value, bool) else float(str(value))
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or found < 0:
        raise DataError(f"{where}: {name} is a number, 0 or more.")
    return found
