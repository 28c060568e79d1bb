"""What is measured of a system's answers, and what each figure means; the report's column heads and footnotes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A figure of a system.

    Attributes:
        key: its name in `scores.json`.
        label: its name in tables.
        unit: % (0 to 100), words, or times.
        definition: what it counts, in a sentence or two.
    """

    key: str
    label: str
    unit: str
    definition: str


MAIN = "rouge1"
METRICS = (
    Metric(
        "rouge1",
        "ROUGE-1",
        "%",
        "F1 of the words that answer and reference share, after Porter stemming; the mean over notes. Lin 2004.",
    ),
    Metric("rouge2", "ROUGE-2", "%", "The same of pairs of neighbouring words."),
    Metric("rougeL", "ROUGE-L", "%", "F1 of the longest common subsequence of words, the text taken as one sentence."),
    Metric(
        "rougeLsum",
        "ROUGE-Lsum",
        "%",
        "The same sentence by sentence: the union of each reference sentence's longest common subsequences.",
    ),
    Metric(
        "number_precision",
        "numbers right",
        "%",
        "Of the different numbers in the answers, the share that the note holds, in digits or in words.",
    ),
    Metric(
        "number_recall",
        "numbers found",
        "%",
        "Of the different numbers in the references, the share that the answer has.",
    ),
    Metric(
        "entity_precision",
        "entities right",
        "%",
        "Of the findings, drugs, studies and procedures that the answers mention, the share that stands word for word"
        " in the note. An entity is a phrase of the project's lexicons or a title of ICD-10-CM; synonyms do not count.",
    ),
    Metric(
        "entity_recall",
        "entities found",
        "%",
        "Of the entities that the references mention, the share that stands word for word in the answer.",
    ),
    Metric("words", "words", "words", "Mean length of an answer."),
    Metric("compression", "compression", "times", "Words of all notes for each word of the answers."),
    *(
        Metric(
            f"novel_{size}",
            f"novel {size}-grams",
            "%",
            f"Share of the answers' {size}-grams (each {said}) that their notes do not have; copying gives 0."
            " Narayan et al. 2018.",
        )
        for size, said in ((1, "a word"), (2, "two words in a row"), (3, "three"), (4, "four"))
    ),
)
METRIC = {metric.key: metric for metric in METRICS}
