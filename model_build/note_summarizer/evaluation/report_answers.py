"""The report's answers, side by side: the reference and every system's answer to a note; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape

from note_summarizer.evaluation.find_numbers import held_numbers, stated_numbers
from note_summarizer.evaluation.judgement import JudgedSystem, Judgement
from note_summarizer.evaluation.metrics import MAIN
from note_summarizer.evaluation.sentences import words
from note_summarizer.pairs.pair import Pair

# A page with more notes is slow to open; answers.jsonl has them all.
MOST_NOTES = 300
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[.,]\d+)*|[^A-Za-z0-9]+")


def gains(judgement: Judgement, place: int) -> list[float]:
    """Return by how much ROUGE-1 differs on one note, for each comparison; nothing but 0 if there is none."""
    score = {system.name: system.counts[MAIN].parts[place] for system in judgement.systems}
    return [score[found.system] - score[found.against] for found in judgement.verdicts()] or [0.0]


def shown_places(judgement: Judgement, most: int = MOST_NOTES) -> list[int]:
    """Return places of notes by falling gain in the first comparison; of too many the best, worst and middle."""
    ordered = sorted(range(len(judgement.test)), key=lambda place: (-gains(judgement, place)[0], place))
    if len(ordered) <= most:
        return ordered
    third = most // 3
    middle = (len(ordered) - third) // 2
    return ordered[:third] + ordered[middle : middle + third] + ordered[-third:]


def answer_cards(judgement: Judgement) -> str:
    """Return the controls and a card for each shown note, as HTML."""
    places = shown_places(judgement)
    cards = "".join(_card(judgement, place) for place in places)
    left_out = len(judgement.test) - len(places)
    said = (
        f"<p class='soft small'>The page shows {len(places)} notes, those with the largest, the middle and the smallest"
    )
    missing = f"{said} gains; answers.jsonl has all {len(judgement.test)}.</p>" if left_out else ""
    return f'{answer_controls(judgement)}{missing}<div id="notes">{cards}</div>'


def answer_controls(judgement: Judgement) -> str:
    """Return the controls that order and filter the cards; they need the page's script."""
    pairs = [f"{found.system} over {found.against}" for found in judgement.verdicts()]
    options = "".join(f"<option>{escape(pair)}</option>" for pair in pairs)
    choice = f'<label>gain of <select id="system">{options}</select></label>' if options else ""
    orders = {"best": "largest gain", "worst": "smallest gain", "median": "nearest the median", "file": "file's order"}
    listed = "".join(f'<option value="{key}">{said}</option>' for key, said in orders.items())
    return (
        f'<div class="controls" id="controls" hidden>{choice}<label>order <select id="order">{listed}</select></label>'
        '<label>find <input id="find" type="search"></label><span class="soft" id="count"></span></div>'
    )


def _card(judgement: Judgement, place: int) -> str:
    pair = judgement.test[place]
    named = f"record {pair.record}" + (f" · {escape(pair.id)}" if pair.id else "")
    rare = '<span class="tag">rare reference</span>' if place in judgement.rare else ""
    reference = f'<div class="reference"><h4><span>reference</span></h4><p>{escape(pair.summary)}</p></div>'
    answers = {system.name: _answer(judgement, system, place) for system in judgement.systems}
    floors = [system.name for system in judgement.systems if system.kind == "floor"]
    # Before and after stand side by side; the floors are a click away, unless there is nothing else.
    folded = "".join(answers.pop(name) for name in floors if len(floors) < len(judgement.systems))
    more = f'<details><summary>floors</summary><div class="answers">{folded}</div></details>' if folded else ""
    data = escape(json.dumps([round(gain, 3) for gain in gains(judgement, place)]), quote=True)
    return (
        f'<article class="card note" data-record="{pair.record}" data-gains="{data}">'
        f"<header><span>{named}{rare}</span><span>{len(words(pair.note))} words</span></header>"
        f'<div class="answers">{reference}{"".join(answers.values())}</div>{more}'
        f"<details><summary>note</summary><pre>{escape(pair.note)}</pre></details></article>"
    )


def _answer(judgement: Judgement, system: JudgedSystem, place: int) -> str:
    score = system.counts[MAIN].parts[place]
    gain = score - judgement.system(judgement.baseline).counts[MAIN].parts[place]
    kind = "up-text" if gain > 0 else "down-text"
    change = f' <span class="{kind}">{gain:+.1f}</span>' if round(gain, 1) else ""
    parts = system.run.parts[place]
    split = f'<span class="tag">{parts} parts</span>' if parts > 1 else ""
    text = marked(system.run.answers[place], judgement.test[place]) or '<span class="empty">no answer</span>'
    head = f"<span>{escape(system.name)}{split}</span><span>{score:.1f}{change}</span>"
    return f"<div><h4>{head}</h4><p>{text}</p></div>"


def marked(answer: str, pair: Pair) -> str:
    """Return an answer as HTML: words of the reference are tinted, numbers that the note does not hold stand out."""
    wanted = set(words(pair.summary))
    invented = stated_numbers(answer) - held_numbers(pair.note)
    return "".join(_marked_token(token, wanted, invented) for token in _TOKEN.findall(answer))


def _marked_token(token: str, wanted: set[str], invented: set[str]) -> str:
    if stated_numbers(token) & invented:
        return f'<mark class="invented">{escape(token)}</mark>'
    said: Sequence[str] = words(token)
    return f"<mark>{escape(token)}</mark>" if said and wanted.issuperset(said) else escape(token)
