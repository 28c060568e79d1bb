"""The page as a text: what a browser would make of it, and what the data in it says."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report_examples import STEMI, STEMI_SUMMARY, TRAP, day
from tests.unit.report_folders import many, write_folder, write_groups, write_rejects
from tests.unit.report_reader import Reader, by_id, cut16
from typer.testing import CliRunner

from chartbrief.app import app
from chartbrief.report.show_folder import show_folder
from chartbrief.report.utf16 import Utf16Offsets
from chartbrief.report.write_page import SCRIPTS, STYLES, to_script_json, write_page
from chartbrief.report.write_report import write_report


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = write_folder(tmp_path_factory.mktemp("day") / "out", day())
    write_rejects(out, f"the note is empty {TRAP}")
    write_groups(out, ("P1", "pg-1", "Infarction with stroke"), ("P1", "icd10:I21", "Acute myocardial infarction"))
    return out


@pytest.fixture(scope="module")
def page(out: Path) -> str:
    return write_report(out).read_text("utf-8")


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    return Reader(page)


def test_no_text_of_a_folder_becomes_an_element_or_ends_a_script(read: Reader, page: str) -> None:
    assert set(read.scripts) == {"data-folder", "data-chunk-0", ""}
    assert not {"img", "svg", "b"} & set(read.tags)
    assert read.tags.count("script") == 3
    data = "".join(text for name, text in read.scripts.items() if name)
    assert not re.search("[<>&\u2028\u2029\x00]", data)
    assert by_id(read, TRAP)[1][0]["text"] == TRAP


def test_nothing_may_run_or_connect_but_what_is_in_the_page(read: Reader, page: str) -> None:
    script, style = read.scripts[""], page.split("<style>")[1].split("</style>")[0]
    hashes = ["sha256-" + base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in (script, style)]
    directives = dict(part.strip().split(" ", 1) for part in read.policy.split(";"))
    assert directives == {
        "default-src": "'none'",
        "script-src": f"'{hashes[0]}'",
        "style-src": f"'{hashes[1]}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert not re.search(
        r"https?://(?!www\.w3\.org/2000/svg)|url\((?!#)|@import", page.split("<script type")[0] + script
    )
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|DOMParser", script)


def test_spans_are_turned_into_the_browsers_units_beyond_a_face(read: Reader) -> None:
    version = by_id(read, "ED-1")[1][0]
    places = [[cut16(STEMI, place) for place in clause["places"]] for clause in version["evidence"]]
    assert places[:2] == [["Acute anterior STEMI"], ["chest pain", "radiating to the left arm"]]
    assert cut16(STEMI_SUMMARY, version["findings"][1]["span"]) == "fever"
    assert [f["place"] and cut16(STEMI, f["place"]) for f in version["findings"]] == ["left arm", "No fever", None]
    assert cut16(STEMI, version["codes"]["candidates"][0]["places"][0]) == "Acute anterior STEMI"


@given(st.text(), st.integers(-3, 60), st.integers(-3, 60))
def test_utf16_offsets_cut_what_code_points_cut(text: str, start: int, end: int) -> None:
    start, end = sorted((max(start, 0), max(end, 0)))
    units = Utf16Offsets(text)
    encoded = text.encode("utf-16-le", "surrogatepass")
    cut = encoded[2 * units.at(start) : 2 * units.at(end)].decode("utf-16-le", "surrogatepass")
    assert cut.encode("utf-16-le", "surrogatepass") == text[start:end].encode("utf-16-le", "surrogatepass")


@given(st.recursive(st.text(st.characters()), st.lists, max_leaves=5))
def test_script_json_says_the_same_and_is_inert(value: Any) -> None:
    text = to_script_json(value)
    assert json.loads(text) == value
    assert not re.search("[<>&\u2028\u2029\ud800-\udfff]", text)


def test_rows_tell_what_is_filtered_by(read: Reader) -> None:
    row, versions = by_id(read, "ED-1")
    assert (row["type"], row["review"], row["kind"]) == ("ED note", True, "model")
    assert row["findings"] == [["laterality", "moderate"], ["negation", "severe"], ["unit", "minor"]]
    assert by_id(read, "NUR-2")[0]["findings"] == [["laterality", "severe"], ["outcome", "severe"]]
    assert (row["categories"], row["codes"], len(versions)) == (["I21"], ["I21.09"], 1)
    groups = read.data("folder")["groups"]
    assert [groups[i]["label"] for i in row["groups"]] == ["Infarction with stroke", "Acute myocardial infarction"]
    assert read.data("folder")["categories"]["I21"] == "Acute myocardial infarction"


def test_a_notes_versions_stand_together_the_current_one_first(read: Reader) -> None:
    row, versions = by_id(read, "ED-3")
    assert row["versions"] == 2
    assert [(version["status"], version["text"]) for version in versions] == [
        ("draft", "Sprained ankle, no fracture."),
        ("superseded", "Sprained ankle."),
    ]


def test_a_missing_text_and_missing_codes_are_null(read: Reader) -> None:
    [version] = by_id(read, "ED-4")[1]
    assert (version["text"], version["codes"], version["evidence"]) == (None, None, [])


def test_an_extract_comes_with_the_rejected_text_and_its_findings(read: Reader) -> None:
    [version] = by_id(read, "NUR-2")[1]
    assert version["kind"] == "extract"
    assert version["rejected"]["summary"] == "Left lower lobe pneumonia, died."
    assert [f["severity"] for f in version["rejected"]["findings"]] == ["severe", "severe"]


def test_quarantined_records_are_told_by_file_and_record(read: Reader) -> None:
    rejects = read.data("folder")["quarantine"]
    assert [(r["source"], r["record"], r["code"]) for r in rejects] == [
        ("ed/day.csv", 0, "EmptyNote"),
        ("ed/day.csv", 3, "EmptyNote"),
    ]


def test_more_notes_than_a_chunk_are_cut_into_chunks_in_the_lists_order() -> None:
    shown = show_folder(many(230), "out", "2031-03-15T09:30:00+00:00")
    read = Reader("".join(write_page(shown)))
    sizes = [len(read.data(f"chunk-{i}")) for i in range(3)]
    assert sizes == [100, 100, 30]
    assert read.data("folder")["notes"][205]["id"] == "N-00205"
    assert "Bed 205." in read.data("chunk-2")[5][0]["text"]


def test_the_command_writes_the_page_where_it_is_told(out: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["report", "--out", str(out), "--html", str(tmp_path / "day.html")])
    assert (result.exit_code, result.stdout.strip()) == (0, str(tmp_path / "day.html"))
    assert (tmp_path / "day.html").stat().st_mode & 0o077 == 0


def test_a_folder_that_no_run_wrote_is_refused_and_a_broken_record_is_named(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["report", "--out", str(tmp_path)]).exit_code == 2
    (tmp_path / "by_note/a").mkdir(parents=True)
    (tmp_path / "by_note/a/b.json").write_text("{}")
    result = CliRunner().invoke(app, ["report", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "b.json" in result.stderr
    assert not (tmp_path / "report.html").exists()


def test_every_file_of_the_page_is_used_and_short() -> None:
    folder = Path(write_report.__code__.co_filename).parent / "page"
    assert {path.name for path in folder.iterdir()} == {*STYLES, *SCRIPTS, "page.html"}
    assert [p.name for p in folder.iterdir() if len(p.read_text("utf-8").splitlines()) > 200] == []
