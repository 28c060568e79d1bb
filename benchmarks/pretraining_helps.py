"""Does pretraining help a small model? The same fine-tuning, from a pretrained model and from an untrained one.

    python benchmarks/pretraining_helps.py DATA --out runs/pretraining-helps

DATA holds mts_dialog/train.jsonl and mts_dialog/test.jsonl (`note`, `summary`), aci_bench/train.jsonl and
synur_nursing/train.jsonl (`note`; of aci_bench the summaries too, which are whole clinical notes). A model is
pretrained on these notes; no summary of mts_dialog and nothing of its test is among them. Then both models, with one
tokenizer, learn the pairs of mts_dialog/train for the same steps, once for each seed, and summarize mts_dialog/test.
Prints a table and writes OUT/result.json; what is done is not done again.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer

from note_summarizer.artifact import TOKENIZER
from note_summarizer.convert import convert_checkpoint
from note_summarizer.engine import SummaryEngine
from note_summarizer.evaluation.bootstrap import paired_bootstrap
from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.load_checkpoint import load_model, load_tokenizer
from note_summarizer.pairs import Pair
from note_summarizer.pairs.read_pairs import read_notes, read_pairs
from note_summarizer.pretraining.draw_epoch import Batch, Example, shuffled_batches
from note_summarizer.pretraining.learn import Learner, Recipe, learn_epochs
from note_summarizer.pretraining.new_model import new_model
from note_summarizer.pretraining.options import PretrainOptions
from note_summarizer.pretraining.pretrain import pretrain
from note_summarizer.pretraining.start import set_dropout
from note_summarizer.training.reporting import LineReporter

NOTES = (
    ("mts_dialog/train.jsonl", "note"),
    ("aci_bench/train.jsonl", "note"),
    ("aci_bench/train.jsonl", "summary"),
    ("synur_nursing/train.jsonl", "note"),
)
TRAIN, TEST = "mts_dialog/train.jsonl", "mts_dialog/test.jsonl"
ARMS = ("untrained", "pretrained")
ROUGES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
# Highest learning rates. From nothing, the rate of pretraining; what has learnt already takes half of it.
RATES = {"untrained": 2e-3, "pretrained": 1e-3}
TOKENS_PER_BATCH, MAX_INPUT, MAX_OUTPUT, BEAMS = 4096, 512, 160, 4


@dataclass(frozen=True)
class Answered:
    """ROUGE F1 of one fine-tuned model, in percent, for each test note."""

    arm: str
    seed: int
    loss: float
    rows: dict[str, list[float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is not done yet and print the table."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    run = _pretrained(options)
    answered = [_answered(options, run, arm, seed) for seed in options.seeds for arm in ARMS]
    asked = {"steps": options.steps, "seeds": options.seeds, "size": options.size}
    result = {**asked, "pretraining": json.loads((run / "run.json").read_text()), **summarized(answered)}
    (options.out / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    sys.stdout.write(table(result))
    return 0


def _pretrained(options: argparse.Namespace) -> Path:
    notes = options.out / "notes.jsonl"
    if not notes.exists():
        found = [note for name, column in NOTES for note in read_notes(str(options.data / name), column)[0]]
        kept = _not_in_test(options.data, found)
        notes.write_text("".join(json.dumps({"note": note}) + "\n" for note in kept), "utf-8")
    asked = PretrainOptions(
        notes=(str(notes),), size=options.size, steps=options.pretraining_steps, vocabulary=options.vocabulary,
        lower_case=True, copied=options.copied, max_input_tokens=256, max_output_tokens=192, threads=options.threads,
    )  # fmt: skip
    pretrain(asked, options.out / "pretrained", LineReporter())
    return options.out / "pretrained"  # type: ignore[no-any-return]


def _not_in_test(data: Path, notes: Sequence[str]) -> list[str]:
    test = set(read_notes(str(data / TEST))[0])
    kept = [note for note in notes if note not in test]
    sys.stdout.write(f"{len(notes) - len(kept)} of {len(notes)} notes stand in {TEST} too and are left out.\n")
    return kept


def _answered(options: argparse.Namespace, run: Path, arm: str, seed: int) -> Answered:
    record = options.out / f"{arm}-{seed}.json"
    if not record.exists():
        pairs, _ = read_pairs(str(options.data / TRAIN))
        allowed = set(_not_in_test(options.data, [pair.note for pair in pairs]))
        train = [pair for pair in pairs if pair.note in allowed]
        test, _ = read_pairs(str(options.data / TEST))
        began = time.monotonic()
        checkpoint, loss = _fine_tuned(options, run, arm, seed, train)
        answers = _answers(checkpoint, [pair.note for pair in test])
        rows = rouge_rows([pair.summary for pair in test], answers)
        record.write_text(json.dumps(asdict(Answered(arm, seed, loss, rows))))
        means = {name: round(statistics.mean(row), 2) for name, row in rows.items()}
        sys.stdout.write(f"{arm}, seed {seed}: {means}, {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()
    return Answered(**json.loads(record.read_text()))


def _fine_tuned(
    options: argparse.Namespace, run: Path, arm: str, seed: int, train: Sequence[Pair]
) -> tuple[Path, float]:
    tokenizer = load_tokenizer(str(run / "model"))
    pretrained = arm == "pretrained"
    model = load_model(str(run / "model")) if pretrained else new_model(options.size, len(tokenizer), seed)
    reader = Tokenizer.from_file(str(run / "model" / TOKENIZER))
    pairs = [(_cut(reader, pair.note, MAX_INPUT), _cut(reader, pair.summary, MAX_OUTPUT)) for pair in train]
    torch.manual_seed(seed)
    set_dropout(model, 0.0)  # a few times through the pairs: nothing is learnt by heart
    losses: list[float] = []
    learn_epochs(
        Learner(model, Recipe(steps=options.steps, rate=RATES[arm])),
        lambda epoch: _batches(pairs, f"{seed} {epoch}"),
        lambda loss, _: losses.append(loss),
    )
    checkpoint = options.out / f"{arm}-{seed}"
    model.save_pretrained(checkpoint)
    tokenizer.save_pretrained(checkpoint)
    return checkpoint, statistics.mean(losses[-50:])


def _cut(reader: Tokenizer, text: str, most: int) -> list[int]:
    ids: list[int] = reader.encode(text).ids
    return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]


def _batches(pairs: Sequence[Example], seed: str) -> list[Batch]:
    random = Random(seed)
    return shuffled_batches(random.sample(list(pairs), len(pairs)), TOKENS_PER_BATCH, random)


def _answers(checkpoint: Path, notes: Sequence[str]) -> list[str]:
    artifact = convert_checkpoint(
        checkpoint, checkpoint / "served", name="x", version="0", max_input_tokens=MAX_INPUT,
        max_output_tokens=MAX_OUTPUT, beam_size=BEAMS, quantization="float32",
    )  # fmt: skip
    return [found.summary_text for found in SummaryEngine.open(artifact, threads=1).summarize(notes)]


def summarized(answered: Sequence[Answered]) -> dict[str, Any]:
    """Return each arm's scores by seed, and what the paired bootstrap says of their means over the seeds."""
    of = {arm: [a for a in answered if a.arm == arm] for arm in ARMS}
    scores = {arm: {name: [statistics.mean(a.rows[name]) for a in of[arm]] for name in ROUGES} for arm in ARMS}
    better = paired_bootstrap(*(_means([a.rows["rouge1"] for a in of[arm]]) for arm in reversed(ARMS)))
    losses = {arm: [a.loss for a in of[arm]] for arm in ARMS}
    return {"scores": scores, "train_losses": losses, "pretrained_minus_untrained_rouge1": asdict(better)}


def _means(rows: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.mean(of_note) for of_note in zip(*rows, strict=True)]


def table(result: dict[str, Any]) -> str:
    """Return the scores as a Markdown table: the mean over the seeds and, in brackets, the least and the most."""
    lines = ["| start | ROUGE-1 | ROUGE-2 | ROUGE-L | ROUGE-Lsum |", "|---|---|---|---|---|"]
    for arm in ARMS:
        cells = [f"{statistics.mean(v):.1f} ({min(v):.1f}-{max(v):.1f})" for v in result["scores"][arm].values()]
        lines.append(f"| {arm} | {' | '.join(cells)} |")
    found = result["pretrained_minus_untrained_rouge1"]
    interval = f"{found['low']:.1f} to {found['high']:.1f}"
    lines.append(f"\nROUGE-1 gained: {found['difference']:.1f} ({interval}), p = {found['p_value']:.4f}")
    return "\n".join(lines) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with the data sets")
    parser.add_argument("--out", type=Path, default=Path("runs/pretraining-helps"), help="working files and result")
    parser.add_argument("--size", default="tiny", help="of the model")
    parser.add_argument("--copied", type=float, default=0.5, help="share of what is asked for that stays in the note")
    for name, default in (("vocabulary", 3000), ("pretraining-steps", 700), ("steps", 250), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    return parser


if __name__ == "__main__":
    sys.exit(main())
