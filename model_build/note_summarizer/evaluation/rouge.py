"""ROUGE of answers against their references, one row a pair: what training chooses by and judging reports.

Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", as the `rouge-score` package computes it.
"""

from __future__ import annotations

from collections.abc import Sequence

from note_summarizer.evaluation.sentences import split_sentences

ROUGES = ("rouge1", "rouge2", "rougeL", "rougeLsum")


def rouge_rows(references: Sequence[str], answers: Sequence[str]) -> dict[str, list[float]]:
    """Return each pair's ROUGE-1, -2, -L and -Lsum F1 in percent (0 to 100), with Porter stemming.

    ROUGE-Lsum matches sentence by sentence; sentences end where `split_sentences` says.

    Args:
        references, answers: of the same notes, in the same order.

    Raises:
        ValueError: there are more of one than of the other.
    """
    # Imported here: floors and intervals are computed where this package is not installed.
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(ROUGES), use_stemmer=True)
    rows = [
        scorer.score("\n".join(split_sentences(reference)), "\n".join(split_sentences(answer)))
        for reference, answer in zip(references, answers, strict=True)
    ]
    return {name: [100 * row[name].fmeasure for row in rows] for name in ROUGES}
