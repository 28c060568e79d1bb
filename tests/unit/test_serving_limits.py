"""What the server suggests to a transform job, and what it takes its machine to be."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.errors import OptionsError
from note_summarizer.serving.limits import MEGABYTE, request_limits
from note_summarizer.serving.machine import Machine, read_machine

GIGABYTE = 1024**3
PAYLOAD, CONCURRENT = "SAGEMAKER_MAX_PAYLOAD_IN_MB", "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS"


@pytest.mark.parametrize(
    ("cores", "memory", "environment", "expected"),
    [
        (2, 8 * GIGABYTE, {}, (6, 2)),
        (1, 8 * GIGABYTE, {}, (6, 2)),  # a second request, so that the core has work while the first is sent back
        (8, 16 * GIGABYTE, {}, (6, 8)),
        (96, 384 * GIGABYTE, {}, (6, 16)),  # 16 * 6 = 96, and 17 * 6 is over 100
        (8, GIGABYTE // 2, {}, (6, 5)),  # 256 MB for requests of 8 * 6
        (8, 64 * MEGABYTE, {}, (4, 1)),
        (1, MEGABYTE, {}, (1, 1)),
        (8, 16 * GIGABYTE, {PAYLOAD: "20"}, (20, 5)),
        (8, 16 * GIGABYTE, {PAYLOAD: "0"}, (100, 1)),
        (8, 16 * GIGABYTE, {CONCURRENT: "50"}, (2, 50)),
        (8, 16 * GIGABYTE, {CONCURRENT: "0"}, (6, 8)),
        (1, MEGABYTE, {PAYLOAD: "6", CONCURRENT: "16"}, (6, 16)),  # what a job was told is not taken back
        (2, 8 * GIGABYTE, {PAYLOAD: "", CONCURRENT: " "}, (6, 2)),
    ],
)
def test_limits_suit_the_machine_unless_the_job_has_some(
    cores: int, memory: int, environment: dict[str, str], expected: tuple[int, int]
) -> None:
    limits = request_limits(Machine(cores, memory), environment)
    assert (limits.payload_mb, limits.concurrent) == expected


@given(st.integers(1, 500), st.integers(1, 10**13), st.none() | st.integers(0, 100), st.none() | st.integers(0, 100))
def test_a_suggestion_is_one_that_the_service_takes(
    cores: int, memory: int, payload: int | None, concurrent: int | None
) -> None:
    given_ = {PAYLOAD: payload, CONCURRENT: concurrent}
    limits = request_limits(
        Machine(cores, memory), {name: str(value) for name, value in given_.items() if value is not None}
    )
    assert limits.payload_mb >= 1
    assert limits.concurrent >= 1
    if payload is None or not concurrent:
        assert limits.payload_mb * limits.concurrent <= 100


@pytest.mark.parametrize("name", [PAYLOAD, CONCURRENT])
@pytest.mark.parametrize("value", ["six", "-1", "1.5"])
def test_a_limit_that_is_no_number_is_named(name: str, value: str) -> None:
    with pytest.raises(OptionsError, match=f"{name} is not a whole number"):
        request_limits(Machine(2, GIGABYTE), {name: value})


def group(root: Path, text: str, files: dict[str, str]) -> Path:
    """A file system that shows a process its control group."""
    for name, content in {"proc/self/cgroup": text, **{f"sys/fs/cgroup/{n}": c for n, c in files.items()}}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


V1 = "4:memory:/docker/ab\n1:cpu,cpuacct:/docker/ab\n0::/\n"
V1_MEMORY, V1_QUOTA, V1_PERIOD = "memory/memory.limit_in_bytes", "cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"
V1_FREE = {V1_MEMORY: "9223372036854771712\n", V1_QUOTA: "-1\n", V1_PERIOD: "100000\n"}
ONE_CORE, FREE = "100000 100000\n", "max 100000\n"


@pytest.mark.parametrize(
    ("text", "files", "cores", "memory"),
    [
        ("0::/\n", {"cpu.max": "50000 100000\n", "memory.max": "1000000\n"}, 1, 1_000_000),
        ("0::/a/b\n", {"a/b/cpu.max": FREE, "a/cpu.max": ONE_CORE, "a/memory.max": "2000000\n"}, 1, 2_000_000),
        ("0::/a\n", {"a/memory.max": "3000000\n", "memory.max": "max\n"}, None, 3_000_000),
        (V1, {**V1_FREE, V1_MEMORY: "4000000\n", V1_QUOTA: "90000\n"}, 1, 4_000_000),
        (V1, {**V1_FREE, "memory/docker/ab/memory.limit_in_bytes": "5000000\n"}, None, 5_000_000),
        (V1, V1_FREE, None, None),
        ("0::/\n", {"cpu.max": FREE, "memory.max": "max\n"}, None, None),
        ("", {}, None, None),
    ],
)
def test_control_groups_bind_at_every_level(
    tmp_path: Path, text: str, files: dict[str, str], cores: int | None, memory: int | None
) -> None:
    free = read_machine(tmp_path)
    assert free.cores == len(os.sched_getaffinity(0))
    assert read_machine(group(tmp_path, text, files)) == Machine(cores or free.cores, memory or free.memory_bytes)


def test_a_part_of_a_core_is_a_core(tmp_path: Path) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("a second core is needed to see the difference")
    assert read_machine(group(tmp_path, "0::/\n", {"cpu.max": "110000 100000"})).cores == 2
