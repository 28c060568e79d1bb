"""Commands that act, on a run's local cloud: redriven records go on with the next run, a patient is gone for good."""

from pathlib import Path

from tests.e2e.command import Command

NAME, PATIENT = "zanzibarine", "p-1001"
PATIENTS = (
    "note_id,patient_id,encounter_id,note\n"
    f"x1,{PATIENT},visit-9,{NAME} has had a fever of 39.2 since Monday and a productive cough.\n"
    f"x2,p-2002,visit-8,Acute asthma with wheezing. Salbutamol given twice.\nx3,{PATIENT},visit-9,\n"
)
OTHER_FIELDS = "note_id,patient_id,text\ny1,p-3,Ankle sprained on the stairs.\n"


def folder(path: Path, **files: str) -> Path:
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text)
    return path


def test_redriven_and_forgotten_on_the_state_that_a_run_has_kept(command: Command, tmp_path: Path) -> None:
    out, state = tmp_path / "out", tmp_path / "out" / ".chartbrief"
    first = folder(tmp_path / "first" / "ehr", a=PATIENTS, b=OTHER_FIELDS).parent
    assert command.run("run", first, "--out", out, "--json").json()["quarantined"] == 2
    asked = command.run("redrive", "--quarantined", "--code", "NoNoteColumn", "--state", state, "--json")
    assert asked.json()["codes"] == {"NoNoteColumn": 1}

    gone = command.run("forget", PATIENT, "--state", state, "--yes", "--json")
    assert (gone.status, gone.json()["traces_found"]) == (0, 0)
    assert gone.json()["proof"]["output folder"]["looked_at"] > 10
    for path in (path for path in out.rglob("*") if path.is_file()):
        assert NAME.encode() not in path.read_bytes(), path
        assert f"{PATIENT}".encode() not in path.read_bytes(), path

    second = folder(tmp_path / "second" / "ehr", c="note_id,text\nz1,Sprained wrist. Splint applied.\n").parent
    report = command.run("run", second, "--note-field", "text", "--out", out, "--json")
    assert report.status == 0, report.stderr
    audit = command.run("audit", "--state", state, "--grace", "0", "--json")
    assert (audit.status, audit.json()["findings"]) == (0, [])
    books = audit.json()["books"]
    assert (books["summarized"], books["superseded"], books["quarantined"]) == (3, 1, 0)
