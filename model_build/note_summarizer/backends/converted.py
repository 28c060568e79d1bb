"""Generation with CTranslate2."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import ctranslate2

from note_summarizer.artifact import CAUSAL, ModelArtifact
from note_summarizer.backends import TOKENS_PER_BATCH, Pieces
from note_summarizer.backends.devices import place_converted
from note_summarizer.generation import Generation

# For 0. CTranslate2 takes an exact 0 as leave to stop at the first finished answer, which may not be the best one.
_NO_PENALTY = 1e-6


class ConvertedBackend:
    """A CTranslate2 model; safe to call from several threads.

    Attributes:
        replicas: batches that are computed at the same time; what calls from that many threads keeps all of them busy.
    """

    def __init__(self, artifact: ModelArtifact, threads: int | None = None) -> None:
        """Load the model where it computes fastest: on a GPU if there is one.

        Args:
            threads: processor cores to use; all of them by default.
        """
        self._artifact = artifact
        self._generation = Generation.of(artifact)
        cuda = ctranslate2.get_supported_compute_types("cuda") if ctranslate2.get_cuda_device_count() else ()
        cpu = ctranslate2.get_supported_compute_types("cpu")
        placement = place_converted(artifact.quantization, cuda, cpu, threads or os.cpu_count() or 1)
        self.replicas = placement.replicas
        load = ctranslate2.Generator if artifact.family == CAUSAL else ctranslate2.Translator
        self._model = load(
            str(artifact.weights_file.parent),
            device=placement.device,
            compute_type=placement.compute_type,
            inter_threads=placement.replicas,
            intra_threads=1,
        )

    def generate(self, inputs: Sequence[Pieces], generation: Generation | None = None) -> list[Pieces]:
        """Return the answers' pieces in the inputs' order.

        An encoder-decoder's inputs of up to `TOKENS_PER_BATCH` tokens, padding included, are one batch; more are sorted
        and divided. A decoder-only model's are divided by their length.
        """
        asked = generation or self._generation
        search = {
            "max_batch_size": TOKENS_PER_BATCH,
            "batch_type": "tokens",
            "beam_size": asked.beam_size,
            "length_penalty": asked.length_penalty or _NO_PENALTY,
            "repetition_penalty": asked.repetition_penalty,
        }
        answer = self._go_on if self._artifact.family == CAUSAL else self._translate
        return answer(list(inputs), asked.max_output_tokens, search)

    def _translate(self, inputs: list[Pieces], longest: int, search: dict[str, Any]) -> list[Pieces]:
        first = self._artifact.first_token
        results = self._model.translate_batch(
            inputs,
            target_prefix=[[first] for _ in inputs] if first else None,
            max_decoding_length=longest,
            min_decoding_length=0,  # as transformers: a model may have nothing to say
            max_input_length=0,  # never truncate: parts are already short enough
            # A beam search compares scores that add up to one over the vocabulary, and a shortlist leaves some out.
            use_vmap=self._artifact.shortlist and search["beam_size"] == 1,
            **search,
        )
        return [list(result.hypotheses[0]) for result in results]

    def _go_on(self, inputs: list[Pieces], longest: int, search: dict[str, Any]) -> list[Pieces]:
        batches = _of_equal_length(inputs)
        # All are handed over before the first is waited for, so that every replica has one.
        running = [
            self._model.generate_batch(
                [inputs[place] for place in batch],
                max_length=longest,  # without the prompt, as that is not in the result
                include_prompt_in_result=False,
                end_token=self._artifact.end_token or None,
                asynchronous=True,
                **search,
            )
            for batch in batches
        ]
        answers: list[Pieces] = [[] for _ in inputs]
        for batch, results in zip(batches, running, strict=True):
            for place, result in zip(batch, results, strict=True):
                answers[place] = list(result.result().sequences[0])
        return answers


def _of_equal_length(inputs: Sequence[Pieces]) -> list[list[int]]:
    """Return places of inputs of one length each, the longest first.

    CTranslate2 reads the prompts of a batch up to the shortest one's length and takes what is left of the others as
    said: it counts in their penalties for length and repetition, and a note's summary would depend on its neighbours.
    It is also said a piece at a time, which costs what a mixed batch gains.
    """
    places: dict[int, list[int]] = {}
    for place, pieces in enumerate(inputs):
        places.setdefault(len(pieces), []).append(place)
    return [places[length] for length in sorted(places, reverse=True)]
