"""Where a model computes follows from what the machine has and what the weights are stored in."""

from __future__ import annotations

import pytest

from note_summarizer.backends.devices import place_checkpoint, place_converted

CPU = {"float32", "int8", "int8_float32"}
AMPERE = {"float32", "float16", "bfloat16", "int8", "int8_float32", "int8_float16", "int8_bfloat16"}
PASCAL = {"float32", "int8", "int8_float32"}


@pytest.mark.parametrize(
    ("stored", "cuda", "expected"),
    [
        ("int8_float32", AMPERE, "int8_float16"),
        ("int8", AMPERE, "int8_float16"),
        ("float32", AMPERE, "float16"),
        ("float16", AMPERE, "float16"),
        ("bfloat16", AMPERE, "bfloat16"),
        ("int8_float32", PASCAL, "int8_float32"),
        ("float16", PASCAL, "float32"),
        ("", AMPERE, "default"),
    ],
)
def test_a_gpu_computes_in_half_precision_where_it_can(stored: str, cuda: set[str], expected: str) -> None:
    placement = place_converted(stored, cuda, CPU, cores=8)
    assert (placement.device, placement.compute_type, placement.replicas) == ("cuda", expected, 1)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [("int8_float32", "int8_float32"), ("float32", "float32"), ("int8_float16", "default"), ("", "default")],
)
def test_a_processor_computes_as_stored_with_a_replica_for_each_core(stored: str, expected: str) -> None:
    placement = place_converted(stored, (), CPU, cores=3)
    assert (placement.device, placement.compute_type, placement.replicas) == ("cpu", expected, 3)


def test_a_checkpoint_is_halved_on_a_gpu_only() -> None:
    assert place_checkpoint(has_cuda=True).compute_type == "float16"
    assert place_checkpoint(has_cuda=False).compute_type == "float32"
