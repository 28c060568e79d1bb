"""From files to a comparison: what `chartbrief model compare` does, and what it refuses before it costs anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from note_summarizer.comparison.compare_systems import Settled, compare_systems
from note_summarizer.comparison.compared import Compared
from note_summarizer.comparison.costs import most_it_costs
from note_summarizer.comparison.engines import engine_of, prompts_of
from note_summarizer.comparison.prices import Prices, load_prices
from note_summarizer.comparison.recommend import money
from note_summarizer.comparison.run_systems import Asking, Connect, run_systems
from note_summarizer.comparison.systems import System
from note_summarizer.comparison.write_comparison import refuse_to_overwrite, write_comparison
from note_summarizer.errors import OptionsError
from note_summarizer.evaluation.floors import NEIGHBOURS
from note_summarizer.evaluation.judge_models import left_out, require_scorers
from note_summarizer.evaluation.judge_runs import choose_baseline
from note_summarizer.pairs.pair import Columns, Pair
from notes_pipeline.models import Engine

# Live options are asked about so many notes unless --limit says otherwise.
LIVE_NOTES = 100
MAX_COST = 5.0  # US dollars


@dataclass(frozen=True)
class CompareOptions:
    """What is compared, on what, and where the comparison goes.

    Attributes:
        test, train: data files, here or in S3.
        limit: compare on the first notes only.
        prices: a team's own, over those of the package.
        max_cost: US dollars that live options may cost at most.
        region: of live options; the environment's by default.
        force: replace a comparison that is in the folder already.
    """

    test: str
    systems: Sequence[System]
    out: Path
    train: str | None = None
    baseline: str | None = None
    columns: Columns = field(default_factory=Columns)
    limit: int | None = None
    threads: int | None = None
    concurrency: int = 4
    prices: Path | None = None
    max_cost: float = MAX_COST
    region: str | None = None
    resamples: int = 1000
    seed: int = 0
    force: bool = False


def compare_files(
    options: CompareOptions, progress: Callable[[str], None] | None = None, connect: Connect | None = None
) -> Compared:
    """Compare systems on a file of pairs and write what was found.

    Args:
        progress: is told what happens now, never what a note says.
        connect: makes the clients of live options; boto3's by default.

    Raises:
        OptionsError, DataError, CheckpointError, ArtifactError: something that was named cannot be used; nothing is
            written.
        DeploymentError: a live option cannot be asked.
        OutputError: the folder holds a comparison already, or cannot be written.
    """
    tell = progress or (lambda _: None)
    refuse_to_overwrite(options.out, force=options.force)
    require_scorers()
    prices = load_prices(options.prices)
    engines = {system.name: engine_of(system) for system in options.systems if system.is_live}
    found, train = _pairs(options, tell)
    test, cut = _first(options, found)
    usable = [s for s in options.systems if train or s.target not in NEIGHBOURS or s.kind != "floor"]
    if not usable:
        raise OptionsError("There is nothing to compare: name systems with --system, or a floor with --floor.")
    baseline = choose_baseline(options.baseline, [system.name for system in usable], test)
    for sentence in _budget(options, usable, engines, test, prices):
        tell(sentence)
    asking = Asking(
        test=test,
        in_file=len(found),
        train=train,
        engines=engines,
        connect=connect or _connect(options.region),
        threads=options.threads,
        concurrency=options.concurrency,
        tell=tell,
    )
    answers = run_systems(usable, asking)
    remarks = (*cut, *left_out({s.name for s in options.systems if s not in usable}))
    settled = Settled(test, train, baseline, prices, options.resamples, options.seed, remarks, tell)
    compared = compare_systems(usable, answers, settled)
    write_comparison(compared, options.out)
    return compared


def _pairs(options: CompareOptions, tell: Callable[[str], None]) -> tuple[list[Pair], list[Pair]]:
    # Imported here: reading CSV needs the datasets library, comparing pairs does not.
    from note_summarizer.pairs.read_pairs import read_pairs

    tell(f"reading {options.test}")
    test, _ = read_pairs(options.test, options.columns)
    if options.train is None:
        return test, []
    tell(f"reading {options.train}")
    return test, read_pairs(options.train, options.columns)[0]


def _first(options: CompareOptions, found: list[Pair]) -> tuple[list[Pair], tuple[str, ...]]:
    if options.limit is not None:
        return found[: options.limit], ()
    if len(found) > LIVE_NOTES and any(system.is_live for system in options.systems):
        said = f"The first {LIVE_NOTES} of {len(found)} notes, since options are asked live; --limit says otherwise."
        return found[:LIVE_NOTES], (said,)
    return found, ()


def _budget(
    options: CompareOptions,
    systems: Sequence[System],
    engines: Mapping[str, Engine],
    test: Sequence[Pair],
    prices: Prices,
) -> list[str]:
    """Return what live options will cost at most, a sentence each.

    Raises:
        OptionsError: it is more than may be spent, or cannot be told.
    """
    told, total = [], 0.0
    for system in (system for system in systems if system.kind == "bedrock"):
        engine, price = engines[system.name], prices.model(system.model)
        if price is None:
            if options.max_cost == float("inf"):
                continue
            raise OptionsError(
                f"{system.name}: no price is known for {system.model}, so --max-cost cannot be held: add it with"
                " --prices, or give --max-cost inf."
            )
        prompts = prompts_of(engine, (pair.note for pair in test))
        most = most_it_costs(prompts, engine.max_output_tokens, price)
        total += most
        told.append(f"{system.name}: {len(prompts)} requests, {money(most)} at most")
    if total > options.max_cost:
        raise OptionsError(
            f"Asking would cost up to {money(total)}, and --max-cost is {money(options.max_cost)}: raise it, or take"
            " fewer notes with --limit. Nothing was asked."
        )
    endpoints = [system.name for system in systems if system.kind == "endpoint"]
    return [*told, *(f"{name}: its instances are billed by the hour, asked or not" for name in endpoints)]


def _connect(region: str | None) -> Connect:
    def connect(service: str, config: Any) -> Any:
        # Imported here: who compares nothing live needs neither boto3 nor a region.
        from note_summarizer.deployment.connections import open_aws

        return open_aws(region).session.client(service, config=config)

    return connect
