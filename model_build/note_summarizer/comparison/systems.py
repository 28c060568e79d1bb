"""What is compared, as it is written on the command line; pure.

`[NAME=]WHAT[?key=value&...]`, where WHAT is `endpoint:NAME`, `bedrock:MODEL_ID`, `recorded:FILE`, a floor's name, or
else a model: a folder, an archive or a name on the hub.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl

from note_summarizer.errors import OptionsError
from note_summarizer.evaluation.floors import FLOORS
from note_summarizer.evaluation.name_systems import name_and_spec
from notes_pipeline.core.options import OPTIONS

Kind = Literal["model", "endpoint", "bedrock", "recorded", "floor"]
_PREFIXES: Mapping[str, Kind] = {"endpoint:": "endpoint", "bedrock:": "bedrock", "recorded:": "recorded"}
_MACHINE = ("instance", "instances")
_ASKED = ("prompt", "context", "max-output")
# What may be said of each kind, and is understood.
KEYS: Mapping[Kind, tuple[str, ...]] = {
    "model": ("option", *_MACHINE),
    "endpoint": ("option", "model", "dialect", *_ASKED, *_MACHINE),
    "bedrock": ("option", *_ASKED),
    "recorded": ("option", "model", "system", *_MACHINE),
    "floor": (),
}
_COUNTS = ("context", "max-output", "instances")
_LONGEST_NAME = 40


@dataclass(frozen=True)
class System:
    """One of the systems that are compared.

    Attributes:
        target: where it is: a folder or name, an endpoint, a Bedrock model, a file, a floor's name.
        said: what else was given, by key; a key of `KEYS`.
    """

    name: str
    kind: Kind
    target: str
    said: Mapping[str, str]

    @property
    def is_live(self) -> bool:
        """Whether a service is asked, which may cost money."""
        return self.kind in ("endpoint", "bedrock")

    @property
    def option(self) -> str:
        """The SummarizerOption that it stands for; empty where that was not said and cannot be known."""
        return self.said.get("option", {"bedrock": "bedrock", "model": "pegasus"}.get(self.kind, ""))

    @property
    def model(self) -> str:
        """The model's identifier, as prices and the catalogue name it; empty where it is not known."""
        return self.target if self.kind == "bedrock" else self.said.get("model", "")

    @property
    def instance(self) -> str:
        """The SageMaker instance type that it runs on; empty where that was not said."""
        return self.said.get("instance", "")

    @property
    def spec(self) -> str:
        """What was compared, for reports."""
        prefix = f"{self.kind}:" if self.kind in _PREFIXES.values() else ""
        said = "&".join(f"{key}={value}" for key, value in self.said.items())
        return f"{prefix}{self.target}" + (f"?{said}" if said else "")

    def count(self, key: str, otherwise: int) -> int:
        """Return a number that was given, or another one."""
        return int(self.said.get(key, otherwise))


def parse_systems(given: Iterable[str], dialect: str | None = None) -> list[System]:
    """Return the systems in their order.

    Args:
        dialect: what endpoints speak that do not say so themselves.

    Raises:
        OptionsError: a value cannot be understood, or two systems have the same name.
    """
    found: dict[str, System] = {}
    for value in given:
        system = _parse(value, dialect)
        if system.name in found:
            raise OptionsError(f"Two systems are called {system.name}: give them names, --system NAME=WHAT.")
        found[system.name] = system
    return list(found.values())


def _parse(value: str, dialect: str | None) -> System:
    what, mark, query = (value, "", "") if Path(value).exists() else value.partition("?")
    name, spec = name_and_spec(what)
    kind, target = _kind(spec)
    if not name or not target:
        raise OptionsError(f"--system {value!r} names nothing: write [NAME=]WHAT, such as flan=endpoint:flan-t5.")
    said = _said(value, query) if mark else {}
    if kind == "endpoint" and dialect and not {"dialect", "option"} & said.keys():
        said["dialect"] = dialect
    _check(value, kind, said)
    return System(_name(name, spec, kind, target), kind, target, said)


def _kind(spec: str) -> tuple[Kind, str]:
    for prefix, kind in _PREFIXES.items():
        if spec.startswith(prefix):
            return kind, spec.removeprefix(prefix)
    return ("floor" if spec in FLOORS else "model"), spec


def _name(name: str, spec: str, kind: Kind, target: str) -> str:
    """Return what a system is called: as it was named, or by what it is."""
    if not spec.startswith(name) and not spec.endswith(name):
        return name
    if kind == "recorded":
        return Path(target).stem[-_LONGEST_NAME:]
    return target[-_LONGEST_NAME:] if kind in _PREFIXES.values() else name


def _said(value: str, query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        raise OptionsError(f"--system {value!r}: after the question mark write key=value&key=value.") from None
    return {key.strip(): text.strip() for key, text in pairs}


def _check(value: str, kind: Kind, said: Mapping[str, str]) -> None:
    unknown = [key for key in said if key not in KEYS[kind]]
    if unknown:
        known = f"it takes {', '.join(KEYS[kind])}" if KEYS[kind] else "it takes nothing"
        raise OptionsError(f"--system {value!r}: {unknown[0]!r} means nothing for this kind; {known}.")
    empty = [key for key, text in said.items() if not text]
    if empty:
        raise OptionsError(f"--system {value!r}: {empty[0]} is empty.")
    wrong = [key for key in _COUNTS if key in said and not (said[key].isdigit() and int(said[key]) > 0)]
    if wrong:
        raise OptionsError(f"--system {value!r}: {wrong[0]} is a whole number above 0.")
    option = said.get("option")
    if option is not None and option not in OPTIONS:
        raise OptionsError(f"--system {value!r}: there is no option {option}; choose one of {', '.join(OPTIONS)}.")
    if kind == "bedrock" and option not in (None, "bedrock", "bedrock-batch"):
        raise OptionsError(f"--system {value!r}: a Bedrock model stands for bedrock or bedrock-batch, not {option}.")
