"""Does pretraining help a small model? The same fine-tuning, from a pretrained model and from an untrained one.

    python benchmarks/pretraining_helps.py DATA --out runs/pretraining-helps

DATA holds mts_dialog/train.jsonl and mts_dialog/test.jsonl (`note`, `summary`), aci_bench/train.jsonl and
synur_nursing/train.jsonl (`note`; of aci_bench the summaries too, which are whole clinical notes). A model is
pretrained on these notes; no summary of mts_dialog and nothing of any test is among them. Then both models, with one
tokenizer, learn the pairs of mts_dialog/train for the same steps, once for each seed, and summarize mts_dialog/test.

Prints a table and writes OUT/result.json. What is done already is not done again.
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
from note_summarizer.pretraining.draw_epoch import Batch, Example, packed
from note_summarizer.pretraining.learn import Learner, Recipe, learn_epochs
from note_summarizer.pretraining.new_model import new_model
from note_summarizer.pretraining.options import PretrainOptions
from note_summarizer.pretraining.pretrain import pretrain
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
PRETRAINED_RATE, UNTRAINED_RATE = 1e-3, 2e-3  # highest; for each the better of the two on mts_dialog/validation
TOKENS_PER_BATCH, MAX_INPUT, MAX_OUTPUT, BEAMS, STRETCH = 4096, 512, 160, 4, 512


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
        test = set(read_notes(str(options.data / TEST))[0])
        if test & set(found):
            sys.exit(f"{options.data}: notes of {TEST} stand in what is learnt from.")
        notes.write_text("".join(json.dumps({"note": note}) + "\n" for note in found), "utf-8")
    asked = PretrainOptions(
        notes=(str(notes),), size=options.size, steps=options.pretraining_steps, vocabulary=options.vocabulary,
        max_input_tokens=256, max_output_tokens=192, tokens_per_batch=TOKENS_PER_BATCH, threads=options.threads,
    )  # fmt: skip
    pretrain(asked, options.out / "pretrained", LineReporter())
    return Path(options.out / "pretrained")


def _answered(options: argparse.Namespace, run: Path, arm: str, seed: int) -> Answered:
    record = options.out / f"{arm}-{seed}.json"
    if not record.exists():
        train, _ = read_pairs(str(options.data / TRAIN))
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
    model = load_model(str(run / "model"))
    if arm == "untrained":
        model = new_model(options.size, len(tokenizer), seed)
    reader = Tokenizer.from_file(str(run / "model" / TOKENIZER))
    pairs = [(_cut(reader, pair.note, MAX_INPUT), _cut(reader, pair.summary, MAX_OUTPUT)) for pair in train]
    torch.manual_seed(seed)
    rate = PRETRAINED_RATE if arm == "pretrained" else UNTRAINED_RATE
    losses: list[float] = []
    learn_epochs(
        Learner(model, Recipe(steps=options.steps, rate=rate)),
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
    order = random.sample(list(pairs), len(pairs))
    stretches = (order[start : start + STRETCH] for start in range(0, len(order), STRETCH))
    batches = [batch for stretch in stretches for batch in packed(stretch, TOKENS_PER_BATCH)]
    random.shuffle(batches)
    return batches


def _answers(checkpoint: Path, notes: Sequence[str]) -> list[str]:
    artifact = convert_checkpoint(
        checkpoint, checkpoint / "served", name="x", version="0", max_input_tokens=MAX_INPUT,
        max_output_tokens=MAX_OUTPUT, beam_size=BEAMS, quantization="float32",
    )  # fmt: skip
    return [found.summary_text for found in SummaryEngine.open(artifact, threads=1).summarize(notes)]


def summarized(answered: Sequence[Answered]) -> dict[str, Any]:
    """Return each arm's scores by seed, and what the paired bootstrap says of their means over the seeds."""
    scores = {
        arm: {name: [statistics.mean(a.rows[name]) for a in answered if a.arm == arm] for name in ROUGES}
        for arm in ARMS
    }
    by_note = {arm: _means([a.rows["rouge1"] for a in answered if a.arm == arm]) for arm in ARMS}
    better = paired_bootstrap(by_note["pretrained"], by_note["untrained"])
    losses = {arm: [a.loss for a in answered if a.arm == arm] for arm in ARMS}
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
    parser.add_argument("--vocabulary", type=int, default=4000, help="of the tokenizer, learnt from the notes")
    parser.add_argument("--pretraining-steps", type=int, default=900)
    parser.add_argument("--steps", type=int, default=400, help="of every fine-tuning")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
