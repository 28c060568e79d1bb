"""The report: it opens without a network, says what was found, and shows hostile text as text."""

import errno
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.evaluation_examples import HOSTILE, judgement

from note_summarizer.errors import OutputError
from note_summarizer.evaluation.bootstrap import Interval
from note_summarizer.evaluation.report import ANSWERS, PAGE, SCORES, write_report
from note_summarizer.evaluation.report_answers import gains, marked, shown_places
from note_summarizer.evaluation.report_page import render_page
from note_summarizer.evaluation.report_plots import (
    bar_plot,
    difference_histogram,
    interval_plot,
    nice_ticks,
    scatter_plot,
)
from note_summarizer.pairs.pair import Pair


class Elements(HTMLParser):
    """Collects a page's elements and texts, as a browser would see them."""

    VOID = frozenset({"meta", "input", "br", "img"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_well_formed_and_asks_nobody_for_anything() -> None:
    page = render_page(judgement())
    elements = Elements(page)
    assert elements.open == []
    assert not re.search(r"https?://|@import|url\(", page)
    assert not [tag for tag, attributes in elements.found if {"src", "srcset"} & set(attributes) or tag == "link"]
    (policy,) = [a["content"] for tag, a in elements.found if tag == "meta" and a.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "script-src 'sha256-" in policy


def test_the_page_says_what_was_found_and_that_it_holds_notes() -> None:
    text = Elements(render_page(judgement())).text
    assert "tuned beats base by" in text
    assert "tuned beats lead-1 by" in text
    assert "This page holds the text of notes." in text
    assert "nearest is left out: no training pairs." in text
    assert "On the 6 notes with rare references" in text
    assert "Koehn 2004" in text


def test_hostile_text_is_shown_and_never_run() -> None:
    elements = Elements(render_page(judgement(text=HOSTILE, name="<b>tuned</b>")))
    tags = [tag for tag, _ in elements.found]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert not [a for _, attributes in elements.found for a in attributes if a.startswith("on")]
    assert f"reference {HOSTILE}" in elements.text
    assert f"note {HOSTILE}" in elements.text
    assert "<b>tuned</b>" in elements.text


def test_plots_are_whole_xml_and_name_their_systems() -> None:
    interval = Interval(5.0, 2.0, 8.0)
    drawn = (
        interval_plot([("a&b", interval), ("<c>", None), ("a name that is much too long", interval)], "a&b"),
        difference_histogram([-50.0, 0.0, 3.0, 80.0]),
        difference_histogram([0.0]),
        scatter_plot([0.0, 10.0], [5.0, 5.0], "before<", "after>"),
        bar_plot([("a", 0.0, "0"), ("b", 5.0, "5 MB")]),
        bar_plot([]),
    )
    for plot in drawn:
        ET.fromstring(plot)
    assert "a&amp;b" in drawn[0]


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=40))
def test_every_note_is_in_a_bar_and_every_bar_in_the_plot(differences: list[float]) -> None:
    bars = ET.fromstring(difference_histogram(differences)).findall("rect")
    assert sum(int(bar.find("title").text.split()[0]) for bar in bars) == len(differences)  # type: ignore[union-attr]
    assert all(0 <= float(bar.attrib["x"]) <= 420 - float(bar.attrib["width"]) for bar in bars)


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
def test_ticks_are_few_even_and_hold_the_data(low: float, span: float) -> None:
    ticks = nice_ticks(low, low + span)
    steps = [later - earlier for earlier, later in pairwise(ticks)]
    assert 2 <= len(ticks) <= 8
    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= low + span - span * 1e-3 - 1e-6
    assert max(steps) == pytest.approx(min(steps), rel=1e-3, abs=1e-9)


def test_words_of_the_reference_are_tinted_and_unsupported_numbers_stand_out() -> None:
    found = marked("Chest pain, HR 77, BP 120/80.", Pair("BP one twenty over eighty", "chest pain", 1))
    assert found == '<mark>Chest</mark> <mark>pain</mark>, HR <mark class="invented">77</mark>, BP 120/80.'


@given(st.text())
def test_marking_changes_no_text(answer: str) -> None:
    assert Elements(marked(answer, Pair("note 5", "chest pain", 1))).text.split() == answer.split()


def test_notes_are_ordered_by_gain_and_of_many_both_ends_are_shown() -> None:
    found = judgement(notes=30)
    ordered = shown_places(found)
    assert len(ordered) == 30
    assert ordered[-1] == 0  # the one note that tuned lost
    assert gains(found, 0)[0] == -5.0
    few = shown_places(found, most=6)
    assert (few[:2], few[-2:]) == (ordered[:2], ordered[-2:])
    assert len(set(few)) == 6


def test_three_files_are_written_and_only_two_hold_text(tmp_path: Path) -> None:
    found = judgement(text="canary 4711")
    write_report(found, tmp_path / "deep" / "out")
    write_report(found, tmp_path / "deep" / "out")
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "deep" / "out").iterdir()}
    assert set(written) == {SCORES, ANSWERS, PAGE}
    assert ["canary" in written[name] for name in (SCORES, ANSWERS, PAGE)] == [False, True, True]
    rows = [json.loads(line) for line in written[ANSWERS].splitlines()]
    assert [row["record"] for row in rows] == list(range(1, 13))
    assert rows[0]["answers"]["tuned"] == "answer canary 4711 77"
    assert rows[0]["scores"]["base"]["number_recall"] is None
    scores = json.loads(written[SCORES])
    assert scores == found.as_json()
    assert scores["systems"][1]["scores"]["rouge1"].keys() == {"mean", "low", "high"}
    assert scores["systems"][2]["peak_memory_mb"] is None


def test_a_full_disk_leaves_no_half_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def full(path: Path, *text: str) -> int:
        if path.name.startswith(PAGE):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, *text)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        write_report(judgement(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_report(judgement(), tmp_path / "file" / "out")
