"""What `chartbrief model evaluate` prints: scores, costs, verdicts, and answers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chartbrief.render_run import plain
from note_summarizer.evaluation.metrics import MAIN, METRIC
from note_summarizer.evaluation.rouge import ROUGES

if TYPE_CHECKING:  # numpy comes with these, and every command of `chartbrief` would wait for it
    from note_summarizer.evaluation.bootstrap import Interval
    from note_summarizer.evaluation.compare_systems import Comparison
    from note_summarizer.evaluation.judgement import JudgedSystem, Judgement

_FAITHFUL = ("number_precision", "number_recall", "entity_precision", "entity_recall")
_NOVEL = ("novel_1", "novel_2", "novel_3", "novel_4")
_LONGEST_SHOWN = 600  # characters
_MOST_COLUMNS = 3


def render_judgement(console: Console, judgement: Judgement, show: int) -> None:
    """Print scores, costs and verdicts; of the notes' texts only answers to `show` notes."""
    console.print(_rouge_table(judgement, rare=False))
    if 0 < len(judgement.rare) < len(judgement.test):
        console.print(_rouge_table(judgement, rare=True))
    console.print(_faithful_table(judgement))
    console.print(_shape_table(judgement))
    for found in judgement.verdicts():
        console.print(_verdict(found), soft_wrap=True)
    if show:
        console.print(_answers_table(judgement, show))
    for remark in judgement.remarks:
        console.print(Text(remark, "yellow"), soft_wrap=True)


def render_files(console: Console, out: Path) -> None:
    """Print where the report lies, and what is to be kept safe."""
    from note_summarizer.evaluation.report import ANSWERS, PAGE, SCORES

    for name, path in (("report", PAGE), ("answers", ANSWERS), ("scores", SCORES)):
        console.print(f"{name:<8}{out / path}", markup=False, highlight=False, soft_wrap=True)
    console.print("Report and answers hold note text: keep them where notes may be kept.", soft_wrap=True)


def _rouge_table(judgement: Judgement, *, rare: bool) -> Table:
    notes = f"{len(judgement.rare)} notes with rare references" if rare else f"all {len(judgement.test)} notes"
    table = _table(f"ROUGE F1 (95 % interval), {notes}", [METRIC[key].label for key in ROUGES])
    for system in judgement.systems:
        scores = system.rare_scores if rare else system.scores
        table.add_row(_name(system), *(_with_interval(scores[key]) for key in ROUGES))
    return table


def _faithful_table(judgement: Judgement) -> Table:
    table = _table("Faithfulness, % (95 % interval)", [METRIC[key].label for key in _FAITHFUL])
    for system in judgement.systems:
        table.add_row(_name(system), *(_with_interval(system.scores[key]) for key in _FAITHFUL))
    return table


def _shape_table(judgement: Judgement) -> Table:
    words = f"{judgement.reference_words():.0f} words in a reference, {judgement.note_words():.0f} in a note"
    heads = ("words", "times shorter", "novel 1/2/3/4-grams, %", "notes/s", "CPU s/note", "peak MB", "in parts, %")
    table = _table(f"Length, copying and cost ({words})", heads)
    for system in judgement.systems:
        run, scores = system.run, system.scores
        novel = " ".join(_mean(scores[key], 0) for key in _NOVEL)
        peak = f"{run.peak_bytes / 1e6:,.0f}" if run.peak_bytes else "-"
        cpu = f"{run.cpu_seconds / len(run.answers):.2f}" if run.cpu_seconds is not None else "-"
        costs = (f"{run.notes_per_second:,.1f}", cpu, peak, f"{run.share_in_parts:.1f}")
        table.add_row(_name(system), _mean(scores["words"]), _mean(scores["compression"]), novel, *costs)
    return table


def _table(title: str, heads: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("system", overflow="fold")
    for head in heads:
        table.add_column(head, justify="right")
    return table


def _name(system: JudgedSystem) -> Text:
    return Text(system.name, "dim" if system.kind == "floor" else "bold")


def _with_interval(found: Interval | None) -> str:
    return f"{found.mean:.1f} ({found.low:.1f}-{found.high:.1f})" if found else "-"


def _mean(found: Interval | None, decimals: int = 1) -> str:
    return f"{found.mean:.{decimals}f}" if found else "-"


def _verdict(found: Comparison) -> Text:
    style = "green" if found.result.better else "red" if found.result.worse else ""
    return Text(f"{found.verdict}.", style)


def _answers_table(judgement: Judgement, show: int) -> Table:
    """Return the answers to notes between the largest and the smallest gain, evenly chosen."""
    from note_summarizer.evaluation.report_answers import shown_places

    ordered = shown_places(judgement, len(judgement.test))
    count = min(show, len(ordered))
    chosen = [ordered[round(number * (len(ordered) - 1) / max(1, count - 1))] for number in range(count)]
    by = next((f", by falling gain of {c.system} over {c.against}" for c in judgement.verdicts()), "")
    table = Table(title=f"Side by side{by}", title_justify="left", title_style="bold", show_lines=True, expand=True)
    table.add_column("note", ratio=1, overflow="fold")
    table.add_column("reference", ratio=3)
    for system in _side_by_side(judgement):
        table.add_column(system.name, ratio=3)
    for place in chosen:
        table.add_row(*_answers_row(judgement, place))
    return table


def _answers_row(judgement: Judgement, place: int) -> list[Text]:
    pair = judgement.test[place]
    cells = [plain(f"record {pair.record}"), plain(_cut(pair.summary))]
    for system in _side_by_side(judgement):
        score = Text(f"\nROUGE-1 {system.counts[MAIN].parts[place]:.1f}", "dim")
        cells.append(Text.assemble(plain(_cut(system.run.answers[place]) or "no answer"), score))
    return cells


def _side_by_side(judgement: Judgement) -> list[JudgedSystem]:
    """The models; the floors too where that leaves columns wide enough to read."""
    few = len(judgement.systems) <= _MOST_COLUMNS
    return [system for system in judgement.systems if few or system.kind == "model"]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]} ..."
