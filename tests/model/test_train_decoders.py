"""What a decoder-only model is taught: the summary behind its prompt, and nothing else; whatever the padding is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

import torch
from tests.model.causal_checkpoints import CAUSAL_WRITERS
from transformers import Seq2SeqTrainingArguments

from note_summarizer.pairs import Pair
from note_summarizer.training.choose_limits import Limits
from note_summarizer.training.families.family import IGNORED_LABEL
from note_summarizer.training.load_start import Start, start_from_checkpoint
from note_summarizer.training.options import parse_options
from note_summarizer.training.trainers import ContinuingTrainer, prompts_of

pytestmark = pytest.mark.filterwarnings("default")
PAIRS = [
    Pair("Cough.", "Cough for a long time, and fever at night.", 1),
    Pair("Fell on the left wrist at home yesterday, swollen and tender, no numbness of the fingers.", "Wrist.", 2),
    Pair("Knee pain.", "Knee pain.", 3),
]
LIMITS = Limits(64, 32)


@pytest.fixture(scope="module", params=sorted(CAUSAL_WRITERS))
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return CAUSAL_WRITERS[request.param](tmp_path_factory.mktemp("decoders") / request.param)


def begin(checkpoint: Path, **more: Any) -> Start:
    return start_from_checkpoint(parse_options({"train": "x.csv", "checkpoint": str(checkpoint), "dropout": 0, **more}))


def trainer_of(start: Start, place: Path, smoothing: float = 0.0) -> Any:
    arguments = Seq2SeqTrainingArguments(
        output_dir=str(place), label_smoothing_factor=smoothing, use_cpu=True, report_to=[], generation_max_length=8,
        generation_num_beams=1, predict_with_generate=True,
    )  # fmt: skip
    assert start.family.trainer() is ContinuingTrainer
    start.model.generation_config.repetition_penalty = 1.3
    return ContinuingTrainer(model=start.model, args=arguments, processing_class=start.tokenizer)


def batch_of(start: Start, pairs: list[Pair] = PAIRS) -> dict[str, torch.Tensor]:
    rows = list(start.texts.tokenize_pairs(pairs, LIMITS))
    found: dict[str, torch.Tensor] = start.family.collator(start.tokenizer, start.model)(rows)
    return found


def summary_places(start: Start, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Where the summaries and their ends stand, found without a look at the labels."""
    found = torch.zeros_like(batch["input_ids"], dtype=torch.bool)
    for row, (pair, mask) in enumerate(zip(PAIRS, batch["attention_mask"], strict=True)):
        said, end = len(start.tokenizer(f" {pair.summary}")["input_ids"]) + 1, int(mask.sum())
        found[row, end - said : end] = True
    return found


def test_a_text_is_prompt_note_prompt_summary_and_end(checkpoint: Path) -> None:
    start = begin(checkpoint, prompt_prefix="Note: ", prompt_suffix="\nIn short:")
    for pair, row in zip(PAIRS, start.texts.tokenize_pairs(PAIRS, LIMITS), strict=True):
        said = [number for number in row["labels"] if number != IGNORED_LABEL]
        read = row["input_ids"][: -len(said)]
        assert row["labels"] == [IGNORED_LABEL] * len(read) + said
        assert row["input_ids"] == read + said
        assert start.tokenizer.decode(read) == f"Note: {pair.note}\nIn short:"
        assert start.tokenizer.decode(said[:-1]) == f" {pair.summary}"
        assert said[-1] == start.model.config.eos_token_id


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("lora", [0, 4])
def test_the_loss_is_the_summarys_alone(checkpoint: Path, tmp_path: Path, smoothing: float, lora: int) -> None:
    start = begin(checkpoint, lora=lora)
    trainer, batch = trainer_of(start, tmp_path, smoothing), batch_of(start)
    kept: list[torch.Tensor] = []
    base = start.model.get_base_model() if lora else start.model
    base.lm_head.register_forward_hook(lambda *found: (found[-1].retain_grad(), kept.append(found[-1]))[0])
    loss = trainer.compute_loss(start.model, dict(batch))
    loss.backward()
    (logits,) = kept
    # By hand: what is said at a place is predicted at the one before it.
    scores = torch.log_softmax(logits[:, :-1], -1)
    counted = summary_places(start, batch)[:, 1:]
    right = -scores.gather(-1, batch["input_ids"][:, 1:].unsqueeze(-1)).squeeze(-1)[counted].mean()
    assert loss.item() == pytest.approx(((1 - smoothing) * right - smoothing * scores[counted].mean()).item(), rel=1e-5)
    moved = logits.grad.abs().sum(-1)[:, :-1] > 0
    assert torch.equal(moved, counted)


def test_neither_padding_nor_neighbours_change_what_is_learnt(checkpoint: Path, tmp_path: Path) -> None:
    start = begin(checkpoint)
    trainer = trainer_of(start, tmp_path)
    alone = [(batch_of(start, [pair]), len(pair.summary)) for pair in PAIRS]
    losses = [
        (trainer.compute_loss(start.model, dict(batch)).item(), int((batch["labels"] != IGNORED_LABEL).sum()))
        for batch, _ in alone
    ]
    together = trainer.compute_loss(start.model, batch_of(start)).item()
    mean = sum(loss * count for loss, count in losses) / sum(count for _, count in losses)
    assert together == pytest.approx(mean, rel=1e-4)


def test_a_look_at_validation_notes_shows_the_model_no_summary(checkpoint: Path, tmp_path: Path) -> None:
    start = begin(checkpoint)
    trainer = trainer_of(start, tmp_path)
    start.model.eval()
    batch = batch_of(start)
    prompts, mask = prompts_of(batch["input_ids"], batch["labels"], batch["attention_mask"])
    for row, seen, pair in zip(prompts.tolist(), mask.tolist(), PAIRS, strict=True):
        read = [number for number, one in zip(row, seen, strict=True) if one]
        assert seen == [0] * (len(seen) - len(read)) + [1] * len(read), "padding stands in front"
        assert start.tokenizer.decode(read) == f"{pair.note}\n\nTL;DR:"
    loss, said, labels = trainer.prediction_step(start.model, batch, prediction_loss_only=False)
    assert torch.equal(labels, batch["labels"])
    assert loss.item() == pytest.approx(trainer.compute_loss(start.model, dict(batch)).item(), rel=1e-5)
    for place, pair in enumerate(PAIRS):
        (one,) = trainer.answers(batch_of(start, [pair])).tolist()
        assert said[place].tolist()[: len(one)] == one
    other = [Pair(pair.note, "Something else altogether.", pair.record) for pair in PAIRS]
    assert torch.equal(trainer.answers(batch_of(start, other)), said)


def test_what_is_cut_of_a_note_is_its_end(checkpoint: Path) -> None:
    start = begin(checkpoint)
    note = " ".join(f"Pain of {number} out of 10 at {number}:30, naïve 😀." for number in range(12))
    for most in (16, 17, 40):
        kept = start.texts.beginning(note, most)
        assert kept
        assert note.startswith(kept)
        (counted,), _ = start.texts.token_counts([Pair(kept, "x", 1)])
        assert most - 4 <= counted <= most
        (row,) = start.texts.tokenize_pairs([Pair(note, "Pain, at all times of the day.", 1)], Limits(most, 6))
        said = [number for number in row["labels"] if number != IGNORED_LABEL]
        assert start.tokenizer.decode(row["input_ids"][: -len(said)]) == f"{kept}\n\nTL;DR:"
        assert (len(said), said[-1]) == (6, start.model.config.eos_token_id)
        assert len(row["input_ids"]) <= most + start.texts.prompt_tokens + 6
