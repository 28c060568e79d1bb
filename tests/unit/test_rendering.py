"""The renderers give the same bytes for the same notes, and standards' own readers accept them."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import hl7
import pytest

from note_summarizer.synthetic.rendering.__main__ import main
from note_summarizer.synthetic.rendering.formats import FORMATS, draw_notes

NOTES = list(draw_notes(seed=7, count=3))


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_notes_make_the_same_files_under_names_of_their_own(name: str) -> None:
    files = FORMATS[name](NOTES)
    assert files == FORMATS[name](list(draw_notes(seed=7, count=3)))
    assert len({file.name for file in files}) == len(files)
    assert all(file.body for file in files)


def resources() -> Iterator[dict[str, object]]:
    for name, render in FORMATS.items():
        if name.startswith("fhir"):
            for file in render(NOTES):
                if file.name.endswith(".json"):
                    yield json.loads(file.body)
                elif file.name.endswith(".ndjson"):
                    yield from map(json.loads, file.body.splitlines())


@pytest.mark.parametrize(
    "resource", tuple(resources()), ids=lambda resource: f"{resource['resourceType']}-{resource.get('id')}"
)
def test_fhir_resources_are_what_r4_says(resource: dict[str, object]) -> None:
    kind = str(resource["resourceType"])
    model = getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    assert model.model_validate(resource)


def test_hl7_messages_read_by_a_library_have_their_fields_where_they_belong() -> None:
    (file, *_) = FORMATS["hl7-mdm"](NOTES)
    message = hl7.parse(file.body.decode())
    assert str(message["PID"][0][3][0][0]) == NOTES[0].patient_id
    assert str(message["PV1"][0][19]) == NOTES[0].encounter_id
    assert str(message["TXA"][0][12][0][0]) == NOTES[0].note_id
    assert message.unescape(str(message["OBX"][0][5])).replace("\r", "\n") == NOTES[0].text


def test_notes_can_be_as_long_as_asked() -> None:
    assert all(len(note.text.encode()) >= 1500 for note in draw_notes(3, 5, min_bytes=1500))


def test_an_export_is_written_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "one"), "--format", "hl7-batch", "--notes", "4"]) == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["batch.hl7"]
    assert capsys.readouterr().out.startswith("hl7-batch: 1 files in ")
    assert main([str(tmp_path / "all"), "--notes", "1"]) == 0
    assert {path.name for path in (tmp_path / "all").iterdir()} == set(FORMATS)
