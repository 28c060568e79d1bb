"""The books of a local cloud."""

from __future__ import annotations

from collections import Counter

from chartbrief.local_cloud import LocalCloud


def books(cloud: LocalCloud) -> Counter[str]:
    """How many receipts have each status."""
    return Counter(row["status"]["S"] for row in cloud.object_rows() if row["sk"]["S"].startswith("RECORD#"))
