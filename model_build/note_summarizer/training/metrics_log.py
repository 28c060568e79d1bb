"""The run's measurements, one JSON line each, as they are made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class MetricsLog:
    """`metrics.jsonl`: `{"step": 80, "epoch": 2.0, "validation_rouge1": 31.2, ...}`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, values: Mapping[str, float], step: int, epoch: float) -> None:
        """Append one line."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, "epoch": round(epoch, 6), **values}) + "\n")

    def forget_after(self, step: int) -> None:
        """Drop what was measured after a step: a run that goes on from there measures it again."""
        kept = [row for row in self.rows() if row["step"] <= step] if step else []
        self._path.write_text("".join(json.dumps(row) + "\n" for row in kept), "utf-8")

    def rows(self) -> list[dict[str, Any]]:
        """Return all lines; one that an interruption cut short is left out."""
        if not self._path.is_file():
            return []
        rows = []
        for line in self._path.read_text("utf-8").splitlines():
            try:
                rows.append(json.loads(line))
            except ValueError:
                continue
        return rows
