"""What a thousand notes cost with a system, and what a comparison may cost before its first request; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from note_summarizer.comparison.answers import Answers
from note_summarizer.comparison.prices import ModelPrice, Price, Prices
from notes_pipeline.core.prompts import estimate_tokens

_MILLION, _HOUR = 1_000_000, 3600
Basis = Literal["recorded", "tokens", "batch tokens", "instance", "nothing", "unknown"]
# Options whose models a seller licenses by the hour, beside the instance.
SOLD = ("jurassic-2", "cohere-generate")


@dataclass(frozen=True)
class Cost:
    """What a thousand notes cost.

    Attributes:
        per_thousand: US dollars; nothing where it is not known.
        basis: what it was computed from.
        said: the same in words, or why it is not known.
        prices: that went into it.
        is_partial: something is missing from it, as `said` tells.
    """

    per_thousand: float | None
    basis: Basis
    said: str
    prices: tuple[Price, ...] = ()
    is_partial: bool = False

    @property
    def is_firm(self) -> bool:
        """Whether nothing is missing from it, and every price is confirmed."""
        return self.is_confirmed and not self.is_partial

    @property
    def is_confirmed(self) -> bool:
        """Whether every price in it is AWS's own or the user's."""
        return all(price.confirmed for price in self.prices)


@dataclass(frozen=True)
class Machine:
    """The SageMaker instances that a system is said to run on."""

    type: str
    count: int = 1


def cost_of(
    answers: Answers,
    prices: Prices,
    *,
    option: str,
    model: str,
    machine: Machine | None,
    notes_per_second: float | None,
) -> Cost:
    """Return what a thousand notes cost: as recorded, else by tokens, else by instance-seconds.

    Args:
        model: identifier by which Bedrock sells tokens; empty if there is none.
        machine: what the system runs on, if the user says so.
        notes_per_second: as it was measured.
    """
    if any(note.cost is not None for note in answers.notes):
        return _recorded(answers)
    price = prices.model(model) if model else None
    if price is not None:
        return _by_tokens(answers, price, batch=option == "bedrock-batch")
    if machine is not None:
        return _by_instance(answers, prices, option, machine, notes_per_second)
    if option in ("bedrock", "bedrock-batch"):
        return Cost(None, "unknown", f"no price is known for {model or 'a model without a name'}: add it with --prices")
    return Cost(None, "unknown", "say what it runs on, as ?instance=ml.m5.xlarge")


def _recorded(answers: Answers) -> Cost:
    known = [note.cost for note in answers.notes if note.cost is not None]
    if any(note.cost is None and not note.failure for note in answers.notes):
        return Cost(None, "unknown", f"only {len(known)} of {len(answers.notes)} records say what they cost")
    return Cost(1000 * sum(known) / len(answers.notes), "recorded", "as the recorded file says")


def _by_tokens(answers: Answers, price: ModelPrice, *, batch: bool) -> Cost:
    counted = [note for note in answers.notes if note.input_tokens is not None and note.output_tokens is not None]
    if not counted or any(note not in counted and not note.failure for note in answers.notes):
        return Cost(None, "unknown", "tokens are not counted for every answer")
    read = sum(note.input_tokens or 0 for note in counted)
    wrote = sum(note.output_tokens or 0 for note in counted)
    rates = (price.batch_input, price.batch_output) if batch else (price.input, price.output)
    if rates[0] is None or rates[1] is None:
        return Cost(None, "unknown", f"no batch price is known for {price.identifier}: add it with --prices")
    notes = len(answers.notes)
    said = (
        f"{read / notes:,.0f} tokens read and {wrote / notes:,.0f} written a note, at {rates[0]:g} and {rates[1]:g} USD"
        f" a million{' in batch jobs' if batch else ''}"
    )
    total = 1000 * (read * rates[0] + wrote * rates[1]) / _MILLION / notes
    return Cost(total, "batch tokens" if batch else "tokens", said, (price,))


def _by_instance(
    answers: Answers, prices: Prices, option: str, machine: Machine, notes_per_second: float | None
) -> Cost:
    price = prices.instances.get(machine.type)
    if price is None:
        return Cost(None, "unknown", f"no price is known for {machine.type}: add it with --prices")
    if not notes_per_second:
        return Cost(None, "unknown", f"{machine.type} has a price, but how fast it is was not measured")
    software = prices.software.get((option, machine.type))
    hourly = machine.count * (price.hourly + (software.hourly if software else 0.0))
    said = f"{machine.count} x {machine.type} at {price.hourly:g} USD an hour, busy, at {notes_per_second:,.2f} notes/s"
    is_partial = option in SOLD and software is None
    if software:
        said += f", and {software.hourly:g} USD an hour for the software"
    elif is_partial:
        said += "; without the seller's price of the software, which AWS Marketplace shows"
    paid = (price, software) if software else (price,)
    if answers.identity is not None:
        said += "; that is this machine's speed, not the instance's"
    return Cost(1000 * hourly / _HOUR / notes_per_second, "instance", said, paid, is_partial)


def most_it_costs(prompts: Sequence[str], max_output_tokens: int, price: ModelPrice) -> float:
    """Return what asking these prompts costs at most, in US dollars, if no request has to be sent twice.

    Tokens of the prompts are estimated rather too high, and every answer is taken to be as long as it may be.
    """
    read = sum(estimate_tokens(prompt) for prompt in prompts)
    return (read * price.input + len(prompts) * max_output_tokens * price.output) / _MILLION
