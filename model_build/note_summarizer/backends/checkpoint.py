"""Generation with transformers, for checkpoints that are not converted; the reference of the converted back end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from typing import Any, Self

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    GenerationConfig,
    LogitsProcessorList,
    PreTrainedTokenizerFast,
)

from note_summarizer.artifact import CAUSAL, TOKENIZER, ModelArtifact
from note_summarizer.backends import TOKENS_PER_BATCH, Pieces
from note_summarizer.backends.devices import place_checkpoint
from note_summarizer.backends.repetition import RepetitionPenalty
from note_summarizer.generation import Generation

Processors = Callable[[int], LogitsProcessorList]


class CheckpointBackend:
    """A Hugging Face encoder-decoder or decoder: in float32, or in half precision on a GPU.

    Attributes:
        replicas: one batch is computed at a time; others wait.
    """

    replicas = 1

    def __init__(self, model: Any, tokenizer: Any, artifact: ModelArtifact) -> None:
        """Wrap a loaded model.

        Args:
            tokenizer: the model's fast tokenizer, which maps pieces to ids and back.
        """
        self._model, self._tokenizer = model.eval(), tokenizer
        self._special = {
            name: _special_token(model, f"{name}_token_id") for name in ("pad", "eos", "decoder_start", "forced_bos")
        }
        if self._special["pad"] is None:
            # Masked wherever it stands: any piece will do, and GPT-2 has none for it.
            self._special["pad"] = 0
        self._padding = self._special["pad"]
        self._ends = frozenset(_as_list(self._special["eos"]))
        self._causal = artifact.family == CAUSAL
        self._generation = Generation.of(artifact)
        # The checkpoint's own defaults would be merged in, and its max_length argued with.
        self._model.generation_config = GenerationConfig()
        self._one_at_a_time = threading.Lock()

    @classmethod
    def load(cls, artifact: ModelArtifact, threads: int | None = None) -> Self:
        """Load the checkpoint of an artifact folder."""
        if threads:
            torch.set_num_threads(threads)
        kind = AutoModelForCausalLM if artifact.family == CAUSAL else AutoModelForSeq2SeqLM
        # Not by an argument: what it is called depends on the version of transformers that a container has.
        model = kind.from_pretrained(artifact.folder).float()
        placement = place_checkpoint(has_cuda=torch.cuda.is_available())
        if placement.compute_type == "float16":
            _halve(model)
        model = model.to(placement.device)
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(artifact.folder / TOKENIZER))
        return cls(model, tokenizer, artifact)

    def generate(self, inputs: Sequence[Pieces], generation: Generation | None = None) -> list[Pieces]:
        """Return the answers' pieces in the inputs' order."""
        asked = generation or self._generation
        settings = self._settings(asked)
        ids = [self._tokenizer.convert_tokens_to_ids(pieces) for pieces in inputs]
        answers: list[Pieces] = [[] for _ in ids]
        with self._one_at_a_time, torch.inference_mode(), self._penalized(asked) as processors:
            for batch in _batches([len(row) for row in ids]):
                found = self._answer([ids[place] for place in batch], settings, processors)
                for place, answer in zip(batch, found, strict=True):
                    answers[place] = answer
        return answers

    @contextmanager
    def _penalized(self, asked: Generation) -> Iterator[Processors]:
        """Yield what a batch's scores are changed by, given the length of the prompt that answers go on with."""
        if asked.repetition_penalty == 1:
            yield lambda _: LogitsProcessorList()
            return
        penalty = RepetitionPenalty(self._model, asked.repetition_penalty)
        try:
            yield lambda prompt: LogitsProcessorList([penalty.after(prompt)])
        finally:
            penalty.close()

    def _settings(self, asked: Generation) -> GenerationConfig:
        many = asked.beam_size > 1
        return GenerationConfig(
            max_new_tokens=asked.max_output_tokens,
            do_sample=False,
            # Stopping as CTranslate2 does: with as many finished answers as beams.
            **(
                {"num_beams": asked.beam_size, "length_penalty": asked.length_penalty, "early_stopping": True}
                if many
                else {}
            ),
            **{f"{name}_token_id": found for name, found in self._special.items()},
        )

    def _answer(self, rows: Sequence[list[int]], settings: GenerationConfig, processors: Processors) -> list[Pieces]:
        longest = max(map(len, rows))
        # A decoder goes on at its input's end, so that the padding has to stand before it.
        padded = [self._beside([self._padding] * (longest - len(row)), row) for row in rows]
        mask = [self._beside([0] * (longest - len(row)), [1] * len(row)) for row in rows]
        # Before the answer stands the prompt, or the piece that the decoder starts with.
        before = longest if self._causal else 1
        device = self._model.device
        found = self._model.generate(
            input_ids=torch.tensor(padded, device=device),
            attention_mask=torch.tensor(mask, device=device),
            generation_config=settings,
            logits_processor=processors(before),
        )
        return [self._pieces(row[before:]) for row in found.tolist()]

    def _beside(self, padding: list[int], row: list[int]) -> list[int]:
        return padding + row if self._causal else row + padding

    def _pieces(self, answer: Sequence[int]) -> Pieces:
        pieces = self._tokenizer.convert_ids_to_tokens(list(takewhile(lambda number: number not in self._ends, answer)))
        # A model may have more rows of logits than its tokenizer has pieces.
        return [piece for piece in pieces if piece is not None]


def _as_list(found: Any) -> list[int]:
    return found if isinstance(found, list) else [] if found is None else [found]


def _halve(model: Any) -> None:
    """Put the weights into half precision, but for those that overflow in it; T5's are named by its class."""
    kept = tuple(getattr(model, "_keep_in_fp32_modules", None) or ())
    for name, weights in model.named_parameters():
        if not set(name.split(".")).intersection(kept):
            weights.data = weights.data.half()


def _special_token(model: Any, name: str) -> Any:
    """Return a special token's id (or ids), which checkpoints have in one of two places, or in both."""
    found = getattr(model.generation_config, name, None)
    return getattr(model.config, name, None) if found is None else found


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield places of inputs of similar length, each batch within the token budget when padded."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > TOKENS_PER_BATCH:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
