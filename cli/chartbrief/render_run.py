"""A run's report for a person: the table of notes, the books, what was rejected and where the outputs lie."""

import re
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chartbrief.books import ignored_line
from chartbrief.receipts import WHOLE_FILE
from chartbrief.report.write_report import report_file
from chartbrief.results import NoteResult
from chartbrief.run_report import RunReport
from chartbrief.time_split import around_model

# The id of a record that has none of its own is a hash of what it says: nothing to read.
_STEP_NAMES = {
    "model": "model",
    "collect": "check and collect",
    "publish": "tables, codes, groups",
    "stage": "parse and stage",
    "plan": "plan",
    "job": "job around the model",
    "write": "write outputs",
    "idle": "wait",
}
DIGEST = re.compile("[0-9a-f]{64}")


def render_run(console: Console, report: RunReport, rows: int) -> None:
    """Print the report; of the table at most `rows` rows."""
    shown = [note for note in report.notes if note.status != "quarantined"]
    if shown[:rows]:
        console.print(_notes_table(shown[:rows]))
    if len(shown) > rows:
        _say(console, f"... and {len(shown) - rows} more: {report.output / 'summaries.csv'}")
    _render_quarantined(console, [note for note in report.notes if note.status == "quarantined"])
    _say(console, report.books.line(), style="bold green" if report.books.closed else "bold red")
    if report.ignored:
        _say(console, f"ignored {ignored_line(report.ignored)}: no text to summarize, and none is missing", style="dim")
    _render_pending(console, report)
    _say(
        console,
        f"{report.seconds:.1f} s, {report.notes_per_second:.1f} notes a second"
        f" (the local cloud took {report.startup_seconds:.1f} s to start)",
    )
    _render_steps(console, report)
    _render_places(console, report)


def plain(text: str) -> Text:
    """Text as it is: no markup, and no control characters that could steer a terminal."""
    return Text("".join(char if char.isprintable() or char == "\n" else " " for char in text))


def marks_of(note: NoteResult) -> list[str]:
    """What a reader should know about a summary at a glance."""
    marks: list[str] = [note.status] if note.status != "summarized" else []
    if note.amended:
        marks.append("amended")
    if note.summary_kind == "extract":
        marks.append("extract of the note")
    if note.parts is not None and note.parts > 1:
        marks.append(f"{note.parts} parts")
    if note.needs_review:
        marks += [f"review: {_brief(reason)}" for reason in note.review_reasons] or ["review"]
    return marks


def _brief(reason: str) -> str:
    return reason.removeprefix("The note ").rstrip(".")


def _notes_table(notes: Sequence[NoteResult]) -> Table:
    table = Table(show_lines=True, expand=True)
    table.add_column("note", ratio=3, overflow="fold")
    table.add_column("summary", ratio=6)
    table.add_column("marks", ratio=3, overflow="fold")
    for note in notes:
        table.add_row(_note_cell(note), plain(note.summary or note.reason or ""), _marks_cell(note))
    return table


def _note_cell(note: NoteResult) -> Text:
    if note.record == WHOLE_FILE or (note.note_id and note.source.endswith(note.note_id)):
        return plain(note.source)
    where = f"{note.source}:{note.record}"
    if note.note_id is None or DIGEST.fullmatch(note.note_id):
        return plain(where)
    return Text.assemble(plain(note.note_id), "\n", (plain(where).plain, "dim"))


def _marks_cell(note: NoteResult) -> Text:
    cell = plain("\n".join(marks_of(note)))
    cell.stylize("yellow" if note.needs_review or note.status == "pending" else "cyan")
    return cell


def _render_quarantined(console: Console, notes: Iterable[NoteResult]) -> None:
    for note in notes:
        where = f"{note.source}, record {note.record}" if note.record else f"{note.source}, the whole file"
        reason = (note.reason or "").removeprefix(f"{where}: ").removeprefix(f"{note.source}: ")
        console.print(Text.assemble(("quarantined ", "bold red"), plain(where), "\n  ", plain(reason)))


def _render_pending(console: Console, report: RunReport) -> None:
    pending = [note for note in report.notes if note.status == "pending"]
    for source in sorted({note.source for note in pending}):
        count = sum(note.source == source for note in pending)
        _say(console, f"pending: {count} of {source}", style="red")
    for queue, count in report.dead_letters.items():
        _say(console, f"{count} messages failed for good and lie in {queue}; the logs say why", style="red")


def _render_steps(console: Console, report: RunReport) -> None:
    """Print where the time went; every moment counts once, the model's before all others."""
    if sum(report.steps.values()):
        spent = ", ".join(f"{_STEP_NAMES[step]} {seconds:.1f} s" for step, seconds in report.steps.items())
        _say(console, f"{spent} ({around_model(report.steps):.0%} around the model)")


def _render_places(console: Console, report: RunReport) -> None:
    _say(console, f"summaries   {report.output / 'summaries.csv'} and {report.output / 'summaries.jsonl'}")
    _say(console, f"records     {report.output / 'by_note'}" + _quarantine_place(report))
    _say(console, f"report      {report_file(report.output)}")
    _say(console, f"logs        {report.logs}")


def _quarantine_place(report: RunReport) -> str:
    return f", rejected ones {report.output / 'quarantine'}" if report.books.quarantined else ""


def _say(console: Console, text: str, style: str = "") -> None:
    line = plain(text)
    line.stylize(style)
    console.print(line, soft_wrap=True)
