"""What a batch costs: instance-seconds by the hour, Bedrock by the token. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from chartbrief.operate.spending.batches import SpentBatch
from note_summarizer.comparison.prices import ModelPrice, Prices
from notes_pipeline.models import BatchMode

_HOUR, _MILLION = 3_600, 1_000_000
_ONLINE = (BatchMode.ENDPOINT, BatchMode.ASYNC_ENDPOINT)


@dataclass(frozen=True)
class Usd:
    """US dollars: at least so many, and at most; `remarks` says what is not known."""

    least: float = 0.0
    most: float = 0.0
    remarks: frozenset[str] = field(default_factory=frozenset)

    def plus(self, other: Usd) -> Usd:
        """Return both together."""
        return Usd(self.least + other.least, self.most + other.most, self.remarks | other.remarks)

    def times(self, factor: float) -> Usd:
        """Return so many times as much."""
        return Usd(self.least * factor, self.most * factor, self.remarks)


@dataclass(frozen=True)
class Tariff:
    """Prices as they hold for a deployment.

    Attributes:
        instance: what its jobs run on.
        hourly: given by the user for one instance and hour, in place of the price list's.
    """

    prices: Prices
    instance: str
    hourly: float | None = None

    def of_seconds(self, seconds: float) -> Usd:
        """Return what instance-seconds cost."""
        if self.hourly is not None:
            return _same(seconds / _HOUR * self.hourly)
        price = self.prices.instances.get(self.instance)
        if price is None:
            return Usd(remarks=frozenset({f"no price is known for {self.instance}: give --price"}))
        said = f"the price of {self.instance} was not confirmed: --price gives yours"
        remarks = frozenset() if price.confirmed else frozenset({said})
        usd = _same(seconds / _HOUR * price.hourly)
        return Usd(usd.least, usd.most, remarks)

    def of_batch(self, batch: SpentBatch) -> Usd:
        """Return what a batch has cost; what it will, as estimated, while its job runs."""
        if batch.way is BatchMode.TRANSFORM:
            return self._of_job(batch)
        if batch.way in _ONLINE:
            return Usd(remarks=frozenset({"an endpoint is billed for as long as it stands, not by the batch"}))
        price = self.prices.model(batch.model_id)
        if price is None:
            return Usd(remarks=frozenset({f"no price is known for {batch.model_id or 'the model'}: give --prices"}))
        return _of_tokens(batch, price)

    def _of_job(self, batch: SpentBatch) -> Usd:
        if batch.instance_seconds is not None:
            return self.of_seconds(batch.instance_seconds)
        usd = self.of_seconds(batch.estimated_seconds)
        said = "of some jobs only the estimate is known" if batch.estimated_seconds else "of some jobs nothing is known"
        return Usd(usd.least, usd.most, usd.remarks | {said})


def _of_tokens(batch: SpentBatch, price: ModelPrice) -> Usd:
    is_batch = batch.way is BatchMode.BEDROCK_BATCH
    input_price = price.batch_input if is_batch and price.batch_input is not None else price.input
    output_price = price.batch_output if is_batch and price.batch_output is not None else price.output
    read = batch.tokens * input_price / _MILLION
    written = batch.notes * batch.max_output_tokens * output_price / _MILLION
    remarks = {"Bedrock: tokens are estimated, without the prompt; answers count from none to their longest"}
    if not price.confirmed:
        remarks.add(f"the price of {batch.model_id} was not confirmed: --prices gives yours")
    return Usd(read, read + written, frozenset(remarks))


def _same(usd: float) -> Usd:
    return Usd(usd, usd)
