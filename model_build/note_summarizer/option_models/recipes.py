"""What each option's small checkpoint is and how it is trained, as data.

All learn from the same drills and the same synthetic pairs in the same order for the same processor time. A family
spends a first share of that time as its published checkpoints did, on notes without summaries: gap sentences
(Pegasus, Zhang et al. 2020), spans (T5, Raffel et al. 2020), or the next word (GPT-2, BLOOM). What is trained from
scratch spends all of it on pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from note_summarizer.demo.data import Phase
from note_summarizer.errors import OptionsError

Architecture = Literal["pegasus", "t5", "gpt2", "bloom"]
Objective = Literal["gap-sentences", "spans", "next-word", "none"]
CAUSAL: frozenset[Architecture] = frozenset({"gpt2", "bloom"})
# The pegasus of the comparison; the option itself serves the demonstration model, which had nine times as long.
EQUAL_PEGASUS = "pegasus-equal-time"
# The model that the option `pegasus` serves, as a further row.
DEMONSTRATION = "demonstration"
SEED = 41
CPU_MINUTES = 20.0
VOCABULARY = 5000
# Served in parts of this many tokens, as the demonstration model and for its reason.
SERVED_INPUT_TOKENS = 160


@dataclass(frozen=True)
class Recipe:
    """One option's checkpoint.

    Attributes:
        layers: of the encoder and of the decoder; a decoder-only model has none of the former.
        objective: what the first share of the time is spent on.
        rate: highest learning rate of the weight matrices; that of embeddings and norms is half of it.
        scales: multiplies the rate of parameters whose name has this in it.
    """

    option: str
    architecture: Architecture
    objective: Objective
    layers: tuple[int, int]
    rate: float = 2e-3
    scales: Mapping[str, float] = field(default_factory=dict)

    @property
    def causal(self) -> bool:
        """Whether it is a decoder that goes on with a prompt."""
        return self.architecture in CAUSAL


@dataclass(frozen=True)
class Lesson:
    """A stretch of the curriculum.

    Attributes:
        share: of the time that is left for pairs.
        phase: what is drawn; the batches begin again if the time is not over when they are.
    """

    name: str
    share: float
    phase: Phase


# Of the whole time, for the families that have an objective of their own.
PRETRAINING_SHARE = 0.1
PRETRAINING_NOTES = 20_000
PRETRAINING_RICHNESS = (0.3, 1.2)
PRETRAINING_BATCH = 4_000

LESSONS = (
    Lesson("drills", 0.05, Phase(0, (0, 0), tokens_per_batch=2_500, drills=8_000, drill_segments=3)),
    Lesson("long-drills", 0.13, Phase(0, (0, 0), tokens_per_batch=2_500, drills=12_000)),
    Lesson("short-notes", 0.17, Phase(30_000, (0.1, 0.3), tokens_per_batch=2_500, drills=1_500)),
    Lesson("notes", 0.25, Phase(40_000, (0.2, 0.7), tokens_per_batch=4_000, drills=2_000)),
    Lesson("long-notes", 0.40, Phase(60_000, (0.3, 1.2), tokens_per_batch=5_000, drills=3_000)),
)

# T5's attention is not divided by the root of its width, which its queries' weights make up for by being small; its
# embeddings are sixteen times as large as the others'; and what it knows of positions has to grow to several units
# before a piece finds its neighbour: at the usual rate it did not learn to copy in six minutes.
_T5_SCALES = {"Attention.q": 0.25, "shared": 8.0, "relative_attention_bias": 30.0}

RECIPES: Mapping[str, Recipe] = {
    recipe.option: recipe
    for recipe in (
        Recipe(EQUAL_PEGASUS, "pegasus", "gap-sentences", layers=(4, 2)),
        Recipe("from-scratch", "pegasus", "none", layers=(4, 2)),
        Recipe("flan-t5", "t5", "spans", layers=(4, 2), scales=_T5_SCALES),
        Recipe("gpt2", "gpt2", "next-word", layers=(0, 6)),
        Recipe("bloom", "bloom", "next-word", layers=(0, 6)),
    )
}


def recipe_of(option: str) -> Recipe:
    """Return an option's recipe.

    Raises:
        OptionsError: none is trained here.
    """
    if option not in RECIPES:
        raise OptionsError(f"No small checkpoint of {option!r} is trained here: choose among {', '.join(RECIPES)}.")
    return RECIPES[option]
