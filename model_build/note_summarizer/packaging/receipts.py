"""The receipt beside a package: what it is, by hash and by name, and where it came from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Receipt:
    """What `model.tar.gz.json` says.

    Attributes:
        sha256, size: of the archive, in bytes.
        weights: the weights' hashes by their name in the archive.
        when: when it was packed, ISO 8601, UTC.
        source: what it was packed from, as it was named.
        location: where it was uploaded to, if it was.
    """

    name: str
    version: str
    sha256: str
    size: int
    weights: dict[str, str]
    when: str
    source: str
    location: str | None = None

    def text(self) -> str:
        """Return the receipt as it is written."""
        return json.dumps(asdict(self), indent=2) + "\n"


def receipt_of(archive: Path) -> Path:
    """Return where an archive's receipt is."""
    return archive.with_name(f"{archive.name}.json")
