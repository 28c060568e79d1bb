"""A trained checkpoint as it is served: converted to int8, with a record of what its training took."""

from __future__ import annotations

import shutil
from pathlib import Path

from note_summarizer.artifact import ModelArtifact
from note_summarizer.convert import convert_checkpoint
from note_summarizer.demo.data import MAX_OUTPUT_TOKENS, draw_pairs
from note_summarizer.option_models.recipes import SEED, SERVED_INPUT_TOKENS, Recipe
from note_summarizer.shortlist import with_shortlist

VERSION = "0.1.0"
_SHORTLIST_NOTES = 6_000


def serve(recipe: Recipe, run_dir: Path, out: Path) -> ModelArtifact:
    """Convert what is trained of a recipe into `out / option / "served"`; return the artifact.

    Args:
        run_dir: where it was trained.
        out: folder of all options' models.
    """
    from note_summarizer.option_models.build import write_checkpoint

    checkpoint, record = write_checkpoint(recipe, run_dir)
    folder = out / recipe.option
    folder.mkdir(parents=True, exist_ok=True)
    served = serve_checkpoint(recipe, checkpoint, folder / "served")
    record.write(folder)
    return served


def serve_checkpoint(
    recipe: Recipe, checkpoint: Path, out: Path, shortlist_notes: int = _SHORTLIST_NOTES
) -> ModelArtifact:
    """Convert a checkpoint into the folder `out`, as the demonstration model is served; return the artifact."""
    shutil.rmtree(out, ignore_errors=True)
    served = convert_checkpoint(
        checkpoint,
        out,
        name=f"chartbrief-{recipe.option}",
        version=VERSION,
        max_input_tokens=SERVED_INPUT_TOKENS,
        max_output_tokens=MAX_OUTPUT_TOKENS,
        restore_case=True,
        align_items=True,
    )
    if recipe.causal:  # CTranslate2's shortlists are for encoder-decoders
        return served
    return with_shortlist(served, ((p.note, p.summary) for p in draw_pairs(SEED, "train", shortlist_notes)))
