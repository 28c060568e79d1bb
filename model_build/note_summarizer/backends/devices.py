"""Where a model computes, and in which numbers; pure: what the machine has is an argument."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

# By what a converted model's weights are stored in, the numbers to compute in on a GPU, the most wanted first. Half
# precision keeps the weights' memory and doubles the speed of GPUs with tensor cores; 8-bit weights stay 8-bit.
_ON_CUDA = {
    "float32": ("float16", "float32"),
    "float16": ("float16", "float32"),
    "bfloat16": ("bfloat16", "float16", "float32"),
}
_ON_CUDA_FROM_INT8 = ("int8_float16", "float16", "int8_float32", "float32")
# CTranslate2's own choice: the stored type, or the nearest one that the device has.
AS_STORED = "default"


@dataclass(frozen=True)
class Placement:
    """Where and how.

    Attributes:
        compute_type: as CTranslate2 names it.
        replicas: batches that are computed at the same time.
    """

    device: Literal["cpu", "cuda"]
    compute_type: str
    replicas: int


def place_converted(stored: str, cuda_types: Collection[str], cpu_types: Collection[str], cores: int) -> Placement:
    """Return where a converted model computes.

    Args:
        stored: type of the weights as CTranslate2 names it (`float32`, `int8_float32`, ...); empty if nobody knows.
        cuda_types: compute types of the GPU; empty without one.
        cpu_types: compute types of the processor.
        cores: processor cores to use.
    """
    if not cuda_types:
        # One single-thread worker per core beats one worker over all cores for models of this size.
        return Placement("cpu", stored if stored in cpu_types else AS_STORED, cores)
    wanted = _ON_CUDA_FROM_INT8 if stored.startswith("int8") else _ON_CUDA.get(stored, ())
    # Batches that share one GPU wait for each other.
    return Placement("cuda", next((one for one in wanted if one in cuda_types), AS_STORED), 1)


def place_checkpoint(*, has_cuda: bool) -> Placement:
    """Return where a checkpoint computes: in half precision on a GPU, else in float32 on the processor."""
    return Placement("cuda", "float16", 1) if has_cuda else Placement("cpu", "float32", 1)
