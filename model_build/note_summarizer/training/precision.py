"""What the machine computes in: whether bfloat16 is native here."""

from __future__ import annotations


def has_native_bf16() -> bool:
    """Whether the GPU, or else the processor, multiplies bfloat16 matrices itself (emulated ones are slower)."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities = torch.backends.cpu.get_cpu_capability()
    if not capabilities.startswith("AVX512"):
        return False
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
