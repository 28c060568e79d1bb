"""How long and how fast a pretraining run learns: what the options leave open, settled once when the run begins."""

from __future__ import annotations

from note_summarizer.pretraining.corpus import Corpus
from note_summarizer.pretraining.learn import Recipe, seconds_a_step
from note_summarizer.pretraining.options import PretrainOptions
from note_summarizer.pretraining.start import Start
from note_summarizer.training.precision import has_native_bf16
from note_summarizer.training.run_folder import RunFolder

_EPOCHS = 10
# (widest, highest learning rate); a checkpoint that has learnt already takes half of it.
_RATES = ((256, 2e-3), (512, 1e-3), (768, 5e-4))
_WIDE_RATE = 3e-4


def settle_recipe(options: PretrainOptions, start: Start, corpus: Corpus, folder: RunFolder) -> Recipe:
    """Return the recipe; minutes were turned into steps once, when the run began, and stay what they were."""
    before = folder.record().get("settled")
    if before:
        return Recipe(**before)
    recipe = Recipe(
        steps=options.steps or 1,
        optimizer=options.optimizer,
        rate=options.learning_rate or _rate(start.model.config.d_model) / (2 if options.checkpoint else 1),
        warmup=options.warmup,
        weight_decay=options.weight_decay,
        bf16=options.precision == "bf16" or (options.precision == "auto" and has_native_bf16()),
    )
    if not options.steps:
        recipe = recipe.lasting(_steps(options, start, corpus, recipe))
    folder.update({"settled": vars(recipe)})
    return recipe


def _steps(options: PretrainOptions, start: Start, corpus: Corpus, recipe: Recipe) -> int:
    batches = corpus.draw(0)
    if options.minutes is None:
        return (options.epochs or _EPOCHS) * len(batches)
    return max(1, int(60 * options.minutes / seconds_a_step(start.model, recipe, batches)))


def _rate(width: int) -> float:
    return next((rate for widest, rate in _RATES if width <= widest), _WIDE_RATE)
