"""Page, Markdown and files: self-contained, escaped, without note text where none belongs."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from tests.unit.comparison_examples import compared
from tests.unit.evaluation_examples import HOSTILE
from tests.unit.test_evaluation_report import Elements

from chartbrief.model.compare_tables import render_compared
from note_summarizer.comparison.compared import Compared
from note_summarizer.comparison.markdown import render_markdown
from note_summarizer.comparison.page import render_page
from note_summarizer.comparison.page_answers import marked
from note_summarizer.comparison.write_comparison import refuse_to_overwrite, write_comparison
from note_summarizer.errors import OutputError
from notes_pipeline.records import Finding, FindingKind, Severity, Span

SECRET = "zebrafishpain"


def printed(found: Compared) -> str:
    console = Console(width=160, record=True, file=StringIO())
    render_compared(console, found)
    return console.export_text()


def test_the_page_is_well_formed_asks_nobody_and_names_its_sources_as_text() -> None:
    page = render_page(compared())
    elements = Elements(page)
    assert elements.open == []
    assert not [tag for tag, attributes in elements.found if {"src", "srcset", "href"} & set(attributes) and tag != "a"]
    assert all((a["href"] or "").startswith("#") for tag, a in elements.found if tag == "a")
    assert not re.search(r"@import|url\(", page)
    (policy,) = [a["content"] for tag, a in elements.found if tag == "meta" and a.get("http-equiv")]
    assert (policy or "").startswith("default-src 'none'")
    sections = [a.get("id") for tag, a in elements.found if tag == "section"]
    wanted = "choice glance verdicts quality trust failures speed costs differences answers definitions"
    assert sections == wanted.split()


def test_hostile_text_is_shown_and_never_run() -> None:
    elements = Elements(render_page(compared(text=HOSTILE, name="<b>tuned</b>")))
    tags = [tag for tag, _ in elements.found]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert not [a for _, attributes in elements.found for a in attributes if a.startswith("on")]
    assert f"note {HOSTILE}" in elements.text
    assert "<b>tuned</b>" in elements.text


def test_the_page_shows_failures_findings_and_the_line_to_change() -> None:
    text = Elements(render_page(compared())).text
    assert "no answer: Refused" in text
    assert "3, 6" in text  # records, not places
    assert "SummarizerOption=x" in text
    assert "Take tuned." in text
    assert "77 mg" in text
    assert "rejected" in text
    assert "McNemar" in text


@pytest.mark.parametrize("shown", [render_markdown, printed])
def test_what_may_be_shared_holds_no_word_of_a_note(shown) -> None:  # type: ignore[no-untyped-def]
    found = compared(text=SECRET)
    assert SECRET in render_page(found)
    text = shown(found)
    assert SECRET not in text
    assert "Take tuned." in text
    assert "SummarizerOption=x" in text


def test_markdown_shows_names_as_they_are() -> None:
    text = render_markdown(compared(name="a|b*<i>"))
    assert "a\\|b\\*&lt;i&gt;" in text
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    widths = [{len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()} for table in tables]
    assert len(widths) == 6
    assert all(len(of_a_table) == 1 for of_a_table in widths)
    assert "some \\| effort" in text


def test_figures_without_intervals_are_the_same_everywhere() -> None:
    found = compared()
    glance = render_markdown(found).split("## At a glance")[1].split("##")[0]
    tuned = next(line for line in glance.splitlines() if line.startswith("| tuned"))
    # Two of twelve gave no answer, and what the others say holds a number that is not in the note.
    assert "| 100 (100-100) | 0.0 (0.0-0.0) | 100 (100-100) | 2 |" in tuned
    assert "5.0" in tuned  # ten answers in two seconds


def test_findings_are_marked_where_they_stand_the_gravest_first() -> None:
    def finding(severity: Severity, start: int, end: int, said: str) -> Finding:
        return Finding(kind=FindingKind.NUMBER, severity=severity, span=Span(start=start, end=end), explanation=said)

    found = [finding(Severity.MINOR, 0, 7, '"minor"'), finding(Severity.SEVERE, 4, 9, "<severe>")]
    assert marked("a<b & c>d & e", found) == (
        '<mark class="minor" title="&quot;minor&quot;">a&lt;b </mark>'
        '<mark class="severe" title="&quot;minor&quot; &lt;severe&gt;">&amp; c</mark>'
        '<mark class="severe" title="&lt;severe&gt;">&gt;d</mark> &amp; e'
    )
    assert marked("plain <text>", []) == "plain &lt;text&gt;"


def test_the_files_hold_what_they_should(tmp_path: Path) -> None:
    found = compared(text=SECRET)
    write_comparison(found, tmp_path / "out")
    out = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    assert sorted(out) == ["answers.jsonl", "comparison.html", "comparison.md", "scores.json"]
    assert [name for name, text in sorted(out.items()) if SECRET in text] == ["answers.jsonl", "comparison.html"]
    scores = json.loads(out["scores.json"])
    tuned = scores["systems"][1]
    assert (tuned["failures"], tuned["failed_records"]) == ({"Refused": 2}, {"Refused": [3, 6]})
    assert (tuned["option"], tuned["cost_per_1000_notes_usd"]) == ("pegasus", 0.5)
    assert scores["recommendation"]["changes"] == [
        {"system": "tuned", "parameters": "SummarizerOption=x", "before": "First."}
    ]
    rows = [json.loads(line) for line in out["answers.jsonl"].splitlines()]
    assert len(rows) == 12
    assert rows[2]["answers"]["tuned"]["failure"] == "Refused"
    assert rows[0]["answers"]["tuned"]["rejected"] is True


def test_a_comparison_is_not_overwritten_unasked(tmp_path: Path) -> None:
    refuse_to_overwrite(tmp_path, force=False)
    (tmp_path / "comparison.md").touch()
    with pytest.raises(OutputError, match="holds a report already"):
        refuse_to_overwrite(tmp_path, force=False)
    refuse_to_overwrite(tmp_path, force=True)
    with pytest.raises(OutputError, match="is a file"):
        refuse_to_overwrite(tmp_path / "comparison.md", force=True)
