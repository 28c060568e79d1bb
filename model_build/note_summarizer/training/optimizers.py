"""Optimizers by name: any class of `torch.optim`, and Muon with what it needs beside it."""

from __future__ import annotations

import inspect
from typing import Any

from note_summarizer.errors import OptionsError

MUON = "Muon"
# Optimizers that no ordinary training loop can drive: they need a closure, or sparse gradients.
_UNSUITABLE = {"LBFGS", "SparseAdam", "Optimizer"}


def optimizer_names() -> list[str]:
    """Return the names that can be chosen."""
    import torch

    found = inspect.getmembers(torch.optim, lambda member: inspect.isclass(member))
    return [name for name, kind in found if issubclass(kind, torch.optim.Optimizer) and name not in _UNSUITABLE]


def require_optimizer(name: str) -> None:
    """Check an optimizer's name.

    Raises:
        OptionsError: torch has none of that name, or it cannot train here.
    """
    if name not in optimizer_names():
        raise OptionsError(f"optimizer: torch.optim has no {name} that can be used here; choose {_listed()}.")


def build_optimizer(name: str, model: Any, learning_rate: float, weight_decay: float) -> Any:
    """Return an optimizer over the model's trainable weights."""
    import torch

    if name == MUON:
        from note_summarizer.demo.muon import MuonWithAdamW

        return MuonWithAdamW(model, learning_rate, learning_rate / 2, weight_decay)
    kind = getattr(torch.optim, name)
    takes_decay = "weight_decay" in inspect.signature(kind).parameters
    settings = {"lr": learning_rate, **({"weight_decay": weight_decay} if takes_decay else {})}
    return kind([weight for weight in model.parameters() if weight.requires_grad], **settings)


def _listed() -> str:
    names = optimizer_names()
    return f"{', '.join(names[:-1])} or {names[-1]}"
