"""A student begins with its teacher's own layers, the ones that are asked for, bit for bit."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

import torch
from tests.model.seq2seq_checkpoints import WRITERS, write_pegasus
from tests.model.training_runs import TRAINING_NOISE

from note_summarizer.distillation.shrink import layer_counts, shrink_model, spaced_layers, write_student
from note_summarizer.errors import CheckpointError, OptionsError
from note_summarizer.load_checkpoint import load_model
from note_summarizer.resolve_model import describe_checkpoint

pytestmark = pytest.mark.filterwarnings(TRAINING_NOISE)

WORDS = torch.tensor([[110, 120, 130, 140, 150, 1]])


def deeper(kind: str, folder: Path, layers: int = 5) -> Any:
    """A tiny model of so many layers on each side, every weight its own."""
    small = load_model(str(WRITERS[kind](folder)))
    names = ("num_layers", "num_decoder_layers") if "t5" in kind else ("encoder_layers", "decoder_layers")
    for name in names:
        setattr(small.config, name, layers)
    torch.manual_seed(1)
    model = type(small)(small.config).eval()
    model.generation_config = small.generation_config
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.1 * torch.randn_like(weight))
    return model


def layers_of(model: Any, side: str) -> Any:
    part = getattr(model, f"get_{side}")()
    return part.block if hasattr(part, "block") else part.layers


def same(one: Any, other: Any) -> bool:
    a, b = one.state_dict(), other.state_dict()
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize(
    ("teacher", "student", "kept"),
    [
        (16, 1, [0]),
        (16, 2, [0, 15]),
        (16, 4, [0, 5, 10, 15]),
        (16, 3, [0, 8, 15]),
        (12, 3, [0, 6, 11]),
        (6, 6, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_layers_are_spaced_with_both_ends(teacher: int, student: int, kept: list[int]) -> None:
    assert spaced_layers(teacher, student) == kept


def test_any_number_of_layers_is_different_ones_in_order() -> None:
    for teacher in range(1, 25):
        for student in range(2, teacher + 1):
            found = spaced_layers(teacher, student)
            assert (found[0], found[-1], len(found)) == (0, teacher - 1, student)
            gaps = [b - a for a, b in pairwise(found)]
            assert min(gaps) >= 1
            assert max(gaps) - min(gaps) <= 1


@pytest.mark.parametrize("kind", WRITERS)
def test_the_layers_that_stay_are_copies(kind: str, tmp_path: Path) -> None:
    teacher = deeper(kind, tmp_path / "teacher")
    student = shrink_model(teacher, decoder_layers=2, encoder_layers=3)
    assert (layer_counts(student.config), layer_counts(teacher.config)) == ((3, 2), (5, 5))
    for side, kept in (("encoder", [0, 2, 4]), ("decoder", [0, 4])):
        found, whole = layers_of(student, side), layers_of(teacher, side)
        # T5's first layer holds the bias of all; it is there in the student's first as well.
        assert [same(a, whole[place]) for a, place in zip(found, kept, strict=True)] == [True] * len(kept)
    assert torch.equal(student.get_input_embeddings().weight, teacher.get_input_embeddings().weight)
    tied = student.get_output_embeddings().weight is student.get_input_embeddings().weight
    assert tied == (teacher.get_output_embeddings().weight is teacher.get_input_embeddings().weight)
    with torch.no_grad():
        next(iter(layers_of(student, "decoder")[0].parameters())).add_(1)
    assert not same(layers_of(student, "decoder")[0], layers_of(teacher, "decoder")[0])


@pytest.mark.parametrize("kind", WRITERS)
def test_a_student_of_all_layers_answers_as_its_teacher(kind: str, tmp_path: Path) -> None:
    teacher = deeper(kind, tmp_path / "teacher")
    student = shrink_model(teacher, decoder_layers=5).eval()
    assert same(student, teacher)
    answers = [model.generate(input_ids=WORDS, num_beams=3, max_new_tokens=9).tolist() for model in (teacher, student)]
    assert answers[0] == answers[1]


def test_a_written_student_is_a_checkpoint_with_its_teachers_tokenizer(tmp_path: Path) -> None:
    teacher = write_pegasus(tmp_path / "teacher")
    write_student(str(teacher), tmp_path / "student", decoder_layers=1)
    student = load_model(str(tmp_path / "student"))
    assert layer_counts(student.config) == (2, 1)
    assert same(layers_of(student, "decoder")[0], layers_of(load_model(str(teacher)), "decoder")[0])
    described, before = (describe_checkpoint(tmp_path / name) for name in ("student", "teacher"))
    assert (described.beam_size, described.length_penalty) == (before.beam_size, before.length_penalty) == (8, 0.6)
    assert described.max_input_tokens == before.max_input_tokens


@pytest.mark.parametrize(("option", "asked"), [("decoder", 3), ("decoder", 0), ("encoder", 3), ("encoder", 0)])
def test_more_layers_than_there_are_cannot_be_had(option: str, asked: int, tmp_path: Path) -> None:
    teacher = load_model(str(write_pegasus(tmp_path / "teacher")))
    with pytest.raises(OptionsError, match=f"{option}-layers: {asked} layers cannot be copied out of 2: ask for 1 to"):
        shrink_model(teacher, **{"decoder_layers": 1, f"{option}_layers": asked})


def test_a_family_whose_layers_are_not_known_is_refused(tmp_path: Path) -> None:
    from transformers import ProphetNetConfig, ProphetNetForConditionalGeneration

    config = ProphetNetConfig(
        vocab_size=40, hidden_size=8, encoder_ffn_dim=8, decoder_ffn_dim=8, num_encoder_layers=1, num_decoder_layers=1,
        num_encoder_attention_heads=1, num_decoder_attention_heads=1,
    )  # fmt: skip
    ProphetNetForConditionalGeneration(config).save_pretrained(tmp_path)
    with pytest.raises(CheckpointError, match="of a prophetnet model are not known"):
        shrink_model(load_model(str(tmp_path)), decoder_layers=1)
