"""What a run was made with: Python, the libraries that decide its result, and the machine."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from typing import Any

_DECIDING = ("torch", "transformers", "tokenizers", "datasets", "accelerate", "peft", "rouge-score", "numpy")


def versions() -> dict[str, Any]:
    """Return versions by name."""
    import torch

    return {
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in _DECIDING},
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }
