"""What each kind of resource that tells a story becomes, and what tells none."""

from __future__ import annotations

from typing import Any

from tests.unit.fhir_examples import attachment, document, kinds_of, narrative, note_of, read, reject_of

from notes_pipeline.core.formats.fhir.resource_types import RESOURCE_TYPES

LOINC = "http://loinc.org"
RESULT = [{"reference": "Observation/o1"}]


def report(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "DiagnosticReport", "id": "r1", "status": "final", **elements}


def composition(*sections: Any, **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Composition", "id": "c1", "status": "final", "section": list(sections), **elements}


def section(title: str | None, text: str | None, *below: Any, **elements: Any) -> dict[str, Any]:
    told = {"title": title, "text": narrative(text) if text else None, "section": list(below) or None, **elements}
    return {name: value for name, value in told.items() if value is not None}


def test_a_report_is_its_presented_form_and_its_conclusion_unless_that_is_in_it() -> None:
    presented = [attachment("FINDINGS: clear.\nIMPRESSION:  No acute\ndisease.")["attachment"]]
    assert note_of(report(conclusion="Clear.")).text == "Clear."
    assert note_of(report(presentedForm=presented)).text == "FINDINGS: clear.\nIMPRESSION:  No acute\ndisease."
    assert note_of(report(presentedForm=presented, conclusion="No acute disease.")).text.count("acute") == 1
    both = note_of(report(presentedForm=presented, conclusion="Follow up in May.")).text
    assert both.endswith("disease.\n\nConclusion:\nFollow up in May.")


def test_a_report_of_which_only_the_conclusion_can_be_read_is_that() -> None:
    pdf = [{"contentType": "application/pdf", "url": "https://pacs.example/7.pdf"}]
    assert note_of(report(presentedForm=pdf, conclusion="Clear.")).text == "Clear."
    assert reject_of(report(presentedForm=pdf)).code == "AttachmentElsewhere"
    generated, written = narrative("Clear.", "generated"), narrative("Clear.")
    assert reject_of(report(presentedForm=pdf, text=generated)).code == "AttachmentElsewhere"
    assert note_of(report(presentedForm=pdf, text=written)).text == "Clear."


def test_notes_on_a_report_are_told_as_later_versions_of_fhir_have_them() -> None:
    said = report(note=[{"text": "Left foot: flat arch."}], conclusion="No fracture.")
    assert note_of(said).text == "Note:\nLeft foot: flat arch.\n\nConclusion:\nNo fracture."


def test_a_report_that_is_results_and_no_more_is_ignored() -> None:
    assert kinds_of(report(result=RESULT)) == ["DiagnosticReport"]
    assert kinds_of(report(result=RESULT, text=narrative("Sodium 140", "generated"))) == ["DiagnosticReport"]
    assert note_of(report(result=RESULT, text=narrative("Blasts seen."))).text == "Blasts seen."
    assert note_of(report(text=narrative("Normal heart.", "generated"))).text == "Normal heart."
    assert reject_of(report()).code == "NoText"


def test_a_composition_is_its_sections_in_order_under_their_titles() -> None:
    allergies = section(None, "<ul><li>Penicillin</li></ul>", code={"text": "Allergies"})
    note = note_of(
        composition(
            section("Course", "<p>Improved.</p>", section("Surgery", "<p>None.</p>"), section("Empty", None)),
            section("Findings", None, section("Heart", "Regular."), section(None, "Lungs clear.")),
            section("Nothing", None, section("At all", None)),
            allergies,
            section("Plan", "<h3>Plan:</h3><p>Home.</p>"),
            section("Diet", None, emptyReason={"coding": [{"display": "Not asked"}]}),
        )
    )
    assert note.text.split("\n\n") == [
        "Course\nImproved.",
        "Surgery\nNone.",
        "Findings",
        "Heart\nRegular.",
        "Lungs clear.",
        note.text.split("\n\n")[5],
        *note.text.split("\n\n")[6:],
    ]
    assert note.text.split("\n\n")[5].startswith("Allergies\n")
    assert "Penicillin" in note.text
    assert note.text.count("Plan") == 1
    assert note.text.endswith("Diet\nNot asked")
    assert "Empty" not in note.text
    assert "Nothing" not in note.text


def test_a_composition_without_sections_is_its_own_narrative() -> None:
    assert note_of(composition(text=narrative("All of it.", "generated"))).text == "All of it."
    assert reject_of(composition(section("Course", None))).code == "NoText"


def test_sections_may_be_deep() -> None:
    deep = section("Deep", "Down here.")
    for _ in range(250):
        deep = section(None, None, deep)
    assert note_of(composition(deep)).text == "Deep\nDown here."


def test_a_communication_is_what_was_said_in_order() -> None:
    said = {
        "resourceType": "Communication",
        "id": "m1",
        "status": "completed",
        "sent": "2024-01-01",
        "payload": [
            {"contentString": "Dizzy since Monday."},
            {"contentAttachment": attachment("Halve the dose.")["attachment"]},
            {"contentAttachment": {"contentType": "image/png", "data": "AAAA"}},
        ],
        "note": [{"text": "Called back."}],
    }
    note = note_of(said)
    assert note.text == "Dizzy since Monday.\n\nHalve the dose.\n\nCalled back."
    assert (note.note_id, note.authored_at) == ("Communication/m1", "2024-01-01")
    assert reject_of({**said, "payload": said["payload"][2:], "note": []}).code == "UnreadableAttachment"
    assert kinds_of({**said, "payload": [], "note": []}) == ["Communication"]


def test_a_clinical_impression_is_all_that_it_says() -> None:
    impression = {
        "resourceType": "ClinicalImpression",
        "id": "i1",
        "status": "completed",
        "description": "Seen after a fall.",
        "summary": "Likely sprain.",
        "investigation": [
            {"code": {"text": "Examination"}, "item": [{"display": "swollen"}, {"display": "no fracture"}]},
            {"code": {"text": "Nothing found"}},
        ],
        "finding": [
            {"itemCodeableConcept": {"text": "Swelling"}, "basis": "left ankle"},
            {"itemCodeableConcept": {"coding": [{"display": "Pain"}]}},
            {},
        ],
        "note": [{"text": "Rest."}, {"text": "Ice."}],
    }
    parts = [
        "Seen after a fall.",
        "Investigations:\n- Examination: swollen; no fracture",
        "Findings:\n- Swelling: left ankle\n- Pain",
        "Likely sprain.",
        "Rest.",
        "Ice.",
    ]
    assert note_of(impression).text == "\n\n".join(parts)
    bare = {"resourceType": "ClinicalImpression", "status": "completed"}
    assert kinds_of(bare) == ["ClinicalImpression"]
    assert kinds_of({**bare, "text": narrative("id: 1", "generated")}) == ["ClinicalImpression"]
    assert note_of({**bare, "text": narrative("Stable.")}).text == "Stable."


def test_what_was_entered_in_error_is_ignored_and_what_is_superseded_is_not() -> None:
    assert kinds_of(document(status="entered-in-error")) == ["DocumentReference entered-in-error"]
    assert kinds_of(document(docStatus="entered-in-error")) == ["DocumentReference entered-in-error"]
    assert kinds_of(report(status="entered-in-error", conclusion="x")) == ["DiagnosticReport entered-in-error"]
    assert kinds_of(document(status="superseded")) == ["note"]


def test_all_other_resources_are_ignored_by_type() -> None:
    assert len(RESOURCE_TYPES) == 146
    assert kinds_of({"resourceType": "Observation", "text": narrative("Sodium 140")}) == ["Observation"]
    assert kinds_of({"resourceType": "Jane Doe's chart"}) == ["other"]


def test_half_a_character_is_refused_and_no_reason_has_words_of_the_file() -> None:
    (record,) = read(document(id="\ud83d"))
    assert "NotText" in str(record)
    reasons = [reject_of(composition(section("\ud83d", "Jane"))).reason, reject_of(report(text="Jane")).reason]
    assert not any("Jane" in reason for reason in reasons)
