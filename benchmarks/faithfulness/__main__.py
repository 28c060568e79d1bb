"""`python -m benchmarks.faithfulness`: measure the checks and fill docs/faithfulness.md.

Without the open data sets (`../shared/data`) the parts that need them are left out, and said to be.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.faithfulness import nursing, perturbation
from benchmarks.faithfulness.document import fill
from benchmarks.faithfulness.figures import auc, auc_interval, precision_at_recall

from note_summarizer.artifact import load_artifact
from note_summarizer.engine import SummaryEngine
from note_summarizer.synthetic.write_note import write_pair
from notes_pipeline.core.check_summary import check_summary, find_all, is_items, risk
from notes_pipeline.core.faithfulness.read_text import ReadText

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
RESULTS = ROOT / "benchmarks" / "results" / "faithfulness.json"
MODEL = ROOT / "model_build" / "demo_model" / "served"
_SEED, _NOTES = 11, 2000


def main() -> None:
    """Measure everything that there is data for."""
    rng = Random(_SEED)
    synthetic = [(pair.note, pair.summary) for pair in (write_pair(rng, "test") for _ in range(_NOTES))]
    found: dict[str, Any] = {"synthetic": perturbation.measure(synthetic, synthetic), "cpu": _cpu(synthetic)}
    if DATA.is_dir():
        human = [pair for split in ("validation", "test") for pair in _pairs("mts_dialog", split)]
        # Units and sides are rare in them: changes are made in the training part too, from which `paraphrase_rates.txt`
        # was counted, false alarms are not.
        everything = [*human, *_pairs("mts_dialog", "train")]
        found["mts_dialog"] = perturbation.measure(human, everything) | {"worst": perturbation.worst(human)}
        found["mts_factuality"] = _factuality(_rows("mts_factuality", "test"))
        found["synur"] = nursing.measure(_rows("synur_nursing", "train"), _summarize)
    else:
        print(f"{DATA} is not there: only the synthetic part was measured.")  # noqa: T201 - a command
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    fill(found, ROOT / "docs" / "faithfulness.md")
    print(json.dumps(found, indent=1))  # noqa: T201 - a command


def _rows(name: str, split: str) -> list[dict[str, Any]]:
    lines = (DATA / name / f"{split}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _pairs(name: str, split: str) -> list[perturbation.Pair]:
    return [(row["note"], row["summary"]) for row in _rows(name, split)]


def _factuality(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Rank automatic summaries by risk; people said which of them contain a hallucination."""
    scores, baseline = [], []
    for row in rows:
        summary = ReadText(row["candidate"], is_items=is_items(row["candidate"]))
        scores.append(risk(find_all(summary, ReadText(row["note"]))))
        note = {word.token.text[:5] for word in ReadText(row["note"]).words}
        words = [word.token.text[:5] for word in summary.words]
        baseline.append(sum(word not in note for word in words) / max(1, len(words)))
    positive = [row["hallucination_rate"] > 0 for row in rows]
    low, high = auc_interval(scores, positive)
    return {
        "summaries": len(rows),
        "with_hallucination": sum(positive),
        "auc": auc(scores, positive),
        "auc_low": low,
        "auc_high": high,
        "auc_words": auc(baseline, positive),
        "precision_at_recall_0.8": precision_at_recall(scores, positive, 0.8),
    }


def _cpu(pairs: Sequence[perturbation.Pair]) -> dict[str, float]:
    check_summary("Fever.", "Fever.")  # the word lists are read once
    seconds = []
    for note, summary in pairs[:500]:
        began = time.process_time()
        check_summary(summary, note)
        seconds.append(time.process_time() - began)
    characters = statistics.median(len(note) for note, _ in pairs[:500])
    longest = max(seconds)
    return {
        "notes": 500,
        "characters": characters,
        "median_ms": 1000 * statistics.median(seconds),
        "max_ms": 1000 * longest,
    }


def _summarize(notes: Sequence[str]) -> list[str]:
    engine = SummaryEngine.open(load_artifact(MODEL))
    try:
        return [answer.summary_text for answer in engine.summarize(notes)]
    finally:
        engine.close()


if __name__ == "__main__":
    main()
