import pytest
from tests.unit.cda_examples import HEADER, PLAIN, code, document, note, read, section, structured, text

from notes_pipeline.models import ParsedNote

PATIENTS = '<id root="1.9" extension="P4"/><id root="1.8" extension="77"/>'
CODE = '<code code="11506-3" codeSystem="2.16.840.1.113883.6.1" displayName="Progress note"/>'


def test_the_header_says_whose_and_when() -> None:
    assert note(read(document(PLAIN))) == ParsedNote(
        record=1,
        text="Plan\nRest.",
        note_id="1.2.3.4^S1/11506-3",
        patient_id="P4",
        encounter_id="E5",
        note_type="Progress note",
        authored_at="2026-04-02T10:12:03+02:00",
    )


def test_a_document_without_a_header_is_known_by_its_path() -> None:
    bare = note(read(document(PLAIN, "")))
    assert (bare.note_id, bare.patient_id, bare.encounter_id) == ("src/a.xml", None, None)
    assert (bare.note_type, bare.authored_at) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ('<setId root="1.2.3.4" extension="S1"/>', "", "note_id", "1.2.3^D7"),
        ('<setId root="1.2.3.4" extension="S1"/>', '<setId root="0a-1b"/>', "note_id", "0a-1b/11506-3"),
        ('<setId root="1.2.3.4" extension="S1"/>', '<setId root="1.2" nullFlavor="UNK"/>', "note_id", "1.2.3^D7"),
        ('<id root="1.9" extension="P4"/>', '<id root="1.9"/>', "patient_id", "77"),
        ('<id root="1.9" extension="P4"/>', '<id root="6f1b-12"/>', "patient_id", "77"),
        (PATIENTS, '<id root="1.9"/><id root="6f1b-12"/>', "patient_id", "6f1b-12"),
        ('value="20260402101203+0200"', 'nullFlavor="UNK"', "authored_at", "2026-04-02T10:15+02:00"),
        ('value="20260402101203+0200"', 'value="20261302"', "authored_at", "2026-04-02T10:15+02:00"),
        ('value="20260402101203+0200"', 'value="20260402"', "authored_at", "2026-04-02"),
        ('code="11506-3"', 'code="99999-9"', "note_type", "Progress note"),
        ('displayName="Progress note"', "", "note_type", "Progress note"),
        (CODE, "", "note_type", "Ward round"),
    ],
)
def test_what_a_header_lacks_is_taken_from_the_next_best(old: str, new: str, field: str, value: str) -> None:
    assert old in HEADER
    assert getattr(note(read(document(PLAIN, HEADER.replace(old, new)))), field) == value


@pytest.mark.parametrize(
    ("kind", "note_id"),
    [("RPLC", "1.2.3^D6"), ("APND", "1.2.3^D7")],
)
def test_a_document_without_a_set_is_known_by_the_one_it_replaces(kind: str, note_id: str) -> None:
    old = f'<relatedDocument typeCode="{kind}"><parentDocument><id root="1.2.3" extension="D6"/></parentDocument>'
    header = f'<id root="1.2.3" extension="D7"/>{old}</relatedDocument>'
    assert note(read(document(PLAIN, header))).note_id == note_id


@pytest.mark.parametrize("attribute", ['mediaType="text/plain"', 'xml:space="preserve"'])
def test_lines_of_plain_text_stay(attribute: str) -> None:
    plain = section("Plan", "\nRest.\n\n  Fluids.\n").replace("<text>", f"<text {attribute}>")
    assert text(document(structured(plain))) == "Plan\nRest.\n\n  Fluids."


def test_a_local_code_is_called_as_what_it_is_translated_to() -> None:
    local = '<code code="X1" codeSystem="1.2" displayName="Visite"><translation code="34117-2"/></code>'
    assert note(read(document(PLAIN, local))).note_type == "History and physical"


def test_a_document_about_several_patients_is_refused() -> None:
    def target(*ids: str) -> str:
        listed = "".join(f'<id root="1.9" extension="{each}"/>' for each in ids)
        return f"<recordTarget><patientRole>{listed}</patientRole></recordTarget>"

    assert code(document(PLAIN, target("P1") + target("P2"))) == "SeveralPatients"
    assert note(read(document(PLAIN, target("P1") + target("P9", "P1") + target()))).patient_id == "P1"


def test_a_social_security_number_is_taken_if_there_is_no_other() -> None:
    number, uuid, record = (
        f'<id root="{root}"/>' for root in ('2.16.840.1.113883.4.1" extension="1', "0a-1b", '1.9" extension="P4')
    )
    for ids, expected in ((number, "1"), (number + uuid, "0a-1b"), (number + record, "P4")):
        header = f"<recordTarget><patientRole>{ids}</patientRole></recordTarget>"
        assert note(read(document(PLAIN, header))).patient_id == expected


def test_sections_stand_in_order_and_in_each_other() -> None:
    inner = section("Heart", "Regular.", section("Murmur", "None heard."))
    body = structured(section("Findings", "", inner), section("Empty", " <br/> "), section("Plan", "Rest."))
    assert text(document(body)) == "Findings\nHeart\nRegular.\n\nMurmur\nNone heard.\n\nPlan\nRest."


def test_entries_are_not_text() -> None:
    coded = "<section><title>Plan</title><text>Rest.</text><entry><act><text>Coded.</text></act></entry></section>"
    assert text(document(structured(coded))) == "Plan\nRest."


def test_a_section_that_says_nothing_at_length_stays() -> None:
    assert text(document(structured(section("Allergies", "No Information")))) == "Allergies\nNo Information"


NARRATIVE = """
<table ID="t1"><caption>Drugs</caption><thead><tr><th>Drug</th><th>Dose</th></tr></thead>
<tbody><tr><td rowspan="2">Aspirin<br/>since May</td><td><content ID="c1" styleCode="Bold">100</content> mg</td></tr>
<tr><td>500 mg<footnote>if in pain</footnote></td></tr></tbody></table>
<list listType="ordered"><item><caption>First</caption>one <content revised="delete">two</content></item>
<item><list><item>three 10<sup>9</sup>/L</item></list></item></list>
<paragraph>See <linkHtml href="x">page</linkHtml>.<renderMultiMedia referencedObject="m"><caption>An ECG</caption>
</renderMultiMedia></paragraph>
"""


def test_a_narrative_is_laid_out() -> None:
    assert text(document(structured(section("T", NARRATIVE)))).split("\n") == [
        *("T", "Drugs", "Drug | Dose", "Aspirin; since May | 100 mg", "| 500 mg; if in pain", ""),
        *("1. First", "   one", "2. - three 10^9/L", "", "See page.", "An ECG"),
    ]


@pytest.mark.parametrize("prefix", ["cda:", "n1:"])
def test_prefixes_and_missing_namespaces_do_not_matter(prefix: str) -> None:
    plain = document(PLAIN)
    bare = plain.replace(' xmlns="urn:hl7-org:v3"', "")
    prefixed = bare.replace("</", "\0").replace("<?", "\1").replace("<", f"<{prefix}")
    prefixed = prefixed.replace("\0", f"</{prefix}").replace("\1", "<?")
    declared = prefixed.replace("ClinicalDocument>", f'ClinicalDocument xmlns:{prefix[:-1]}="urn:hl7-org:v3">', 1)
    assert text(bare) == text(declared) == text(plain)


def test_extensions_are_passed_over() -> None:
    ids = '<recordTarget><patientRole><sdtc:id extension="X"/><id extension="P1"/></patientRole></recordTarget>'
    assert note(read(document(PLAIN, ids))).patient_id == "P1"


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("utf-16", "utf-16-le"),
        ("ISO-8859-1", "cp1252"),
        ("ISO-8859-2", "iso8859-2"),
        ("utf-16", "utf-8"),
    ],
)
def test_charsets(declared: str, codec: str) -> None:
    xml = document(structured(section("Befund", "Größe 5, Fieber"))).replace("?>", f' encoding="{declared}"?>', 1)
    assert text(xml.encode(codec)) == "Befund\nGröße 5, Fieber"


def test_a_part_of_a_document_is_a_note_by_its_path() -> None:
    found = note(read(section("Course", "Better.").replace("'1'", "'11506-3' xsi:type='CD'")))
    assert (found.text, found.note_id, found.note_type) == ("Course\nBetter.", "src/a.xml", "Progress note")
    assert text(f"<component>{section('A', 'b')}</component>") == "A\nb"
    assert text(PLAIN.removeprefix("<component>").removesuffix("</component>")) == "Plan\nRest."
