"""The worlds of a process: one moto, one clock, and a stack for each way to the model."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from unittest.mock import patch

from botocore.config import Config
from moto import mock_aws
from moto.kms import models as kms
from tests.faults.clock import Clock, simulated
from tests.faults.driver import Driver
from tests.faults.invariants import violations
from tests.faults.outcome import Outcome
from tests.faults.schedules import WAYS, Schedule
from tests.faults.world import ACCESS, World

from notes_pipeline.aws import clients


class Worlds:
    """Runs schedules, one after another."""

    def __init__(self) -> None:
        self._clock = Clock()
        self._made: dict[str, World] = {}
        self._first: World | None = None

    def run(self, schedule: Schedule) -> Outcome:
        world = self._made.get(schedule.way) or self._make(schedule.way)
        with simulated(self._clock):
            outcome = Driver(world, schedule).run()
            refused = [f"not granted: {what}" for what in world.grants.take_refused()]
            outcome.violations = [*violations(world, outcome), *refused]
        return outcome

    def _make(self, way: str) -> World:
        world = self._made[way] = World(self._clock, WAYS[way], self._first)
        self._first = self._first or world
        return world


@contextmanager
def open_worlds() -> Iterator[Worlds]:
    """A moto of its own, and clients that look at every request by the services' models."""
    with ExitStack() as stack:
        stack.enter_context(patch.dict("os.environ", ACCESS))
        stack.enter_context(patch.object(kms, "generate_private_key", cache(kms.generate_private_key)))
        checked = clients._CONFIG.merge(Config(parameter_validation=True))
        stack.enter_context(patch.object(clients, "_CONFIG", checked))
        clients.forget()
        stack.callback(clients.forget)
        stack.enter_context(mock_aws())
        yield Worlds()
