"""What things cost: one dated file with its sources, and a team's own figures over it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from note_summarizer.errors import DataError

Usd = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Price(BaseModel):
    """What every entry says of itself.

    Attributes:
        confirmed: a price of AWS's own, or the user's, was read for it.
        seen: on which day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    confirmed: bool = True
    seen: date
    source: str


class InstancePrice(Price):
    """An instance of SageMaker: US dollars an hour."""

    type: str
    hourly: Usd


class ModelPrice(Price):
    """A model on Bedrock: US dollars for a million tokens; in batch jobs, where it has them."""

    identifier: str
    input: Usd
    output: Usd
    batch_input: Usd | None = None
    batch_output: Usd | None = None


class SoftwarePrice(Price):
    """What a seller asks for a model on an instance, beside the instance: US dollars an hour."""

    option: str
    instance: str
    hourly: Usd


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    checked: date
    region: str
    instance: tuple[InstancePrice, ...] = ()
    model: tuple[ModelPrice, ...] = ()
    software: tuple[SoftwarePrice, ...] = ()


@dataclass(frozen=True)
class Prices:
    """Prices of one region.

    Attributes:
        checked: the day on which the file was looked through; of the user's file, if there is one.
        files: what they were read from.
    """

    checked: date
    region: str
    files: tuple[str, ...]
    instances: dict[str, InstancePrice]
    models: dict[str, ModelPrice]
    software: dict[tuple[str, str], SoftwarePrice]

    def model(self, identifier: str) -> ModelPrice | None:
        """Return a Bedrock model's price; an inference profile (`us.amazon.nova...`) costs what its model does."""
        return self.models.get(identifier) or self.models.get(identifier.rpartition("/")[2].partition(".")[2])


def load_prices(own: Path | None = None) -> Prices:
    """Return the prices that come with this package, with a team's own over them.

    Raises:
        DataError: the team's file cannot be used.
    """
    usual = _parse(resources.files("note_summarizer.comparison").joinpath("prices.toml").read_text("utf-8"), "prices")
    files = [("prices.toml of this package", usual)]
    if own is not None:
        files.append((str(own), _parse(_text(own), str(own))))
    last = files[-1][1]
    parts = [file for _, file in files]
    return Prices(
        checked=last.checked,
        region=last.region,
        files=tuple(name for name, _ in files),
        instances={price.type: price for part in parts for price in part.instance},
        models={price.identifier: price for part in parts for price in part.model},
        software={(price.option, price.instance): price for part in parts for price in part.software},
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as a file of prices: {type(error).__name__}.") from error


def _parse(text: str, name: str) -> _File:
    try:
        return _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{name} is not valid TOML: {error}.") from error
    except ValidationError as error:
        raise DataError(f"{name}: {_said(error)}. docs/compare.md has an example.") from error


def _said(error: ValidationError) -> str:
    problems: Sequence[str] = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False)]
    return "; ".join(problems)
