"""What is each family's own: where it drops, how it starts, what it reads around a note, how far it reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

import torch
from tests.model.causal_checkpoints import CAUSAL_WRITERS, POSITIONS, write_bloom, write_gpt2
from tests.model.learnt_by_heart import write_repeated
from tests.model.seq2seq_checkpoints import WRITERS, write_pegasus, write_t5
from tests.model.training_runs import Recorder, run_training, write_pairs

from note_summarizer.artifact import load_artifact, sha256_of
from note_summarizer.backends import open_backend
from note_summarizer.convert import convert_checkpoint
from note_summarizer.engine import SummaryEngine
from note_summarizer.generation import Generation
from note_summarizer.load_checkpoint import load_model
from note_summarizer.note_tokens import NoteTokenizer
from note_summarizer.pairs import Pair
from note_summarizer.training.choose_limits import Limits
from note_summarizer.training.families.family import IGNORED_LABEL
from note_summarizer.training.interruption import TrainingInterruptedError
from note_summarizer.training.load_start import Start, start_from_checkpoint
from note_summarizer.training.options import parse_options

pytestmark = pytest.mark.filterwarnings("default")
FAMILIES: dict[str, Callable[[Path], Path]] = {**WRITERS, **CAUSAL_WRITERS}
MANY = pytest.mark.parametrize("family", sorted(FAMILIES))
DECIDED = {"optimizer": "AdamW", "precision": "fp32"}


def begin(checkpoint: Path, **more: object) -> Start:
    return start_from_checkpoint(parse_options({"train": "x.csv", "checkpoint": str(checkpoint), **more}))


@pytest.fixture
def data(tmp_path: Path) -> dict[str, object]:
    pairs = {"train": write_pairs(tmp_path / "train.csv", 12), "validation": write_pairs(tmp_path / "v.csv", 4, seed=6)}
    return {**DECIDED, **{name: str(path) for name, path in pairs.items()}}


@MANY
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_training_drops_what_is_asked_for_and_nothing_else(family: str, dropout: float, tmp_path: Path) -> None:
    start = begin(FAMILIES[family](tmp_path / family), dropout=dropout)
    rows = list(start.texts.tokenize_pairs([Pair("Chest pain since Monday.", "Chest pain.", 1)], Limits(32, 16)))
    batch = start.family.collator(start.tokenizer, start.model)(rows)
    start.model.train()
    first, second = (start.model(**batch).logits for _ in range(2))
    assert torch.equal(first, second) == (dropout == 0)


@MANY
def test_a_note_is_read_in_training_as_the_engine_reads_it(
    family: str, tmp_path: Path, data: dict[str, object]
) -> None:
    checkpoint = FAMILIES[family](tmp_path / family)
    prompt = {"prompt_prefix": "Summarize: ", "prompt_suffix": " Summary:"}
    run = run_training(tmp_path / "run", checkpoint=str(checkpoint), epochs=1, lora=4, **prompt, **data)
    artifact = load_artifact(run.model)
    assert (artifact.prompt_prefix, artifact.prompt_suffix) == tuple(prompt.values())
    # Trained further, it goes on with its prompt and its lengths; and what is read is what the engine reads.
    again = begin(run.folder)
    assert again.prompt == begin(checkpoint, **prompt).prompt
    note = "62 year old woman with chest pain, BP 170/95."
    (row,) = again.texts.tokenize_pairs([Pair(note, "Pain.", 1)], Limits(64, 16))
    read = again.tokenizer.convert_ids_to_tokens(row["input_ids"])
    if artifact.family == "causal":
        read = read[: sum(label == IGNORED_LABEL for label in row["labels"])]
    assert read == NoteTokenizer(artifact).pieces(note)
    longest = again.family.sequence(artifact.max_input_tokens, again.texts.prompt_tokens, artifact.max_output_tokens)
    assert again.tokenizer.model_max_length == longest
    assert len(SummaryEngine.open(artifact, 1).summarize([note])) == 1


def test_t5s_decoder_starts_with_the_padding_and_padded_labels_are_not_learnt(tmp_path: Path) -> None:
    start = begin(write_t5(tmp_path / "t5", gated=True), dropout=0)
    pairs = [Pair("Cough.", "Cough for days.", 1), Pair("Knee pain after a fall.", "Knee.", 2)]
    batch = start.family.collator(start.tokenizer, start.model)(list(start.texts.tokenize_pairs(pairs, Limits(32, 16))))
    labels, fed = batch["labels"], batch["decoder_input_ids"]
    assert fed[:, 0].tolist() == [start.model.config.pad_token_id] * 2
    assert torch.equal(fed[:, 1:], labels[:, :-1].masked_fill(labels[:, :-1] == IGNORED_LABEL, 0))
    assert (labels == IGNORED_LABEL).any()
    assert start.tokenizer.decode(batch["input_ids"][1], skip_special_tokens=True).startswith("summarize: ")
    found = start.model(**batch)
    scores = torch.log_softmax(found.logits, -1)[labels != IGNORED_LABEL]
    by_hand = -scores.gather(-1, labels[labels != IGNORED_LABEL].unsqueeze(-1)).mean()
    assert found.loss.item() == pytest.approx(by_hand.item(), rel=1e-5)


@pytest.mark.parametrize("lora", [0, 4])
@pytest.mark.parametrize("gated", [False, True])
def test_a_trained_t5_says_itself_how_its_outputs_are_scaled(
    tmp_path: Path, data: dict[str, object], gated: bool, lora: int
) -> None:
    checkpoint = write_t5(tmp_path / "t5", gated=gated)
    run = run_training(tmp_path / "run", checkpoint=str(checkpoint), epochs=1, lora=lora, **data)
    config = json.loads((run.model / "config.json").read_text())
    # As on the hub, so that a version of transformers that knows no other sign takes it as what it is.
    assert config["tie_word_embeddings"] == (not gated)
    model = load_model(str(run.model))
    assert model.config.scale_decoder_outputs == (not gated)
    assert torch.equal(model.lm_head.weight, model.shared.weight) == (not gated)
    artifact = load_artifact(run.model)
    limits = {"max_input_tokens": artifact.max_input_tokens, "max_output_tokens": artifact.max_output_tokens}
    converted = convert_checkpoint(run.model, tmp_path / "ct2", name="x", version="1", quantization="float32", **limits)
    read = [NoteTokenizer(artifact).pieces(f"Pain of {number} out of 10.") for number in range(6)]
    search = Generation(1, 16, 1.0, 1.0)
    assert open_backend(converted, 1).generate(read, search) == open_backend(artifact, 1).generate(read, search)


def test_one_beam_is_enough_for_a_checkpoint_that_was_searched_with_many(
    tmp_path: Path, data: dict[str, object]
) -> None:
    checkpoint = write_pegasus(tmp_path / "pegasus")
    run = run_training(tmp_path / "run", checkpoint=str(checkpoint), epochs=1, beams=1, **data)
    assert (load_artifact(run.model).beam_size, load_artifact(run.model).length_penalty) == (1, 0.6)


def test_a_model_that_drew_its_answers_is_saved_with_a_search(tmp_path: Path, data: dict[str, object]) -> None:
    checkpoint = write_gpt2(tmp_path / "gpt2")
    settings = checkpoint / "generation_config.json"
    drawn = {"do_sample": True, "temperature": 0.7, "top_p": 0.9, "top_k": 40, "max_length": 50}
    settings.write_text(json.dumps(json.loads(settings.read_text()) | drawn))
    run = run_training(tmp_path / "run", checkpoint=str(checkpoint), epochs=1, **data)
    saved = json.loads((run.model / "generation_config.json").read_text())
    assert not {"temperature", "top_p", "top_k", "max_length"} & {name for name, value in saved.items() if value}
    assert (saved.get("do_sample"), saved["max_new_tokens"]) in ((False, 16), (None, 16))


def test_bloom_reads_on_where_its_training_ended(tmp_path: Path, data: dict[str, object]) -> None:
    options = {"checkpoint": str(write_bloom(tmp_path / "bloom")), "epochs": 1, **data}
    longer = 2 * POSITIONS
    run = run_training(tmp_path / "run", max_input_tokens=longer, **options)
    artifact = load_artifact(run.model)
    assert artifact.max_input_tokens == longer
    (read,) = SummaryEngine.open(artifact, 1).summarize(["Pain of 3 out of 10 at 7:30. " * 12])
    assert read.parts == 1
    assert read.input_tokens > POSITIONS


def test_how_many_notes_are_cut_is_said_and_longer_ones_are_offered_only_where_there_is_room(tmp_path: Path) -> None:
    said = {}
    train = write_repeated(tmp_path / "train.csv", "Seen today. " * 12)
    for family in ("gpt2", "bloom"):
        recorder, checkpoint = Recorder(), FAMILIES[family](tmp_path / family)
        given = {"train": str(train), "validation": str(write_repeated(tmp_path / "v.csv")), "max_output_tokens": 100}
        run_training(tmp_path / f"run-{family}", recorder, checkpoint=str(checkpoint), epochs=1, **given)
        said[family] = "\n".join(recorder.told)
        assert "train notes: median" in said[family]
        assert "5 (100.0%) are longer" in said[family]
    assert "would let it read every training note whole" in said["bloom"]
    assert "would let it read" not in said["gpt2"]


@pytest.mark.parametrize("family", ["gpt2", "flan-t5"])
@pytest.mark.parametrize("lora", [0, 4])
def test_an_interrupted_run_ends_with_the_weights_of_an_uninterrupted_one(
    family: str, lora: int, tmp_path: Path, data: dict[str, object]
) -> None:
    options = {"checkpoint": str(FAMILIES[family](tmp_path / family)), "epochs": 3, "lora": lora, **data}
    whole = run_training(tmp_path / "whole", dropout=0.1, **options)
    with pytest.raises(TrainingInterruptedError):
        run_training(tmp_path / "run", Recorder(terminate_at=4), dropout=0.1, **options)
    again = run_training(tmp_path / "run", Recorder(), dropout=0.1, **options)
    assert sha256_of(again.model / "model.safetensors") == sha256_of(whole.model / "model.safetensors")
    assert sha256_of(whole.model / "model.safetensors") != sha256_of(tmp_path / family / "model.safetensors")
