"""The page's answers, side by side: each with what the checks found marked in it; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from note_summarizer.comparison.check_answers import Check
from note_summarizer.comparison.compared import Compared, ComparedSystem
from note_summarizer.evaluation.metrics import MAIN
from note_summarizer.evaluation.report_answers import MOST_NOTES, answer_controls, gains, shown_places
from note_summarizer.evaluation.sentences import words
from notes_pipeline.records import Finding, Severity

_GRAVEST = (Severity.SEVERE, Severity.MODERATE, Severity.MINOR)


def answer_cards(compared: Compared) -> str:
    """Return the controls and a card for each shown note, as HTML."""
    places = shown_places(compared.judgement, MOST_NOTES)
    notes = len(compared.judgement.test)
    left_out = (
        f"<p class='soft small'>The page shows {len(places)} of {notes} notes, those with the largest, the middle and"
        " the smallest gains; answers.jsonl has all.</p>"
    )
    cards = "".join(_card(compared, place) for place in places)
    return (
        f'{answer_controls(compared.judgement)}{left_out if len(places) < notes else ""}<div id="notes">{cards}</div>'
    )


def _card(compared: Compared, place: int) -> str:
    pair = compared.judgement.test[place]
    named = f"record {pair.record}" + (f" · {escape(pair.id)}" if pair.id else "")
    reference = f'<div class="reference"><h4><span>reference</span></h4><p>{escape(pair.summary)}</p></div>'
    real = [system for system in compared.systems if not system.is_floor]
    shown = "".join(_answer(compared, system, place) for system in real or compared.systems)
    folded = "".join(_answer(compared, system, place) for system in compared.systems if system.is_floor and real)
    more = f'<details><summary>floors</summary><div class="answers">{folded}</div></details>' if folded else ""
    data = escape(json.dumps([round(gain, 3) for gain in gains(compared.judgement, place)]), quote=True)
    return (
        f'<article class="card note" data-record="{pair.record}" data-gains="{data}">'
        f"<header><span>{named}</span><span>{len(words(pair.note))} words</span></header>"
        f'<div class="answers">{reference}{shown}</div>{more}'
        f"<details><summary>note</summary><pre>{escape(pair.note)}</pre></details></article>"
    )


def _answer(compared: Compared, system: ComparedSystem, place: int) -> str:
    score = compared.judged(system.name).counts[MAIN].parts[place]
    answer, check = system.answers.notes[place], system.checks[place]
    tags = [f"{answer.parts} parts"] if answer.parts > 1 else []
    tags += ["cut off"] if answer.cut_off else []
    told = "".join(f'<span class="tag">{tag}</span>' for tag in tags)
    if check is None:
        body = f'<span class="empty">no answer: {escape(answer.failure)}</span>'
    else:
        told += '<span class="tag rejected">rejected</span>' if check.rejected else ""
        body = marked(answer.text, check.findings)
    head = f"<h4><span>{escape(system.name)}{told}</span><span>{score:.1f}</span></h4>"
    return f"<div>{head}<p>{body}</p>{_told(check)}</div>"


def _told(check: Check | None) -> str:
    """Return the findings as sentences: a title on a mark is nothing for a keyboard, or on paper."""
    if check is None or not check.findings:
        return ""
    items = "".join(
        f'<li class="{finding.severity.value}">{escape(finding.explanation)}</li>' for finding in check.findings
    )
    return f'<details class="told"><summary>{len(check.findings)} found</summary><ul>{items}</ul></details>'


def marked(text: str, findings: Sequence[Finding]) -> str:
    """Return an answer as HTML, every finding marked with its severity; of several on a place the gravest."""
    return "".join(_piece(text[start:end], found) for start, end, found in _pieces(text, findings))


def _pieces(text: str, findings: Sequence[Finding]) -> Iterator[tuple[int, int, list[Finding]]]:
    edges = {0, len(text)}
    for finding in findings:
        edges |= {min(finding.span.start, len(text)), min(finding.span.end, len(text))}
    ordered = sorted(edges)
    for start, end in pairwise(ordered):
        yield start, end, [f for f in findings if f.span.start <= start and end <= f.span.end]


def _piece(text: str, findings: Sequence[Finding]) -> str:
    if not findings:
        return escape(text)
    severity = min((finding.severity for finding in findings), key=_GRAVEST.index)
    said = " ".join(dict.fromkeys(finding.explanation for finding in findings))
    return f'<mark class="{severity.value}" title="{escape(said, quote=True)}">{escape(text)}</mark>'
