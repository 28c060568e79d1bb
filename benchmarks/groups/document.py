"""Figures into docs/groups.md, between markers; a figure there is never typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.bench import document


def fill(found: Mapping[str, Any], page: Path) -> None:
    """Write the measured sections into the page."""
    texts = {
        "sizes": _sizes(found["sizes"]),
        "noise": _noise(found["noise"]),
        "alone": _alone(found["alone"]),
        "drift": _drift(found["drift"]),
        "notes": _notes(found["notes"]),
    }
    page.write_text(document.fill(page.read_text("utf-8"), texts), encoding="utf-8")


def _sizes(found: Sequence[Mapping[str, Any]]) -> str:
    titles = [
        "patients",
        "planted groups (smallest, median, largest)",
        "ARI",
        "ARI of members",
        "all anew, CPU s (clock)",
        "peak MB",
    ]
    titles += ["500 notes, CPU s (clock)", "peak MB", "objects read / written", "MB read / written"]
    rows = []
    for each in found:
        smallest, median, largest = each["planted_sizes"]
        full, update = each["full"], each["update"]
        rows.append(
            [
                f"{each['patients']:,}",
                f"{each['planted_groups']} ({smallest}, {median:.0f}, {largest})",
                f"{each['ari']:.3f}",
                f"{each['ari_of_members']:.3f}",
                f"{full['cpu_seconds']:.0f} ({full['seconds']:.0f})",
                f"{full['peak_mb']:,}",
                f"{update['cpu_seconds']:.0f} ({update['seconds']:.0f})",
                f"{update['peak_mb']:,}",
                f"{update['reads']} / {update['writes']}",
                f"{update['read_bytes'] / 1e6:.0f} / {update['written_bytes'] / 1e6:.0f}",
            ]
        )
    return document.table(titles, rows)


def _noise(found: Sequence[Mapping[str, Any]]) -> str:
    titles = ["each core code present", "codes by chance", "ARI, worst and best of 3", "pairs right", "pairs found"]
    rows = [[f"{each['present']:.0%}", str(each["by_chance"]), *_quality(each)] for each in found]
    return document.table(titles, rows)


def _alone(found: Sequence[Mapping[str, Any]]) -> str:
    titles = ["patients of no group", "ARI, worst and best of 3", "pairs right", "pairs found"]
    return document.table(titles, [[f"{each['alone']:.0%}", *_quality(each)] for each in found])


def _quality(each: Mapping[str, Any]) -> list[str]:
    shares = [f"{each[name]:.1%}" for name in ("pairs_right", "pairs_found")]
    return [f"{each['ari']:.3f} - {each['ari_best_seed']:.3f}", *shares]


def _drift(found: Mapping[str, Any]) -> str:
    return (
        f"Groups of {found['from']:,} patients, grown to {found['patients']:,} by batches of 500 without once grouping"
        f" all anew, agree with groups made anew from all with an ARI of {found['with_all_anew']:.3f}; with what was"
        f" planted {found['grown_with_planted']:.3f}, made anew {found['anew_with_planted']:.3f}."
    )


def _notes(found: Mapping[str, Any]) -> str:
    return (
        f"{found['notes']:,} notes of {found['patients']:,} patients, {found['planted_groups']} planted groups: ARI"
        f" {found['ari']:.3f}, {found['pairs_right']:.1%} of the pairs put together are right,"
        f" {found['pairs_found']:.1%} of those that belong together are found. Coding took"
        f" {found['cpu_seconds_coding']:.1f} s of CPU, grouping {found['cpu_seconds_grouping']:.1f} s."
    )
