"""The benchmark's arithmetic: costs, operations, shares, mini-batches, and the page they are written into."""

import pytest
from benchmarks.bench.cost import Instance, dollars_per_million, plan_job
from benchmarks.bench.document import fill, quality_table, scale_table, sections
from benchmarks.bench.machine import flops_per_text
from benchmarks.bench.rows import spread
from benchmarks.bench.workloads import evenly

INSTANCE = Instance("ml.m5.2xlarge", price=0.5, cores=8, start_minutes=6)


def test_a_million_notes_cost_the_hours_they_take() -> None:
    assert dollars_per_million(price=3.6, rate=1000) == pytest.approx(1.0)  # 1,000 seconds
    with pytest.raises(ValueError, match="above zero"):
        dollars_per_million(1, 0)


def test_a_rate_grows_with_the_cores() -> None:
    assert INSTANCE.rate(10, cores=2) == 40


@pytest.mark.parametrize(("instances", "hours"), [(1, 0.1 + 10), (3, 0.1 + 4), (10, 0.1 + 1), (20, 0.1 + 1)])
def test_the_busiest_instance_decides_how_long_a_job_takes(instances: int, hours: float) -> None:
    plan = plan_job(36_000, instances, INSTANCE, rate=1, notes_per_shard=3_600)
    assert plan.hours == pytest.approx(hours)
    assert plan.dollars == pytest.approx(hours * instances * 0.5)


def test_operations_are_those_of_the_matrix_products() -> None:
    shape = {"d_model": 2, "vocab_size": 10, "encoder_ffn_dim": 4, "encoder_layers": 1}
    shape |= {"decoder_ffn_dim": 4, "decoder_layers": 1}
    # Reading 3 tokens: each 8*4 projections + 4*2*4 feed-forward + 4*3*2 attention, and 4*4 for the cross states.
    reading = 3 * (32 + 32 + 24) + 3 * 16
    # Saying 5 with 2 beams: 12*4 projections + 32 feed-forward + 2*5*2 own and 4*3*2 cross attention + 2*2*10 words.
    saying = 5 * 2 * (48 + 32 + 20 + 24 + 40)
    assert flops_per_text(shape, read=3, said=5, beams=2) == reading + saying


def test_a_section_is_filled_and_the_rest_stays() -> None:
    page = "Before\n<!-- bench:memory -->\nold | 5\n<!-- /bench:memory -->\nAfter\n"
    filled = fill(page, {"memory": r"new \1"})
    assert filled == "Before\n<!-- bench:memory -->\nnew \\1\n<!-- /bench:memory -->\nAfter\n"
    assert fill(filled, {"memory": r"new \1"}) == filled


def test_a_page_without_the_section_is_refused() -> None:
    with pytest.raises(ValueError, match="bench:machine"):
        fill("no markers", {"machine": "text"})


def test_what_is_on_paper_says_what_it_is_made_from() -> None:
    table = scale_table(INSTANCE, rate=50, notes_per_shard=1000)
    assert "50 notes a second" in table
    assert "| 1 M | 1 | 1,000 | 5.7 | $2.83 |" in table


def row(name: str, **more: object) -> dict[str, object]:
    rate = {"median": 4.0, "min": 3.5, "max": 4.5}
    return {
        "row": name, "title": name, "error": "", "settings": "as it is", "notes_per_second": rate, "peak_bytes": 2e9,
        "notes_per_cpu_second": rate, "times_hf-one": rate, "times_hf-best": None, "share_of_peak": 0.25, "texts": 5,
        "all_texts": 5, "rouge1": 80.0, "rougeL": 75.0, "exact_match": 50.0, "compared": 4, **more,
    }  # fmt: skip


def test_a_failed_row_is_in_the_table_with_its_reason_and_a_share_is_told() -> None:
    rows = [row("engine", texts=2), {"row": "hf-bf16", "title": "bfloat16", "error": "MemoryError: too | large"}]
    workload = {"name": "demo-ordinary", "title": "notes", "notes": 5, "texts": 5, "beams": 4, "rows": rows}
    machine = {"processor": "a processor", "flags": [], "cores": 2, "peak_gflops": 100.0, "python": "3.11"}
    result = {"date": "2031-05-02", "quick": False, "rounds": 3, "workloads": [workload]}
    found = sections({**result, "machine": {**machine, "versions": {"torch": "2"}}}, INSTANCE, 1000)
    table = found["demo-ordinary"].splitlines()
    assert "| bfloat16 | failed: MemoryError: too / large |" in found["demo-ordinary"]
    assert "| engine | 4 (3.5-4.5) | 4 | 4.00 |  | 25 % | 2.00 | 80.0 / 75.0 | 50 % of 4 | 8.68 |" in table
    assert "- engine: measured on 2 of 5 parts, evenly spread." in table
    assert len({line.count("|") for line in table if line.startswith("|")}) == 1
    assert "16 notes a second" in found["scale"]


def test_quality_is_told_beside_float32s() -> None:
    against = {"difference": -0.16, "low": -0.6, "high": 0.3, "p_value": 0.5, "better": False}
    figures = {"beams": 1, "shortlist": True, "notes_per_second": 87.3, "rouge1": 87.2, "rougeL": 81.23}
    measured = [
        {**figures, "model": name, "against_float32": against, "equal_to_float32": 0.62} for name in ("float32", "demo")
    ]
    *_, reference, demo = quality_table(measured).splitlines()
    assert demo == "| demo, shortlist | 1 | 87.3 | 87.20 / 81.23 | -0.16 (-0.60 to +0.30) | 62 % |"
    assert reference.endswith("| 87.20 / 81.23 |  |  |")


def test_a_slow_row_is_asked_for_texts_spread_over_all() -> None:
    assert evenly(10, 4) == [0, 2, 5, 7]
    assert evenly(3, 10) == [0, 1, 2]


def test_a_spread_is_the_median_and_both_ends() -> None:
    assert spread([3, 1, 2]) == {"median": 2, "min": 1, "max": 3}
