"""Generation with transformers, for checkpoints that are not converted; the reference of the converted back end."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import torch
from transformers import AutoModelForSeq2SeqLM, GenerationConfig, LogitsProcessorList, PreTrainedTokenizerFast

from note_summarizer.artifact import TOKENIZER, ModelArtifact
from note_summarizer.backends import Pieces
from note_summarizer.backends.repetition import RepetitionPenalty
from note_summarizer.generation import Generation

_TOKENS_PER_BATCH = 4096


class CheckpointBackend:
    """A Hugging Face encoder-decoder in float32."""

    def __init__(self, model: Any, tokenizer: Any, artifact: ModelArtifact) -> None:
        """Wrap a loaded model.

        Args:
            tokenizer: the model's fast tokenizer, which maps pieces to ids and back.
        """
        self._model, self._tokenizer = model.eval(), tokenizer
        self._special = {
            name: _special_token(model, f"{name}_token_id") for name in ("pad", "eos", "decoder_start", "forced_bos")
        }
        self._padding = self._special["pad"] or 0
        self._generation = Generation.of(artifact)
        # The checkpoint's own defaults would be merged in, and its max_length argued with.
        self._model.generation_config = GenerationConfig()
        self._one_at_a_time = threading.Lock()

    @classmethod
    def load(cls, artifact: ModelArtifact, threads: int | None = None) -> Self:
        """Load the checkpoint of an artifact folder."""
        if threads:
            torch.set_num_threads(threads)
        # Not by an argument: what it is called depends on the version of transformers that a container has.
        model = AutoModelForSeq2SeqLM.from_pretrained(artifact.folder).float()
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
    def _penalized(self, asked: Generation) -> Iterator[LogitsProcessorList]:
        if asked.repetition_penalty == 1:
            yield LogitsProcessorList()
            return
        penalty = RepetitionPenalty(self._model, asked.repetition_penalty)
        try:
            yield LogitsProcessorList([penalty])
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

    def _answer(
        self, rows: Sequence[list[int]], settings: GenerationConfig, processors: LogitsProcessorList
    ) -> list[Pieces]:
        longest = max(map(len, rows))
        padded = torch.tensor([row + [self._padding] * (longest - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        device = self._model.device
        found = self._model.generate(
            input_ids=padded.to(device),
            attention_mask=mask.to(device),
            generation_config=settings,
            logits_processor=processors,
        )
        return [self._tokenizer.convert_ids_to_tokens(row, skip_special_tokens=True) for row in found.tolist()]


def _special_token(model: Any, name: str) -> Any:
    """Return a special token's id (or ids), which checkpoints have in one of two places, or in both."""
    found = getattr(model.generation_config, name, None)
    return getattr(model.config, name, None) if found is None else found


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield places of inputs of similar length, each batch within the token budget when padded."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > _TOKENS_PER_BATCH:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
