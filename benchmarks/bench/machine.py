"""The machine: what it is, and how fast it multiplies matrices; the floating-point operations that a note takes."""

from __future__ import annotations

import json
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
_PACKAGES = ("ctranslate2", "onnxruntime", "tokenizers", "torch", "transformers")
_SIZE, _TRIES = 2048, 6


def describe_machine(threads: int) -> dict[str, Any]:
    """Return the processor, its instructions that matter here, versions, and the measured peak in GFLOP/s."""
    return {
        "processor": _processor(),
        "flags": [flag for flag in _FLAGS if flag in _flags()],
        "cores": threads,
        "peak_gflops": sgemm_peak(threads),
        "python": platform.python_version(),
        "versions": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def has_native_bfloat16() -> bool:
    """Return whether the processor multiplies bfloat16 itself; it is emulated elsewhere, and slow."""
    return bool({"avx512_bf16", "amx_bf16"} & _flags())


def sgemm_peak(threads: int) -> float:
    """Return the best of a few float32 products of square matrices on all cores, in GFLOP/s.

    A product of n x n matrices takes 2 n^3 operations.
    """
    import torch

    torch.set_num_threads(threads)
    left, right = torch.rand(_SIZE, _SIZE), torch.rand(_SIZE, _SIZE)
    best = float("inf")
    for _ in range(_TRIES):
        started = time.perf_counter()
        left @ right
        best = min(best, time.perf_counter() - started)
    return 2 * _SIZE**3 / best / 1e9


def flops_per_text(config: dict[str, Any], read: float, said: float, beams: int) -> float:
    """Return the floating-point operations that summarizing one text takes, two for each multiplication with addition.

    Per token and layer, with the width d, the inner width f, S tokens read and T said:
    an encoder layer takes 8 d^2 (four projections) + 4 d f (feed-forward) + 4 S d (scores and mixing);
    the cross-attention's keys and values, once for each token read and decoder layer, 4 d^2;
    a decoder layer, for each token said and beam, 8 d^2 + 4 d^2 (queries and output of the cross-attention) + 4 d f
    + 2 T d (self-attention over half of T on average) + 4 S d;
    the vocabulary V takes 2 d V for each token said and beam.
    Soft-max, normalization and search are left out: they are no matrix products.

    Args:
        config: the checkpoint's `config.json`.
        read, said: tokens of the text and of its answer.
    """
    width, vocabulary = config["d_model"], config["vocab_size"]
    inner, encoder = config["encoder_ffn_dim"], config["encoder_layers"]
    inner_said, decoder = config["decoder_ffn_dim"], config["decoder_layers"]
    reading = read * encoder * (8 * width**2 + 4 * width * inner + 4 * read * width)
    keys = read * decoder * 4 * width**2
    layer = 12 * width**2 + 4 * width * inner_said + 2 * said * width + 4 * read * width
    saying = said * beams * (decoder * layer + 2 * width * vocabulary)
    return float(reading + keys + saying)


def read_config(checkpoint: str) -> dict[str, Any]:
    """Return a checkpoint's `config.json`."""
    config: dict[str, Any] = json.loads((Path(checkpoint) / "config.json").read_text("utf-8"))
    return config


def _cpuinfo(name: str) -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")


def _processor() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def _flags() -> set[str]:
    return set(_cpuinfo("flags").split())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
