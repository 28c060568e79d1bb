"""The comparison as one page that opens without a network, in the evaluation's look."""

from __future__ import annotations

from html import escape
from importlib import resources

from note_summarizer.comparison.compared import Compared
from note_summarizer.comparison.page_answers import answer_cards
from note_summarizer.comparison.page_tables import (
    cost_figures,
    html_table,
    meanings,
    recommendation,
    speed_figures,
    trust_figures,
    trust_verdicts,
)
from note_summarizer.comparison.tables import cost_table, failure_table, glance_table, speed_table, trust_table
from note_summarizer.evaluation.page_document import page_document
from note_summarizer.evaluation.report_page import difference_figures, interval_figures
from note_summarizer.evaluation.report_tables import score_tables, verdict_list

TITLE = "Ways to summarize, compared"


def render_page(compared: Compared) -> str:
    """Return the whole page as HTML; every text in it is escaped, and no script but its own can run."""
    style = resources.files("note_summarizer.comparison").joinpath("page", "compare.css").read_text("utf-8")
    return page_document(TITLE, _head(compared), _sections(compared), style)


def _head(compared: Compared) -> str:
    judgement = compared.judgement
    remarks = "".join(f'<div class="warning remark">{escape(remark)}</div>' for remark in judgement.remarks)
    return (
        f"<h1>{TITLE}</h1>"
        f'<p class="soft">{len(judgement.test):,} notes of {judgement.note_words():.0f} words on average, references of'
        f" {judgement.reference_words():.0f} · every system got the same notes · baseline"
        f" {escape(judgement.baseline)} · prices of {compared.prices.checked}, {escape(compared.prices.region)}</p>"
        '<div class="warning"><b>This page holds the text of notes.</b> Keep it where the notes themselves may be kept,'
        f" and nowhere else; comparison.md holds none.</div>{remarks}"
    )


def _sections(compared: Compared) -> list[tuple[str, str, str]]:
    judgement = compared.judgement
    return [
        ("choice", "What follows", recommendation(compared)),
        ("glance", "At a glance", html_table(glance_table(compared))),
        ("verdicts", "Which differences are real?", _verdicts(compared)),
        ("quality", "Quality", score_tables(judgement) + interval_figures(judgement)),
        ("trust", "Trust", html_table(trust_table(compared)) + trust_figures(compared)),
        ("failures", "No answer", html_table(failure_table(compared))),
        ("speed", "Speed", html_table(speed_table(compared)) + speed_figures(compared)),
        ("costs", "Cost and effort", _costs(compared)),
        ("differences", "Note by note", difference_figures(judgement)),
        ("answers", "Answers, side by side", _legend() + answer_cards(compared)),
        ("definitions", "What the figures mean", meanings(compared)),
    ]


def _verdicts(compared: Compared) -> str:
    judgement = compared.judgement
    against = [found for found in judgement.verdicts() if found.against == judgement.baseline]
    floors = [found for found in judgement.verdicts() if found not in against]
    rare = judgement.verdicts(rare=True) if len(judgement.rare) < len(judgement.test) else []
    folded = (("every option against the floors", floors), ("the same on notes with rare references", rare))
    more = "".join(
        f"<details><summary>{title}</summary>{verdict_list(found)}</details>" for title, found in folded if found
    )
    wording = f"<h3>By wording</h3>{verdict_list(against)}{more}" if against else more
    return wording + trust_verdicts(compared)


def _costs(compared: Compared) -> str:
    files = escape(", ".join(compared.prices.files))
    told = (
        f'<p class="soft small">Prices: {files}; as of {compared.prices.checked}, {escape(compared.prices.region)}.</p>'
    )
    return html_table(cost_table(compared)) + told + cost_figures(compared)


def _legend() -> str:
    return (
        '<p class="soft small">ROUGE-1 stands beside each answer. What the checks found is marked:'
        ' <mark class="severe">severe</mark> (the pipeline would deliver an extract of the note instead),'
        ' <mark class="moderate">moderate</mark> (a person is asked), <mark class="minor">minor</mark>.</p>'
    )
