"""A student of the demonstration model: fewer decoder layers, fine-tuned on the notes that its teacher learnt from."""

from __future__ import annotations

from pathlib import Path

from note_summarizer.artifact import ModelArtifact
from note_summarizer.demo.data import Phase, write_batches
from note_summarizer.demo.recipe import SEED, Stage, serve_checkpoint
from note_summarizer.demo.tokenizer import load_tokenizer

DECODER_LAYERS = 2
# References alone: the notes are synthetic, and their references have none of the teacher's errors.
STAGE = Stage(
    name="student",
    phases=(Phase(pairs=30_000, richness=(0.3, 1.6), tokens_per_batch=3_000),),
    rate=7e-4,
    seed=SEED + 2_000,
)


def build_student(teacher: Path, run_dir: Path, name: str, version: str, stage: Stage = STAGE) -> ModelArtifact:
    """Shrink a checkpoint, train the student, and convert it; return the artifact `run_dir / "served"`.

    A training that was interrupted goes on.

    Args:
        teacher: the demonstration checkpoint.
    """
    from note_summarizer.demo.train import save_checkpoint, train
    from note_summarizer.distillation.shrink import write_student

    folder, tokenizer_json = run_dir / stage.name, teacher / "tokenizer.json"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "batches.jsonl").exists():
        write_batches(folder / "batches.jsonl", load_tokenizer(tokenizer_json), stage.phases, stage.seed)
    start = write_student(str(teacher), run_dir / "start", decoder_layers=DECODER_LAYERS)
    save_checkpoint(train(start, folder, stage.rate), tokenizer_json, run_dir / "checkpoint")
    return serve_checkpoint(run_dir, name, version)
