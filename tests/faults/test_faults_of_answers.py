"""The flow with answers online: at every call site of it one of the faults."""

import pytest
from tests.faults.campaign import USUALS, run_all, some_single_faults
from tests.faults.promises import assert_kept
from tests.faults.schedules import Schedule
from tests.faults.worlds import Worlds

FLOWS = {flow.way: flow for flow in USUALS if flow.way != "transform"}


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_every_way_keeps_its_promises_without_faults(worlds: Worlds, flow: Schedule) -> None:
    assert_kept(run_all(worlds, [flow]))


def test_any_fault_at_any_call_site_of_an_endpoint_costs_nothing(worlds: Worlds) -> None:
    clean = worlds.run(FLOWS["endpoint"])
    assert_kept(run_all(worlds, some_single_faults(clean)))
