# ruff: noqa: T201 - a command
"""`python -m tests.faults`: the campaign; with `--seed`, or `--way` and `--fault`, one schedule and what happened."""

import argparse
import sys
import time

from tests.faults.calls import Effect
from tests.faults.campaign import run_campaign
from tests.faults.outcome import Outcome
from tests.faults.schedules import WAYS, Schedule, from_seed
from tests.faults.services import ENDS
from tests.faults.worlds import open_worlds

_SHOWN = 10


def main() -> int:
    options = _parser().parse_args()
    if options.seed is not None or options.way:
        return _replay(_schedule(options))
    began = time.perf_counter()
    tally = run_campaign(options.random, options.processes, options.first_seed)
    for outcome in tally.failures[:_SHOWN]:
        print(f"\n{outcome.schedule.command}\n  " + "\n  ".join(outcome.violations))
    print(f"{tally}, {time.perf_counter() - began:.0f} s")
    return 1 if tally.failures else 0


def _schedule(options: argparse.Namespace) -> Schedule:
    if options.seed is not None:
        return from_seed(options.seed)
    faults = (fault.partition(":") for fault in options.fault)
    return Schedule(
        way=options.way,
        faults={int(number): Effect(effect) for number, _, effect in faults},
        ends=tuple(options.end),
        refusals=tuple(options.refuse),
    )


def _replay(schedule: Schedule) -> int:
    with open_worlds() as worlds:
        outcome = worlds.run(schedule)
    print(describe(outcome))
    return 1 if outcome.violations else 0


def describe(outcome: Outcome) -> str:
    """What happened in a run, and which promises it broke."""
    broken = outcome.violations or ["no promise was broken"]
    return "\n".join([outcome.schedule.command, f"{outcome.schedule}", *outcome.trace, *broken])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--random", type=int, default=1000, help="drawn schedules of the campaign")
    parser.add_argument("--first-seed", type=int, default=0, help="seed of the first of them")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, help="replay this drawn schedule")
    parser.add_argument("--way", choices=WAYS, help="replay the usual flow on this way to the model")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="CALL:EFFECT", help="a call's number, its fault"
    )
    parser.add_argument("--end", action="append", default=[], choices=ENDS, help="how the next job ends")
    parser.add_argument("--refuse", action="append", default=[], metavar="CODE", help="refuse the next job with it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
