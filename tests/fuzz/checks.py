"""What holds of every input, whatever it is; and the words of which no reason may hold any."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from types import FrameType

from notes_pipeline.core.formats.normalise import usable_text
from notes_pipeline.core.formats.parse_file import WHOLE_FILE, Record, parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.errors import InputError
from notes_pipeline.models import ParsedNote, Reject

RULES = ReadingRules(max_note_bytes=100_000)
# Planted in texts, identifiers and names of every seed, and among what mutations insert.
CANARIES = ("Zyxquorn", "Kwivledap", "Brimjosk", "9173046825")
_SPOKEN = re.compile("|".join(CANARIES), re.I)
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9^ -]*")
IDS = ("note_id", "patient_id", "encounter_id", "note_type", "authored_at")


class HangError(BaseException):
    """An input took too long; no `except Exception` stops it."""


@dataclass
class Verdict:
    """What an input came to.

    Attributes:
        kinds: of its records, each once.
        violations: what should hold and did not.
    """

    kinds: frozenset[str] = frozenset()
    violations: list[str] = field(default_factory=list)


def examine(name: str, body: bytes, seconds: float = 20, *, twice: bool = False) -> Verdict:
    """Read an input as a dropped file of a name.

    Args:
        seconds: after so many it is taken to hang.
        twice: read it again, to see that the same comes out.
    """
    try:
        with watched(seconds):
            records = _read(name, body)
            same = not twice or _read(name, body) == records
    except HangError:
        return Verdict(violations=[f"it takes over {seconds:g} s"])
    except Exception as error:  # noqa: BLE001 - none may come out
        return Verdict(violations=[f"{type(error).__name__}: {str(error)[:200]}"])
    found = sorted(set(_violations(records))) + ([] if same else ["another time it comes to something else"])
    return Verdict(frozenset(map(_kind, records)), found)


@contextmanager
def watched(seconds: float) -> Iterator[None]:
    """Raise `HangError` in what takes longer."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _read(name: str, body: bytes) -> list[Record]:
    return list(parse_file(f"incoming/fuzz/{name}", body, RULES))


def _kind(record: Record) -> str:
    if isinstance(record, ParsedNote):
        return "note"
    return f"ignored {record.kind}" if isinstance(record, Ignored) else record.code


def _violations(records: list[Record]) -> Iterator[str]:
    numbers = [record.record for record in records]
    if not records:
        yield "it vanishes"
    if any(later <= number for number, later in pairwise(numbers)) or min(numbers, default=1) < 0:
        yield f"records are numbered {numbers[:20]}"
    if WHOLE_FILE in numbers and len(numbers) > 1:
        yield "the whole file is rejected, and not alone"
    for record in records:
        yield from _record_violations(record)


def _record_violations(record: Record) -> Iterator[str]:
    if isinstance(record, Reject):
        if _SPOKEN.search(record.reason) or _SPOKEN.search(record.code):
            yield f"the reason of {record.code} says what the file says: {record.reason}"
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]+", record.code) or len(record.reason) > 500:
            yield f"its code or reason is none: {record.code}"
    elif isinstance(record, Ignored):
        if record.record == WHOLE_FILE or _SPOKEN.search(record.kind) or not _KIND.fullmatch(record.kind):
            yield f"a kind is none of ours: {record.kind}"
    else:
        yield from _note_violations(record)


def _note_violations(note: ParsedNote) -> Iterator[str]:
    if note.record == WHOLE_FILE:
        yield "a note is record 0"
    try:
        if usable_text(note.text, RULES.max_note_bytes) != note.text:
            yield "a note's text is not normalised"
    except InputError as error:
        yield f"a note's text cannot be used: {error.code}"
    for name in IDS:
        value = getattr(note, name)
        if value is not None and (not value.strip() or _unwritable(value)):
            yield f"{name} is empty or cannot be written"


def _unwritable(text: str) -> bool:
    return text.encode("utf-8", "replace").decode() != text
