# ruff: noqa: T201 - a command
"""`python -m tests.fuzz --format hl7 --inputs 200000`: inputs that nobody meant; with `--replay FILE`, one of them."""

import argparse
import faulthandler
import sys
import warnings
from pathlib import Path

from tests.fuzz.campaign import check_seeds, run_campaign
from tests.fuzz.checks import examine
from tests.fuzz.seeds import FORMATS

OUT = Path("build/fuzz")
# A hang that no signal ends: where it is stands in the trace, and the input in the last line before.
_DEAD_SECONDS = 3600


def main() -> int:
    options = _parser().parse_args()
    warnings.simplefilter("error")
    if options.replay:
        return _replay(options.replay)
    names = list(FORMATS) if options.format == "all" else [options.format]
    if options.engine == "atheris":
        from tests.fuzz.coverage_guided import run_atheris

        return max(run_atheris(FORMATS[name], options.inputs, options.seed, OUT) for name in names)
    for line in (wrong := check_seeds(OUT)):
        print(line)
    failures = len(wrong)
    for name in names:
        tally = run_campaign(
            FORMATS[name], options.seed, range(options.first, options.first + options.inputs), OUT,
            most_seconds=options.seconds,
        )  # fmt: skip
        for command, violations in tally.failures:
            print(f"{command}\n  " + "\n  ".join(violations))
        print(tally, flush=True)
        failures += len(tally.failures)
    return 1 if failures else 0


def _replay(path: Path) -> int:
    faulthandler.dump_traceback_later(_DEAD_SECONDS, exit=True)
    # The name that the input was given is behind the format, the seed and its number.
    name = path.name.rsplit("-", 1)[-1]
    verdict = examine(name, path.read_bytes(), twice=True)
    print(*sorted(verdict.kinds), *(verdict.violations or ["no promise is broken"]), sep="\n")
    return 1 if verdict.violations else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--format", choices=("all", *FORMATS), default="all")
    parser.add_argument("--inputs", type=int, default=200_000, help="of each format")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--seconds", type=float, default=0, help="most of each format; 0 for no limit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("mutate", "atheris"), default="mutate")
    parser.add_argument("--replay", type=Path, help="a kept input")
    return parser


if __name__ == "__main__":
    sys.exit(main())
