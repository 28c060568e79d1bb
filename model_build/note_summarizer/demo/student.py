"""A student of the demonstration model: fewer decoder layers, fine-tuned on the notes that its teacher learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from note_summarizer.artifact import ModelArtifact
from note_summarizer.demo.data import Phase, write_batches
from note_summarizer.demo.recipe import SEED, Stage, serve_checkpoint
from note_summarizer.demo.tokenizer import load_tokenizer

DECODER_LAYERS = 2
# On the test set its ROUGE-L is 1.1 below the whole model's in float32 with one beam, 0.9 with two, 0.4 with four.
BEAM_SIZE = 2
# References alone: the notes are synthetic, and their references have none of the teacher's errors.
STAGES = (
    Stage(
        name="student",
        phases=(Phase(pairs=22_000, richness=(0.3, 1.6), tokens_per_batch=3_000),),
        rate=7e-4,
        seed=SEED + 2_000,
    ),
    # A second schedule over new notes, as the teacher had one.
    Stage(
        name="refine",
        phases=(Phase(pairs=30_000, richness=(0.3, 1.7), tokens_per_batch=3_000),),
        rate=5e-4,
        seed=SEED + 3_000,
    ),
)


def build_student(
    teacher: Path, run_dir: Path, name: str, version: str, stages: Sequence[Stage] = STAGES
) -> ModelArtifact:
    """Shrink a checkpoint, train the student, and convert it; return the artifact `run_dir / "served"`.

    A training that was interrupted goes on.

    Args:
        teacher: the demonstration checkpoint.
    """
    from note_summarizer.demo.train import save_checkpoint, train
    from note_summarizer.distillation.shrink import write_student

    tokenizer_json = teacher / "tokenizer.json"
    student = write_student(str(teacher), run_dir / "start", decoder_layers=DECODER_LAYERS)
    for stage in stages:
        folder = run_dir / stage.name
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "batches.jsonl").exists():
            write_batches(folder / "batches.jsonl", load_tokenizer(tokenizer_json), stage.phases, stage.seed)
        student = train(student, folder, stage.rate)
    save_checkpoint(student, tokenizer_json, run_dir / "checkpoint")
    served = replace(serve_checkpoint(run_dir, name, version), beam_size=BEAM_SIZE)
    served.write()
    return served
