"""How many cores and how much memory this process may use: what the machine has, less what its control groups withhold.

Python's own counts see the machine. A container that may use two cores of ninety-six would start ninety-six threads.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True)
class Machine:
    """What may be used.

    Attributes:
        cores: whole cores; a part of one counts as one, because threads that are throttled still get that part.
        memory_bytes: physical memory, or a control group's limit below it.
    """

    cores: int
    memory_bytes: int


def read_machine(root: Path = Path("/")) -> Machine:
    """Return what this process may use.

    Limits are read as the kernel documents them, for control groups of version 2 (`cpu.max`, `memory.max`;
    https://docs.kernel.org/admin-guide/cgroup-v2.html) and 1 (`cpu.cfs_quota_us`, `memory.limit_in_bytes`).

    Args:
        root: where `proc` and `sys` are.
    """
    groups = _groups(root)
    quotas = [*_v2_quotas(root, groups), *_v1_quotas(root, groups)]
    memory = [*_numbers(root, groups, "", "memory.max"), *_numbers(root, groups, "memory", "memory.limit_in_bytes")]
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    # Version 1 writes "no limit" as a number of exabytes; the minimum passes over it.
    return Machine(max(1, math.ceil(min([*quotas, len(os.sched_getaffinity(0))]))), min([*memory, physical]))


def _groups(root: Path) -> dict[str, PurePosixPath]:
    """Return the process's group by controller; version 2 has one for all, under the empty name."""
    found: dict[str, PurePosixPath] = {}
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        found |= dict.fromkeys(controllers.split(","), PurePosixPath(group))
    return found


def _folders(root: Path, groups: dict[str, PurePosixPath], controller: str) -> Iterator[Path]:
    """Yield a controller's folders from the process's group up: every one of them binds.

    Within a container the path may be the host's, while the mount shows the container's group as the top one.
    """
    mount = root / "sys/fs/cgroup" / controller
    group = groups.get(controller, PurePosixPath("/")).relative_to("/")
    for part in (group, *group.parents):
        if part != PurePosixPath("."):
            yield mount / part
    yield mount


def _numbers(root: Path, groups: dict[str, PurePosixPath], controller: str, name: str) -> Iterator[int]:
    for folder in _folders(root, groups, controller):
        text = _read(folder / name).strip()
        if text.isdecimal():  # "max" is no limit
            yield int(text)


def _v2_quotas(root: Path, groups: dict[str, PurePosixPath]) -> Iterator[float]:
    for folder in _folders(root, groups, ""):
        quota, _, period = _read(folder / "cpu.max").strip().partition(" ")
        if quota.isdecimal() and period.isdecimal():
            yield int(quota) / int(period)


def _v1_quotas(root: Path, groups: dict[str, PurePosixPath]) -> Iterator[float]:
    for folder in _folders(root, groups, "cpu"):
        quota, period = (_read(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period"))
        if quota.isdecimal() and period.isdecimal():  # -1 is no limit
            yield int(quota) / int(period)


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError:
        return ""
