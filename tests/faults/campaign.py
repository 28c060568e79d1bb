"""Many schedules in several processes: every call of the usual flows with every fault, and seeds as wanted."""

import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from tests.faults.calls import Effect
from tests.faults.notes import Note, files, good
from tests.faults.outcome import Outcome
from tests.faults.schedules import USUAL, WAYS, Schedule, from_seed
from tests.faults.worlds import Worlds, open_worlds

_BREAKING = files((*good((1, 1), (2, 1)), Note(3, 1, "poison")), (*good((1, 2), (2, 1)), Note(3, 2)), every=900.0)
# What else a flow may be, beside the usual one on each way: its calls meet every fault too.
VARIANTS = (
    Schedule(drops=_BREAKING, ends=("some", "completed")),
    Schedule(drops=_BREAKING, ends=("capacity", "none"), refusals=("ThrottlingException",)),
    Schedule(way="foreign-transform", drops=_BREAKING, ends=("stopped",)),
    Schedule(way="endpoint", drops=_BREAKING, refusals=("ThrottlingException",)),
)
USUALS = tuple(Schedule(way=way, drops=USUAL) for way in WAYS)
# Of these every call meets every fault; of the others every call site.
EVERY_CALL = [flow for flow in USUALS if flow.way in ("transform", "endpoint")]


@dataclass
class Tally:
    """What a campaign came to.

    Attributes:
        sites: distinct call sites, each with the faults it met.
        failures: runs that broke a promise.
    """

    schedules: int = 0
    seeds: int = 0
    calls: int = 0
    faults: int = 0
    sites: set[str] = field(default_factory=set)
    met: set[tuple[str, Effect]] = field(default_factory=set)
    ends: Counter[str] = field(default_factory=Counter)
    failures: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.schedules += 1
        self.seeds += outcome.schedule.is_random
        self.calls += len(outcome.calls)
        self.faults += len(outcome.met)
        self.sites.update(call.site for call in outcome.calls)
        self.met.update((call.site, effect) for call, effect in outcome.met)
        self.ends.update(outcome.ends)
        if outcome.violations:
            self.failures.append(outcome)

    def __str__(self) -> str:
        ends = ", ".join(f"{end} {times}" for end, times in sorted(self.ends.items()))
        return (
            f"{self.schedules} schedules, {self.seeds} of them drawn: {self.calls} AWS calls from {len(self.sites)}"
            f" call sites, {self.faults} faults, {len(self.met)} distinct call sites x faults\njobs ended: {ends}\n"
            f"{len(self.failures)} broke a promise"
        )


def single_faults(outcome: Outcome, *, of_each_site: bool = False) -> Iterator[Schedule]:
    """Yield a schedule for every call of a run with every fault, or for the first call of each call site."""
    seen: set[str] = set()
    for call in outcome.calls:
        if not of_each_site or call.site not in seen:
            yield from (replace(outcome.schedule, faults={call.number: effect}) for effect in Effect)
        seen.add(call.site)


def some_single_faults(outcome: Outcome) -> list[Schedule]:
    """Return a fault for each call site, by turns: what there is time for whenever anything is changed."""
    effects = list(Effect)
    every = list(single_faults(outcome, of_each_site=True))
    turns = (every[place : place + len(effects)] for place in range(0, len(every), len(effects)))
    return [site[turn % len(effects)] for turn, site in enumerate(turns)]


def seeds(first: int, count: int) -> Iterator[Schedule]:
    """Yield drawn schedules."""
    return (from_seed(seed) for seed in range(first, first + count))


def run_all(worlds: Worlds, schedules: Iterable[Schedule]) -> Tally:
    """Run schedules in this process."""
    tally = Tally()
    for schedule in schedules:
        tally.add(worlds.run(schedule))
    return tally


class _Process:
    """What a process of the campaign keeps between its schedules."""

    opened = ExitStack()
    worlds: Worlds

    @classmethod
    def start(cls) -> None:
        cls.worlds = cls.opened.enter_context(open_worlds())

    @classmethod
    def run(cls, schedule: Schedule) -> Outcome:
        return cls.worlds.run(schedule)


def run_campaign(random_schedules: int, processes: int, first_seed: int = 0) -> Tally:
    """Run every single fault of every usual flow, and drawn schedules; say how far it is."""
    tally = Tally()
    with multiprocessing.get_context("spawn").Pool(processes, _Process.start) as pool:
        flows = pool.map(_Process.run, [*USUALS, *VARIANTS], chunksize=1)
        schedules = [one for flow in flows for one in single_faults(flow, of_each_site=flow.schedule not in EVERY_CALL)]
        schedules += seeds(first_seed, random_schedules)
        for outcome in flows:
            tally.add(outcome)
        for done, outcome in enumerate(pool.imap_unordered(_Process.run, schedules, chunksize=10), start=1):
            tally.add(outcome)
            if done % 500 == 0:
                print(f"  {done} of {len(schedules)}", flush=True)  # noqa: T201 - a command of its own
    return tally
