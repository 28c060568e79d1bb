"""In float32 both back ends say, token for token, what plain `model.generate` says: every family, greedy and beam.

One pair is left out, and `_without_barts_converted_beam` says why: a beam of converted BART.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from tests.model.taught_checkpoints import FAMILIES, as_a_user_would, examples, write_taught
from transformers import LogitsProcessorList, RepetitionPenaltyLogitsProcessor

from note_summarizer.artifact import ModelArtifact
from note_summarizer.backends import Backend, open_backend
from note_summarizer.convert import convert_checkpoint
from note_summarizer.generation import Generation
from note_summarizer.note_tokens import NoteTokenizer

# transformers and torch warn of themselves.
pytestmark = pytest.mark.filterwarnings("default")
LONGEST = 16
BEAM_SETTINGS = [(4, 1.0), (4, 2.0)]


@dataclass(frozen=True)
class Served:
    """A checkpoint, the notes it is asked for, and both back ends."""

    artifact: ModelArtifact
    notes: list[str]
    inputs: list[list[str]]
    backends: dict[str, Backend]

    def answers(self, search: Generation) -> dict[str, list[list[str]]]:
        """What each back end says, asked for all notes at once: they differ in length."""
        return {name: backend.generate(self.inputs, search) for name, backend in self.backends.items()}


@pytest.fixture(scope="module", params=sorted(FAMILIES))
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Served:
    folder = tmp_path_factory.mktemp("families") / request.param
    artifact = write_taught(folder, request.param)
    converted = convert_checkpoint(
        folder,
        folder.with_name("converted"),
        name="tiny",
        version="1",
        max_input_tokens=artifact.max_input_tokens,
        max_output_tokens=artifact.max_output_tokens,
        quantization="float32",
    )
    notes = [note for note, _ in examples(artifact, "validation", 12)]
    inputs = [NoteTokenizer(artifact).pieces(note) for note in notes]
    assert len(set(map(len, inputs))) > 4
    return Served(
        artifact, notes, inputs, {"torch": open_backend(artifact, 1), "converted": open_backend(converted, 2)}
    )


def test_greedy_search_says_what_generate_says(served: Served) -> None:
    expected = as_a_user_would(served.artifact, served.notes, max_new_tokens=LONGEST, num_beams=1)
    _require_telling(expected)
    for name, found in served.answers(Generation(1, LONGEST, 1.0, 1.0)).items():
        assert found == expected, name


@pytest.mark.parametrize(("beams", "penalty"), BEAM_SETTINGS)
def test_beam_search_says_what_generate_says(served: Served, beams: int, penalty: float) -> None:
    search: dict[str, Any] = {"num_beams": beams, "length_penalty": penalty, "early_stopping": True}
    expected = as_a_user_would(served.artifact, served.notes, max_new_tokens=LONGEST, **search)
    _require_telling(expected)
    answers = _without_barts_converted_beam(served, served.answers(Generation(beams, LONGEST, penalty, 1.0)))
    for name, found in answers.items():
        assert found == expected, name


def test_a_decoders_penalty_spares_the_words_of_its_prompt(served: Served) -> None:
    if served.artifact.family != "causal":
        pytest.skip("an encoder-decoder's answer does not begin with the note")
    # As transformers has it: a greedy search that leaves the prompt out.
    expected = []
    for note, pieces in zip(served.notes, served.inputs, strict=True):
        spared = RepetitionPenaltyLogitsProcessor(1.3, prompt_ignore_length=len(pieces))
        expected += as_a_user_would(
            served.artifact, [note], max_new_tokens=LONGEST, logits_processor=LogitsProcessorList([spared])
        )
    assert expected != as_a_user_would(served.artifact, served.notes, max_new_tokens=LONGEST)
    for name, found in served.answers(Generation(1, LONGEST, 1.0, 1.3)).items():
        assert found == expected, name


@pytest.mark.parametrize("beams", [1, 4])
def test_both_back_ends_answer_alike_under_a_repetition_penalty(served: Served, beams: int) -> None:
    found = served.answers(Generation(beams, LONGEST, 1.0, 1.3))
    compared = found if beams == 1 else _without_barts_converted_beam(served, found)
    assert all(answers == found["torch"] for answers in compared.values())


def test_a_notes_answer_does_not_depend_on_its_batch(served: Served) -> None:
    search = Generation(4, LONGEST, 1.0, 1.3)
    for name, together in served.answers(search).items():
        alone = [served.backends[name].generate([one], search)[0] for one in served.inputs[:4]]
        assert alone == together[:4], name


def test_no_notes_have_no_answers(served: Served) -> None:
    assert [backend.generate([]) for backend in served.backends.values()] == [[], []]


def _require_telling(answers: Sequence[Sequence[str]]) -> None:
    """Answers that are all the same would be equal whatever is searched."""
    assert len(set(map(tuple, answers))) > 1


def _without_barts_converted_beam(served: Served, found: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Leave out the one pair that differs: CTranslate2 ranks a beam's answers of unlike lengths otherwise than
    transformers does when their first piece is forced on them.
    """
    forced = served.artifact.folder.name == "bart"
    return {name: answers for name, answers in found.items() if not (forced and name == "converted")}
