"""The report as one page that opens without a network: styles, script and plots are in it."""

from __future__ import annotations

from html import escape

from note_summarizer.evaluation.compare_systems import Comparison
from note_summarizer.evaluation.judgement import Judgement
from note_summarizer.evaluation.metrics import MAIN, METRIC
from note_summarizer.evaluation.page_document import page_document
from note_summarizer.evaluation.report_answers import answer_cards
from note_summarizer.evaluation.report_plots import bar_plot, difference_histogram, interval_plot, scatter_plot
from note_summarizer.evaluation.report_tables import cost_table, definitions, score_tables, verdict_list
from note_summarizer.evaluation.rouge import ROUGES

_ABOUT = {
    "interval": "The small figures: 95 % percentile bootstrap over notes (Efron 1979). They say how far the mean would"
    " move with other notes of the same kind; with fewer than about twenty notes they are somewhat too narrow.",
    "beats": "Paired bootstrap over notes (Koehn 2004): the 95 % interval of the difference leaves out zero and p is"
    " below 0.05. p is two-sided and not corrected for comparing several systems.",
    "rare reference": "A reference that occurs once among the training and test summaries. Recurring ones can be"
    " guessed without reading the note, which flatters every system.",
    "lead-1, lead-3": "Floors: the note's first sentence, or first three.",
    "nearest": "A floor: the summary of the most similar training note (cosine of TF-IDF over words and word pairs;"
    " nearest-words: over words). What recalling alone gives.",
    "notes a second": "Notes divided by the time spent answering, without loading, on the machine that judged.",
    "CPU s a note": "Seconds of all cores together for each note; a busy machine hardly changes it.",
    "peak memory": "The most memory that the model's own process held, libraries and weights included.",
    "read in parts": "Share of the notes that were longer than the model's input; they are split, never cut off.",
}


def render_page(judgement: Judgement) -> str:
    """Return the whole page as HTML; every text in it is escaped, and no script but its own can run."""
    return page_document("Summaries, judged", _head(judgement), _sections(judgement))


def _head(judgement: Judgement) -> str:
    train = f" · {judgement.train_pairs:,} training pairs" if judgement.train_pairs else ""
    remarks = "".join(f'<div class="warning remark">{escape(remark)}</div>' for remark in judgement.remarks)
    return (
        "<h1>Summaries, judged</h1>"
        f'<p class="soft">{len(judgement.test):,} test notes of {judgement.note_words():.0f} words on average,'
        f" references of {judgement.reference_words():.0f}{train} · {len(judgement.rare):,} rare references · baseline"
        f" {escape(judgement.baseline)}</p>"
        '<div class="warning"><b>This page holds the text of notes.</b> Keep it where the notes themselves may be kept,'
        f" and nowhere else.</div>{remarks}"
    )


def _sections(judgement: Judgement) -> list[tuple[str, str, str]]:
    return [
        ("verdicts", "Which is better?", verdict_lists(judgement)),
        ("scores", "Scores", score_tables(judgement) + interval_figures(judgement)),
        ("differences", "Note by note", difference_figures(judgement)),
        ("costs", "Speed and memory", _costs(judgement)),
        ("answers", "Answers, side by side", _legend() + answer_cards(judgement)),
        ("definitions", "What the figures mean", _definitions(judgement)),
    ]


def verdict_lists(judgement: Judgement) -> str:
    """Return the verdicts on all notes, and on the rare ones where they are not the same."""
    on_all, on_rare = judgement.verdicts(), judgement.verdicts(rare=True)
    if not on_all:
        return ""
    if len(judgement.rare) == len(judgement.test):  # the same again
        on_rare = []
    rare = f"<h3>On the {len(judgement.rare)} notes with rare references</h3>{verdict_list(on_rare)}" if on_rare else ""
    return f"{verdict_list(on_all)}{rare}"


def interval_figures(judgement: Judgement) -> str:
    """Return a plot of every ROUGE with its intervals."""
    figures = ""
    for key in ROUGES:
        rows = [(system.name, system.scores[key]) for system in judgement.systems]
        title = f"<b>{METRIC[key].label}</b>, mean and 95 % interval"
        figures += f"<figure><figcaption>{title}</figcaption>{interval_plot(rows, judgement.baseline)}</figure>"
    return f'<div class="card plots">{figures}</div>'


def difference_figures(judgement: Judgement) -> str:
    """Return what every comparison looks like note by note; those against floors are a click away."""
    floors = {system.name for system in judgement.systems if system.kind == "floor"}
    plots = [(found.against in floors, _difference(judgement, found)) for found in judgement.verdicts()]
    shown = "".join(plot for is_floor, plot in plots if not is_floor)
    folded = "".join(plot for is_floor, plot in plots if is_floor)
    if not shown or not folded:
        return shown or folded
    return f"{shown}<details><summary>against the floors</summary>{folded}</details>"


def _difference(judgement: Judgement, found: Comparison) -> str:
    before, after = (judgement.system(name).counts[MAIN].parts for name in (found.against, found.system))
    differences = [b - a for a, b in zip(before, after, strict=True)]
    gained, lost = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
    said = f"{gained} notes gained, {lost} lost, {len(before) - gained - lost} stayed the same"
    plots = (
        f"<figure><figcaption><b>{escape(found.system)} over {escape(found.against)}</b>: difference in ROUGE-1;"
        f" {said}</figcaption>{difference_histogram(differences)}</figure>"
        f"<figure><figcaption>ROUGE-1 of each note; above the line {escape(found.system)} is better</figcaption>"
        f"{scatter_plot(before, after, found.against, found.system)}</figure>"
    )
    return f'<div class="card plots">{plots}</div>'


def _costs(judgement: Judgement) -> str:
    models = [system for system in judgement.systems if system.kind == "model"]
    speeds = [(s.name, s.run.notes_per_second, f"{s.run.notes_per_second:,.1f}") for s in models]
    peaks = [(s.name, s.run.peak_bytes / 1e6, f"{s.run.peak_bytes / 1e6:,.0f} MB") for s in models if s.run.peak_bytes]
    titles = (("Notes a second", speeds), ("Peak memory", peaks))
    figures = "".join(
        f"<figure><figcaption><b>{title}</b></figcaption>{bar_plot(rows)}</figure>" for title, rows in titles if rows
    )
    return cost_table(judgement.systems) + (f'<div class="card plots">{figures}</div>' if figures else "")


def _legend() -> str:
    return (
        '<p class="soft small">ROUGE-1 stands beside each answer, with the difference from the baseline.'
        " <mark>Tinted</mark>: a word of the reference."
        ' <mark class="invented">Underlined</mark>: a number that the note does not hold.</p>'
    )


def _definitions(judgement: Judgement) -> str:
    about = "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in _ABOUT.items())
    draws = f"Intervals: {judgement.resamples:,} drawn sets; comparisons: ten times as many; seed {judgement.seed}."
    return f'<div class="card"><dl>{definitions()}{about}</dl><p class="soft small">{draws}</p></div>'
