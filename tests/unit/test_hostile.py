"""Files made to break who reads them, cut-off files, and files under other files' names: notes or rejects, all of them.

How long one may take is not measured: a watchdog ends what hangs, long after it should have ended by itself.
"""

import gzip
import json
import resource
import subprocess
import sys
from base64 import b64encode

import pytest
from tests.fuzz.checks import RULES, examine
from tests.fuzz.mutate import Seed
from tests.fuzz.seeds import FORMATS
from tests.unit.archives import zipped
from tests.unit.hostile_files import DOCUMENTS, ENTITIES, EXTENSIONS, FILES

from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.models import ParsedNote

# For some hundredths of a second of work, or some seconds at most, on a machine that has other things to do.
WATCHDOG = 120
# What a function has beside its own code, and a file of 100 MB of which every reader holds a copy or two.
MOST_BYTES = 900_000_000


@pytest.mark.parametrize("name", FILES)
def test_a_file_made_to_break_its_reader_ends_as_notes_or_rejects(name: str) -> None:
    assert examine(name, FILES[name], WATCHDOG).violations == []


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("entity", ENTITIES)
def test_no_entity_is_fetched_or_multiplied(entity: str, document: str) -> None:
    opened, closed = DOCUMENTS[document]
    body = ENTITIES[entity].format(open=opened, close=f"Fever{closed}")
    assert examine(document, body.encode(), WATCHDOG).violations == []
    for record in parse_file(f"incoming/fuzz/{document}", body.encode(), RULES):
        assert "root:" not in str(record)
        assert len(str(record)) < 10_000


@pytest.mark.parametrize("form", FORMATS)
def test_every_beginning_of_a_file_ends_as_notes_or_rejects(form: str) -> None:
    name, body = min(FORMATS[form].seeds, key=lambda seed: len(seed.body))
    found = {at: examine(name, body[:at], WATCHDOG).violations for at in range(len(body) + 1)}
    assert {at: violations for at, violations in found.items() if violations} == {}


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_under_any_other_name_ends_as_notes_or_rejects(form: str) -> None:
    names = [f"a.{extension}" for extension in (*EXTENSIONS, "md", "docx")] + ["a", ".", "a.", "a.gz.gz"]
    for seed in FORMATS[form].seeds:
        for body in (seed.body, gzip.compress(seed.body), gzip.compress(gzip.compress(seed.body))):
            assert [examine(name, body, WATCHDOG).violations for name in names] == [[]] * len(names)


@pytest.mark.parametrize("form", FORMATS)
def test_zeros_and_halves_of_characters_anywhere_end_as_notes_or_rejects(form: str) -> None:
    for name, body in FORMATS[form].seeds:
        for odd in (b"\0", b"\0\0\0", b"\xed\xa0\x80", b"\xff\xfe", b"\x1a", b"\xef\xbb\xbf"):
            for at in (0, 1, len(body) // 3, len(body) // 2, len(body) - 1, len(body)):
                assert examine(name, body[:at] + odd + body[at:], WATCHDOG).violations == []


@pytest.mark.parametrize("form", FORMATS)
def test_in_an_archive_a_file_is_the_same_as_by_itself(form: str) -> None:
    for number, seed in enumerate(FORMATS[form].seeds):
        if not seed.body.startswith(b"PK"):
            alone, inside = (_texts(one) for one in (seed, Seed("a.zip", zipped({seed.name: seed.body}))))
            assert inside == alone, f"seed {number}"


def _texts(seed: Seed) -> list[str]:
    records = parse_file(f"incoming/fuzz/{seed.name}", seed.body, RULES)
    return [record.text for record in records if isinstance(record, ParsedNote)]


def _attachments(count: int) -> bytes:
    data = b64encode(b"word " * 150_000).decode()
    contained = [{"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": data}]
    content = [{"attachment": {"url": "#b"}}] * count
    return json.dumps({"resourceType": "DocumentReference", "contained": contained, "content": content}).encode()


def hostile_for_memory(what: str) -> tuple[str, bytes]:
    """Return a small file that could fill a function's memory."""
    if what == "gzip":
        return "a.txt.gz", gzip.compress(bytes(300_000_000), 1)
    if what == "zip":
        return "a.zip", zipped({f"{number}.txt": bytes(30_000_000) for number in range(10)})
    if what == "attachments":
        return "a.json", _attachments(3000)
    return "a.hl7", FILES["7.hl7"]


@pytest.mark.parametrize("what", ["gzip", "zip", "attachments", "spaces"])
def test_a_small_file_that_comes_to_much_stays_within_a_functions_memory(what: str) -> None:
    code = f"from tests.unit.test_hostile import in_little_memory as run; run({what!r})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)
    assert (run.returncode, run.stderr) == (0, "")


def in_little_memory(what: str) -> None:
    """Read a file while the process may have so much memory and no more."""
    name, body = hostile_for_memory(what)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    records = sum(1 for _ in parse_file(f"incoming/fuzz/{name}", body, ReadingRules()))
    sys.exit(0 if records else 1)
