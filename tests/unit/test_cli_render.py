"""What a person reads at the end of a run."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from chartbrief.books import Books
from chartbrief.progress import LineProgress, TerminalProgress, progress_on
from chartbrief.receipts import Standing
from chartbrief.render_run import marks_of, plain, render_run
from chartbrief.results import NoteResult
from chartbrief.run_report import RunReport

DONE = NoteResult(
    note_id="ED-1", source="ed/a.csv", record=2, status="summarized", summary="Chest pain, HR 120.", parts=1
)
BAD = NoteResult(note_id=None, source="ed/a.csv", record=3, status="quarantined", reason="The note is empty: fill it.")
LATE = NoteResult(note_id=None, source="ed/b.csv", record=1, status="pending", reason="Not finished.")


def rendered(*notes: NoteResult, books: Books, rows: int = 200, ignored: Mapping[str, int] | None = None) -> str:
    given = (books, notes, 2.0, 1.0, Path("out"), Path("out/.chartbrief/logs"), {"BatchNowQueue": 1})
    report = RunReport(*given, ignored=ignored or {})
    console = Console(width=120, record=True, quiet=False, file=Path("/dev/null").open("w"))  # noqa: SIM115
    with console.file:
        render_run(console, report, rows)
    return console.export_text()


def test_the_report_has_summary_books_reason_throughput_and_places() -> None:
    text = rendered(DONE, BAD, books=Books(summarized=1, quarantined=1))
    for part in (
        "Chest pain, HR 120.",
        "received 2 = summarized 1 + quarantined 1 + duplicate 0 + superseded 0 + pending 0",
        "ed/a.csv, record 3",
        "The note is empty: fill it.",
        "1.0 notes a second",
        "out/summaries.csv",
        "out/quarantine",
        "out/report.html",
        "out/.chartbrief/logs",
    ):
        assert part in text


def test_what_is_ignored_is_told_by_kind_beside_the_books_if_there_is_any() -> None:
    text = rendered(DONE, books=Books(summarized=1), ignored={"Patient": 2, "Condition": 9, "Claim": 2})
    assert "received 1 = summarized 1" in text
    assert "ignored 13 (Condition 9, Claim 2, Patient 2)" in text
    assert "ignored" not in rendered(DONE, books=Books(summarized=1))


def test_what_is_pending_is_named_by_file() -> None:
    text = rendered(LATE, books=Books(pending=1))
    assert "pending: 1 of ed/b.csv" in text
    assert "BatchNowQueue" in text


def test_a_long_table_is_cut_and_says_so() -> None:
    text = rendered(DONE, DONE, DONE, books=Books(summarized=3), rows=1)
    assert text.count("Chest pain, HR 120.") == 1
    assert "and 2 more" in text


def test_marks_name_what_a_reader_should_look_at() -> None:
    note = DONE.model_copy(
        update={"parts": 3, "amended": True, "needs_review": True, "review_reasons": ("number 7 is not in the note",)}
    )
    assert marks_of(note) == ["amended", "3 parts", "review: number 7 is not in the note"]
    assert marks_of(DONE) == []
    assert marks_of(DONE.model_copy(update={"status": "duplicate"})) == ["duplicate"]


def test_text_from_files_neither_styles_nor_steers_the_terminal() -> None:
    assert plain("[red]x[/red]\x1b[2J\ty").plain == "[red]x[/red] [2J y"


def test_progress_lines_come_every_few_seconds_not_with_every_look() -> None:
    now, console = [100.0], Console(record=True, width=120, file=Path("/dev/null").open("w"))  # noqa: SIM115
    with console.file, LineProgress(console, clock=lambda: now[0]) as progress:
        for second in range(8):
            now[0] = 100.0 + second
            progress.show(Standing(3, 2, 1))
    assert console.export_text().count("dropped 2/3 files, staged 1/3, summarized 0") == 3


def test_a_terminal_gets_bars() -> None:
    with Path("/dev/null").open("w") as sink:
        console = Console(force_terminal=True, file=sink, width=120)
        progress = progress_on(console)
        assert isinstance(progress, TerminalProgress)
        with progress:
            progress.tell("Starting ...")
            progress.show(Standing(3, 2, 1))
        assert isinstance(progress_on(Console(file=sink)), LineProgress)
