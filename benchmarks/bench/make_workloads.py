"""Makes the workloads and, in the cache folder, the models that are not in the repository; needs torch."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from benchmarks.bench.workloads import DEMO, Models, Workload
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from note_summarizer.artifact import load_artifact
from note_summarizer.convert import convert_checkpoint, convert_weights
from note_summarizer.demo.data import draw_pairs
from note_summarizer.long_notes.split_note import split_note
from note_summarizer.note_tokens import NoteTokenizer
from note_summarizer.pretraining.new_model import new_model

_SEED = 20_260
# What the demonstration model is compared at; it is served with what was measured to be as good (the row "tuned").
DEMO_BEAMS = 4
# Richness of the synthetic notes: as in the model card's test set, and from a line to beyond the model's input.
_ORDINARY, _MIXED, _SHORT = (0.5, 1.2), (0.05, 1.8), (0.02, 0.08)
XSUM_VOCABULARY, XSUM_OUTPUT_TOKENS, XSUM_BEAMS = 96_103, 32, 4  # beams: 8 in google/pegasus-xsum; 4 spare time
_FORBIDDEN = -1e4


def demo_models(cache: Path, distilled: Path | None) -> Models:
    """Return the demonstration model's folders; float32 for CTranslate2 is converted once."""
    float32 = cache / "demo-float32"
    if not (float32 / "model.bin").is_file():
        convert_weights(DEMO / "checkpoint", float32, "float32")
    return Models(DEMO / "checkpoint", load_artifact(DEMO / "served"), float32, cache / "demo-onnx", distilled)


def demo_workload(kind: str, notes: int, models: Models) -> Workload:
    """Return held-out synthetic notes, `ordinary` or `mixed` in length, cut where the engine would cut them."""
    pairs = list(draw_pairs(_SEED, "test", notes, _ORDINARY if kind == "ordinary" else _MIXED))
    return _workload(
        f"demo-{kind}",
        f"demonstration model, {kind} notes" if kind == "ordinary" else "demonstration model, notes of mixed length",
        [pair.note for pair in pairs],
        [pair.summary for pair in pairs],
        models,
        DEMO_BEAMS,
    )


def short_notes(count: int) -> list[str]:
    """Return distinct notes of a line, for measuring memory by their number."""
    return [pair.note for pair in draw_pairs(_SEED, "test", count, _SHORT)]


def xsum_workload(notes: int, cache: Path) -> Workload:
    """Return a few notes for a model of google/pegasus-xsum's shape with random weights.

    Its bias forbids the end: every answer of every system has exactly the longest length.
    """
    checkpoint, served, float32 = (cache / f"xsum-{form}" for form in ("checkpoint", "int8", "float32"))
    if not (checkpoint / "model.safetensors").is_file():
        _write_xsum(checkpoint)
    if not (served / "artifact.json").is_file():
        convert_checkpoint(
            checkpoint, served, name="xsum-shape", version="0", max_input_tokens=512,
            max_output_tokens=XSUM_OUTPUT_TOKENS, beam_size=XSUM_BEAMS,
        )  # fmt: skip
    if not (float32 / "model.bin").is_file():
        convert_weights(checkpoint, float32, "float32")
    models = Models(checkpoint, load_artifact(served), float32, cache / "xsum-onnx")
    texts = [pair.note for pair in draw_pairs(_SEED, "test", notes, _ORDINARY)]
    return _workload(
        "xsum-shape", "568 M parameters (pegasus-xsum's shape), random weights", texts, [], models, XSUM_BEAMS
    )


def _workload(
    name: str, title: str, notes: list[str], references: list[str], models: Models, beam_size: int
) -> Workload:
    artifact = models.artifact
    measure, longest = NoteTokenizer(artifact).measure, artifact.max_input_tokens
    parts = [[part.read for part in split_note(note, measure, longest)] for note in notes]
    return Workload(
        name=name,
        title=title,
        texts=[part for of_note in parts for part in of_note],
        note_of=[place for place, of_note in enumerate(parts) for _ in of_note],
        notes=notes,
        references=references,
        checkpoint=str(models.checkpoint),
        served=str(artifact.folder),
        float32=str(models.float32),
        distilled=str(models.distilled or ""),
        onnx=str(models.onnx),
        beam_size=beam_size,
        max_output_tokens=artifact.max_output_tokens,
        length_penalty=artifact.length_penalty,
        finishes=artifact.align_items and artifact.restore_case,
        stays_open=bool(references),
    )


def _write_xsum(folder: Path) -> None:
    model = new_model("large", XSUM_VOCABULARY, seed=1, max_positions=512)
    model.final_logits_bias[0, [model.config.eos_token_id, model.config.pad_token_id]] = _FORBIDDEN
    with torch.no_grad():
        model.save_pretrained(folder)
    described = json.loads((DEMO / "checkpoint" / "tokenizer.json").read_text("utf-8"))
    pieces = described["model"]["vocab"]
    # Words that no note has fill the vocabulary up: the projection onto it costs what it costs in the public model.
    pieces += [[f"\N{LOWER ONE EIGHTH BLOCK}word{number}", -30.0] for number in range(XSUM_VOCABULARY - len(pieces))]
    tokenizer = Tokenizer.from_str(json.dumps(described))
    special = {"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder)
