"""ORU: which groups are reports, what their text is, and what is said of them."""

import pytest
from tests.unit.hl7_examples import (
    ORDER,
    PATIENT,
    VISIT,
    codes,
    kinds,
    message,
    note_of,
    read,
    report,
    text_lines,
    texts,
)

LONG = "There is a small effusion on the left side which has not changed since the last study of May."
RESULT = "OBX|1|NM|2823-3^Potassium^LN||4.1|mmol/L|3.5-5.1|N|||F"
LAB = "OBR|1||L-1|2823-3^Potassium^LN|||203105021355|||||||||||||||203105021418||CH|F"


def test_a_report_is_a_note_with_its_facts() -> None:
    note = note_of(report(*text_lines("Findings: clear.", "", "Impression: normal.")))
    assert note.text == "Findings: clear.\n\nImpression: normal."
    assert (note.note_id, note.patient_id, note.encounter_id) == ("F-1/71046", "77", "V-9")
    assert (note.note_type, note.authored_at) == ("Imaging report", "2031-05-02T14:18")


@pytest.mark.parametrize(
    ("observation", "is_note"),
    [
        ("OBX|1|FT|1^Report||Clear.||||||F", True),
        ("OBX|1|TX|1^Report||Clear.||||||F", True),
        ("OBX|1|TX|5778-6^Color||Yellow||Yellow|N|||F", False),
        (f"OBX|1|ST|1^Report||{LONG}||||||F", True),
        (f"OBX|1||1^Report||{LONG}||||||F", True),
        ("OBX|1|ST|71046&IMP^Chest||Clear.||||||F", True),
        ("OBX|1|ST|9^Impression:||No acute cardiopulmonary abnormality.||||||F", True),
        ("OBX|1|ST|9^Interpretation||Negative||||||F", False),
        ("OBX|1|CWE|71046&IMP^Chest||^Mass left lower lobe||||||F", True),
        ("OBX|1|ST|600-7^Culture||No growth after 48 hours||||||F", False),
        ("OBX|1|CWE|600-7^Culture||1^Escherichia coli^L||||||F", False),
        (RESULT, False),
    ],
)
def test_text_is_a_report_and_a_result_is_not(observation: str, is_note: bool) -> None:
    found = read(report(observation, order=LAB))
    assert len(found) == 1
    assert kinds(found) == ([] if is_note else [(1, "ORU^R01")])


def test_a_service_that_writes_reports_may_write_them_in_strings_or_comments() -> None:
    assert note_of(report("OBX|1|ST|1^Chest||Normal chest||||||F")).text == "Chest: Normal chest"
    assert note_of(report("NTE|1||Normal chest.~No change.")).text == "Normal chest.\nNo change."
    assert codes(read(report())) == [(1, "EmptyNote")]
    assert kinds(read(report(order=ORDER.removesuffix("F") + "I"))) == [(1, "ORU^R01")]


def test_comments_below_a_laboratorys_results_are_no_report_and_in_a_report_they_are_part_of_it() -> None:
    assert kinds(read(report(RESULT, f"NTE|1||{LONG}", order=LAB))) == [(1, "ORU^R01")]
    note = note_of(report("NTE|1||Compared with May.", *text_lines("Clear."), "NTE|1||Read twice."))
    assert note.text == "Compared with May.\n\nClear.\nRead twice."


def test_a_text_of_several_orders_stands_below_the_last() -> None:
    found = read(message(PATIENT, ORDER.replace("F-1", "F-0"), ORDER, *text_lines("Clear.")))
    assert (kinds(found), texts(found)) == ([(1, "ORU^R01 results")], ["Clear."])


def test_each_order_is_a_record_of_its_own() -> None:
    second = ORDER.replace("F-1", "F-2").replace("OBR|1", "OBR|2")
    found = read(message(PATIENT, VISIT, ORDER, *text_lines("Clear."), LAB, RESULT, second, *text_lines("Broken rib.")))
    assert texts(found) == ["Clear.", "Broken rib."]
    assert kinds(found) == [(2, "ORU^R01 results")]
    assert [record.record for record in found] == [1, 2, 3]


def test_reports_of_one_order_number_are_told_apart_by_what_was_ordered_and_then_by_place() -> None:
    other = ORDER.replace("71046", "71101")
    groups = [(ORDER, "One."), (other, "Two."), (other, "Three.")]
    found = read(message(PATIENT, *(line for order, text in groups for line in (order, *text_lines(text)))))
    assert [record.note_id for record in found] == ["F-1/71046", "F-1/71101", "F-1/71101/2"]  # type: ignore[union-attr]


def test_examinations_that_share_a_number_are_told_apart_in_messages_of_their_own_too() -> None:
    other = ORDER.replace("71046", "71101")
    assert note_of(report(*text_lines("Clear."), order=other)).note_id == "F-1/71101"
    kind = ORDER.replace("71046", "18748-4").replace("^C4", "^LN")
    assert note_of(report(*text_lines("Clear."), order=kind)).note_id == "F-1"


def test_without_a_filler_number_it_is_the_placers_and_then_the_messages() -> None:
    assert note_of(report(*text_lines("Clear."), order=ORDER.replace("F-1", ""))).note_id == "P-1/71046"
    assert note_of(report(*text_lines("Clear."), order="OBR|1")).note_id == "M-1"


def test_each_patient_of_a_message_has_their_own_reports() -> None:
    body = message(
        *(PATIENT, VISIT, "NTE|1||Created by hand", ORDER, *text_lines("Clear.")),
        *("PID|2|88|89^^^X^SS~90^^^X^PI", ORDER.replace("F-1", "F-2"), *text_lines("Broken rib.")),
    )
    found = [(note.patient_id, note.encounter_id, note.text) for note in read(body)]  # type: ignore[union-attr]
    assert found == [("77", "V-9", "Clear."), ("90", None, "Broken rib.")]


@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        ("PID|1||1^^^A^PI~2^^^A^MR", "2"),
        ("PID|1||1^^^A^MRN~2^^^A^XX", "1"),
        ("PID|1||~3^^^A", "3"),
        ("PID|1|4^^^A|", "4"),
        ('PID|1|""|""', None),
        ("PID|1", None),
        ("PID|1||9^^^A^SS~8^^^B^AN~7^^^C^CMRN~6^^^D^PI", "7"),
        ("PID|1||7^^^C^EMRN~6^^^D^MRN", "6"),
        ("PID|1||9^^^A^SS~8^^^B^PPN~6^^^D", "6"),
        ("PID|1|5|9^^^A^SS~8^^^B^DL", "9"),
    ],
)
def test_a_patient_is_the_medical_records_number(patient: str, expected: str | None) -> None:
    assert note_of(message(patient, ORDER, *text_lines("Clear."))).patient_id == expected


def test_observations_of_several_names_stand_under_them_and_values_are_lines() -> None:
    note = note_of(
        report(
            *text_lines("Lungs are clear.", "Heart is normal.", name="1&GDT^Chest"),
            *text_lines("Three.", name="1&GDT^Views in findings:"),
            "OBX|3|NM|8806-2^LVEF^LN||55|%|||||F",
            "OBX|4|CWE|2^Rhythm||1^Sinus rhythm^L~2^Normal axis^L||||||F",
            "OBX|5|HD|3^Study||1.2.3||||||F",
            *text_lines("Impression: normal.", name="1&IMP^Chest"),
        )
    )
    assert note.text == (
        "Description:\nLungs are clear.\nHeart is normal.\n\nViews in findings:\nThree.\n\n"
        "LVEF: 55 %\nRhythm: Sinus rhythm; Normal axis\n\n"
        "Impression: normal."
    )


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("SN", ">^100", ">100"),
        ("SN", "^1^:^128", "1:128"),
        ("CE", "^Bordetella pertussis^SNM", "Bordetella pertussis"),
        ("CWE", "260415000^^SCT^^Nicht nachgewiesen", "Nicht nachgewiesen"),
        ("CE", "E11", "E11"),
        ("DT", "20310502", "2031-05-02"),
        ("TS", "203105021420-0500", "2031-05-02T14:20-05:00"),
        ("XPN", "Doe^Jo", ""),
        ("NM", '""', ""),
    ],
)
def test_values_are_written_as_people_read_them(kind: str, value: str, expected: str) -> None:
    note = note_of(report(*text_lines("Clear."), f"OBX|2|{kind}|9^Titre||{value}||||||F"))
    assert note.text == (f"Chest:\nClear.\n\nTitre: {expected}" if expected else "Clear.")


def test_a_correction_has_the_id_of_the_report_it_corrects() -> None:
    preliminary = report("OBX|1|TX|1^Chest||Clear.||||||P", order=ORDER[:-1] + "P")
    corrected = report("OBX|1|TX|1^Chest||Effusion.||||||C", order=ORDER[:-1] + "C")
    assert note_of(preliminary).note_id == note_of(corrected).note_id


def test_what_its_sender_took_back_is_not_read() -> None:
    wrong = "OBX|2|TX|71046^Chest||Another patient's.||||||W"
    assert note_of(report(*text_lines("Clear."), wrong)).text == "Clear."
    assert codes(read(report(wrong))) == [(1, "WithdrawnNote")]


def test_a_report_without_text_is_a_reject() -> None:
    assert codes(read(report(*text_lines("", " ")))) == [(1, "EmptyNote")]
    assert codes(read(message(PATIENT))) == [(1, "BrokenMessage")]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("OBR|1||F|18748-4^X^LN", "Imaging report"),
        ("OBR|1||F|1^X^L^11526-1^Y^LN", "Pathology report"),
        ("OBR|1||F|1^Bone marrow^L" + "|" * 20 + "SP", "Pathology report"),
        ("OBR|1||F|1^Bone marrow^L", "Bone marrow"),
        ("OBR|1||F|CXR", "CXR"),
        ("OBR|1||F", None),
    ],
)
def test_what_a_report_is_called(order: str, expected: str | None) -> None:
    assert note_of(report(*text_lines("Clear."), order=order)).note_type == expected


def test_when_a_report_was_written() -> None:
    line = "OBX|1|TX|1||Clear.||||||F|||20310501"
    assert note_of(report(line, order="OBR|1||F")).authored_at == "2031-05-01"
    assert note_of(report(line, order="OBR|1||F||||2031050108")).authored_at == "2031-05-01T08:00"
    assert note_of(report("OBX|1|TX|1||Clear.", order="OBR|1||F")).authored_at == "2031-05-02T14:20"
