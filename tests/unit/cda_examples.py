"""CDA documents that tests put together."""

from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.models import ParsedNote, Reject

HEADER = """
<id root="1.2.3" extension="D7"/><setId root="1.2.3.4" extension="S1"/><versionNumber value="2"/>
<code code="11506-3" codeSystem="2.16.840.1.113883.6.1" displayName="Progress note"/>
<title>Ward round</title><effectiveTime value="202604021015+0200"/>
<recordTarget><patientRole><id nullFlavor="UNK"/><id root="1.9" extension="P4"/><id root="1.8" extension="77"/>
</patientRole></recordTarget>
<author><time value="20260402101203+0200"/></author>
<componentOf><encompassingEncounter><id root="1.7" extension="E5"/></encompassingEncounter></componentOf>
"""


def section(title: str, narrative: str, inner: str = "") -> str:
    inner = f"<component>{inner}</component>" if inner else ""
    return f"<section><code code='1'/><title>{title}</title><text>{narrative}</text>{inner}</section>"


def structured(*sections: str) -> str:
    parts = "".join(f"<component>{each}</component>" for each in sections)
    return f"<component><structuredBody>{parts}</structuredBody></component>"


def other_body(held: str, attributes: str = "") -> str:
    return f"<component><nonXMLBody><text {attributes}>{held}</text></nonXMLBody></component>"


def document(body: str, header: str = HEADER) -> str:
    return f'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">{header}{body}</ClinicalDocument>'


def read(xml: str | bytes, name: str = "in/src/a.xml", **rules: object) -> Record:
    """Return the one record of a file."""
    body = xml if isinstance(xml, bytes) else xml.encode()
    (record,) = parse_file(name, body, ReadingRules.model_validate(rules))
    return record


def note(record: Record) -> ParsedNote:
    assert isinstance(record, ParsedNote), record
    return record


def text(xml: str | bytes) -> str:
    return note(read(xml)).text


def code(xml: str | bytes, **rules: object) -> str:
    """Return why a file is refused."""
    record = read(xml, **rules)
    assert isinstance(record, Reject), record
    return record.code


PLAIN = structured(section("Plan", "<paragraph>Rest.</paragraph>"))
