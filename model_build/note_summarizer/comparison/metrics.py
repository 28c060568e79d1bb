"""The figures of trust, beside those of quality, and what each of them means; heads and footnotes of the page."""

from __future__ import annotations

from note_summarizer.evaluation.metrics import Metric

TRUST = (
    Metric(
        "undelivered",
        "not delivered",
        "%",
        "Of all notes, those for which the model's words reach nobody: it gave no answer, or a check rejected it.",
    ),
    Metric(
        "unread",
        "clean",
        "%",
        "Of all notes, those whose answer is delivered without asking a person: no severe and no moderate finding.",
    ),
    Metric(
        "rejected",
        "rejected",
        "%",
        "Of the answers, those with a severe finding: an extract of the note is delivered in their place.",
    ),
    Metric(
        "review", "for review", "%", "Of the answers, those that a person is asked to read, rejected ones included."
    ),
    Metric(
        "severe",
        "severe",
        "per 100",
        "Severe findings in 100 answers: the note says otherwise, or nothing of the kind, such as another number.",
    ),
    Metric("moderate", "moderate", "per 100", "Moderate findings in 100 answers: a person should look."),
    Metric("minor", "minor", "per 100", "Minor findings in 100 answers: told, and nothing else."),
    Metric(
        "risk",
        "risk",
        "points",
        "Mean of the checks' risk: 1 for each severe or moderate finding, 0.2 for each minor one.",
    ),
    Metric(
        "evidence",
        "with evidence",
        "%",
        "Of the answers' statements (sentences, or items of a list), those that some place of the note says.",
    ),
)
TRUST_METRIC = {metric.key: metric for metric in TRUST}
# Of the others less is better.
MORE_IS_BETTER = ("unread", "evidence")
