"""FHIR XML is what the same resource is as JSON."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from tests.unit.fhir_examples import encoded

from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.models import ParsedNote, Reject

FHIR, XHTML = 'xmlns="http://hl7.org/fhir"', 'xmlns="http://www.w3.org/1999/xhtml"'
DOCUMENT = f"""
<DocumentReference {FHIR}>
  <!-- exported nightly -->
  <id value="d1"/>
  <identifier><system value="urn:x"/><value value="7"/></identifier>
  <status value="current"/>
  <type><coding><system value="http://loinc.org"/><code value="11506-3"/></coding></type>
  <subject><reference value="Patient/p1"/></subject>
  <date value="2024-04-04T11:03:05Z"/>
  <content><attachment><contentType value="application/pdf"/><url value="https://x.example/7"/></attachment></content>
  <content><attachment><contentType value="text/plain"/><data value="{encoded("Slept well.")}"/></attachment></content>
  <context><encounter><reference value="Encounter/e1"/></encounter></context>
</DocumentReference>"""
SECTIONS = f"""
<Composition>
  <id value="c1"/><status value="final"/>
  <subject><reference value="urn:uuid:1"/></subject>
  <section><title value="Course"/><text><status value="additional"/>
    <div {XHTML}><p>Improved &lt; expected &amp; <b>calm</b>.</p></div></text>
    <section><title value="Plan"/><text><div {XHTML}>Home.</div></text></section>
  </section>
</Composition>"""
BUNDLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<Bundle {FHIR}>
  <type value="collection"/>
  <entry><fullUrl value="urn:uuid:2"/><resource>{SECTIONS}</resource></entry>
  <entry><fullUrl value="urn:uuid:1"/><resource><Patient><id value="p9"/></Patient></resource></entry>
  <entry><request><method value="DELETE"/><url value="Patient/3"/></request></entry>
  <entry/>
</Bundle>"""


def read(body: str | bytes, name: str = "a.xml", media_type: str = "") -> list[Record]:
    content = body.encode() if isinstance(body, str) else body
    return list(parse_file(f"incoming/ehr/{PurePosixPath(name)}", content, ReadingRules(), media_type))


def test_a_resource_is_read() -> None:
    (note,) = read(DOCUMENT)
    assert note == ParsedNote(
        record=1,
        text="Slept well.",
        note_id="DocumentReference/d1",
        patient_id="p1",
        encounter_id="e1",
        note_type="Progress note",
        authored_at="2024-04-04T11:03:05Z",
    )


def test_a_bundle_is_read_with_its_narratives() -> None:
    note, patient, request, broken = read(BUNDLE)
    assert isinstance(note, ParsedNote)
    assert note.text == "Course\nImproved < expected & calm.\n\nPlan\nHome."
    assert (note.note_id, note.patient_id) == ("Composition/c1", "p9")
    assert patient == Ignored(record=2, kind="Patient")
    assert request == Ignored(record=3, kind="request DELETE")
    assert isinstance(broken, Reject)
    assert broken.code == "BrokenEntry"


def test_one_entry_is_no_list_and_prefixes_are_any() -> None:
    one = f'<f:Bundle xmlns:f="http://hl7.org/fhir"><f:entry><f:resource>{DOCUMENT}</f:resource></f:entry></f:Bundle>'
    (note,) = read(one)
    assert isinstance(note, ParsedNote)
    assert note.patient_id == "p1"


def test_what_is_contained_is_found() -> None:
    contained = "<contained><Patient><id value='p'/><identifier><value value='777'/></identifier></Patient></contained>"
    body = DOCUMENT.replace("<identifier>", f"{contained}{contained}<identifier>", 1).replace("Patient/p1", "#p")
    (note,) = read(body)
    assert isinstance(note, ParsedNote)
    assert note.patient_id == "777"


@pytest.mark.parametrize("charset", ["utf-16", "utf-8-sig", "latin-1", "cp1250"])
def test_the_charset_that_is_declared_is_read_and_empty_lines_before_it(charset: str) -> None:
    impression = f'<ClinicalImpression {FHIR}><summary value="Größe"/></ClinicalImpression>'
    for before in ("", "\n \n"):
        (note,) = read(f'{before}<?xml version="1.0" encoding="{charset}"?>{impression}'.encode(charset))
        assert isinstance(note, ParsedNote)
        assert note.text == "Größe"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f'<?xml version="1.0"?><Bundle {FHIR}><entry>', "BrokenXml"),
        (f'<Bundle {FHIR}><type value="a" value="b"/></Bundle>', "BrokenXml"),
        (f"<Bundle {FHIR}>&nbsp;</Bundle>", "BrokenXml"),
        (f"<Bundle {FHIR}>\ud83d</Bundle>".encode("utf-8", "surrogatepass"), "NotText"),
        (f'<?xml version="1.0" encoding="UTF-8"?><Bundle {FHIR}>Größe</Bundle>'.encode("latin-1"), "NotText"),
        (f'<!DOCTYPE Bundle [<!ENTITY a "b">]><Bundle {FHIR}>&a;</Bundle>', "BrokenXml"),
        (f'<!DOCTYPE Bundle SYSTEM "file:///etc/passwd"><Bundle {FHIR}/>', "BrokenXml"),
        (f"<Bundle {FHIR}>{'<entry>' * 300}{'</entry>' * 300}</Bundle>", "TooDeep"),
        (f"<Bundle {FHIR}/>", "EmptyFile"),
    ],
)
def test_what_is_no_fhir_is_refused_as_a_whole(body: str | bytes, code: str) -> None:
    (reject,) = read(body)
    assert isinstance(reject, Reject)
    assert (reject.record, reject.code) == (0, code)


def test_xml_of_another_kind_is_refused() -> None:
    (reject,) = read("<note>Slept well.</note>", "a", "application/fhir+xml")
    assert isinstance(reject, Reject)
    assert reject.code == "UnknownFormat"


@pytest.mark.parametrize("body", ["<!-- x -->" * 3, "<x", "<x/><y/>"])
def test_pieces_of_xml_are_refused(body: str) -> None:
    (reject,) = read(body, "a", "application/fhir+xml")
    assert isinstance(reject, Reject)
    assert reject.code == "BrokenXml"
