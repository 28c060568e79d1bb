"""A small model's card; pure. Its figures are those of `comparison.json`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from note_summarizer.option_models.recipes import LESSONS, PRETRAINING_SHARE, SERVED_INPUT_TOKENS, VOCABULARY, Recipe
from note_summarizer.option_models.table import COPIES, SCORES

_KINDS = {
    "pegasus": "`PegasusForConditionalGeneration`, 256 wide, {0} encoder and {1} decoder layers, sinusoidal positions",
    "t5": "`T5ForConditionalGeneration` in Flan-T5's shape (T5 1.1: gated GELU, a head of its own), 256 wide,"
    " {0} encoder and {1} decoder layers, relative positions",
    "gpt2": "`GPT2LMHeadModel`, 256 wide, {1} layers, learnt positions",
    "bloom": "`BloomForCausalLM`, 256 wide, {1} layers, ALiBi",
}
_OBJECTIVES = {
    "gap-sentences": "gap sentences, as Pegasus (principal sentences are masked and asked for)",
    "spans": "spans, as T5 (15 % of the pieces are masked in spans and asked for)",
    "next-word": "the next word of notes",
}


def card(recipe: Recipe, system: Mapping[str, Any], test_notes: int) -> str:
    """Return the text of a model's card.

    Args:
        system: the model's figures, one of the systems of `comparison.json`.
    """
    training = system["training"]
    facts = {
        "architecture": _KINDS[recipe.architecture].format(*recipe.layers)
        + f"; {training['parameters'] / 1e6:.1f} million parameters",
        "tokenizer": f"{VOCABULARY:,} {'byte-level pairs' if recipe.causal else 'unigram pieces'}, lower-cased; every"
        " number up to 999 is one piece",
        "served": f"int8, CTranslate2, {system['served_mb']:.1f} MB; notes in parts of up to {SERVED_INPUT_TOKENS}"
        " tokens, one beam",
        "licence": "Apache-2.0, as the repository; no published weights went into it",
    }
    return _PAGE.format(
        option=recipe.option,
        facts="\n".join(f"| {name} | {said} |" for name, said in facts.items()),
        recipe=_recipe(recipe, training, system["cpu_minutes"]),
        scores="\n".join(f"| {name} | {figure:.1f} |" for name, figure in figures(system).items()),
        notes=f"{test_notes:,}",
        speed=f"{system['notes_per_cpu_second']:.1f}",
        memory=f"{system['peak_memory_mb']:.0f}",
    )


def figures(system: Mapping[str, Any]) -> dict[str, float]:
    """Return a model's scores in percent, by what they are called."""
    found = {name: system["scores"][key][0] for key, name in SCORES.items()}
    return {**found, **{name: system["copies"][key] for key, name in COPIES.items()}}


def _recipe(recipe: Recipe, training: Mapping[str, Any], minutes: float) -> str:
    share = 0.0 if recipe.objective == "none" else PRETRAINING_SHARE
    first = f"The first {share:.0%} on {_OBJECTIVES[recipe.objective]}, without summaries; then " if share else ""
    drills = sum(lesson.share for lesson in LESSONS if not lesson.phase.pairs) * (1 - share)
    rest = f"{drills:.0%} of the time on copying drills and the rest on note-summary pairs of growing length"
    how = "; the loss is that of the summary, not of the prompt" if recipe.causal else ""
    return (
        f"{minutes:.0f} processor minutes (bfloat16, Muon and AdamW): {training['steps']:,} steps,"
        f" {training['tokens'] / 1e6:.1f} million tokens. {first}{rest if first else rest[0].upper() + rest[1:]}{how}."
    )


_PAGE = """# The small `{option}` model

**A demonstration. Not for clinical use.** It exists so that a clone of this repository runs the option without a
download, and so that the kinds of models can be compared at equal data and time. It has seen no real note, and no
clinician has judged its summaries. What a published checkpoint of this family knows, it does not.

| | |
|---|---|
{facts}

## Recipe

{recipe} Notes, summaries, splits and drills are the [demonstration model's](../../demo_model/README.md). `make
train-options` trains it again.

## Measurements

On {notes} synthetic notes of the held-out test split (phrases and entities that training never showed), as served:

| percent | |
|---|---|
{scores}

It answers {speed} such notes a processor second, in {memory} MB. Measured by `.venv-train/bin/python -m
note_summarizer.option_models judge`; beside the others in [comparison.md](../comparison.md), with intervals in
[comparison.json](../comparison.json).

## Limits

- Trained for minutes: it leaves items out, cuts phrases short, and copies numbers and names wrongly more often than
  the demonstration model, on unseen wording most of all.
- Real notes differ from synthetic ones; the longer and the more talkative the note, the worse.
- It infers nothing, and has a planned, stopped or denied thing wrong more easily than the thing itself.
- English only, and lower case only: the engine gives the note's casing back.
- The pipeline's checks mark or replace part of what is wrong; they do not find what is missing.
"""
