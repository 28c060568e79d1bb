"""The flow with transform jobs: at every call site of it one of the faults."""

import pytest
from tests.faults.campaign import USUALS, VARIANTS, run_all, some_single_faults
from tests.faults.promises import assert_kept
from tests.faults.schedules import Schedule
from tests.faults.worlds import Worlds

FLOWS = {"usual": USUALS[0], "some-of-it-failed": VARIANTS[0]}


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_any_fault_at_any_call_site_costs_nothing(worlds: Worlds, flow: Schedule) -> None:
    clean = worlds.run(flow)
    assert clean.violations == []
    assert len({call.site for call in clean.calls}) > 40
    assert_kept(run_all(worlds, some_single_faults(clean)))
