"""What the server needs to know of a family of containers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from chartbrief.local_cloud.contracts.schemas import Finding
from chartbrief.local_cloud.local_model import Completion, Token

Kind = Literal["content-type", "not-json", "fields", "too-long", "throttle", "server-error"]


@dataclass(frozen=True)
class Ask:
    """What a request asks for.

    Attributes:
        most_tokens: of each answer.
        results: how many answers.
    """

    prompt: str
    most_tokens: int
    results: int = 1
    stops: Sequence[str] = ()


@dataclass(frozen=True)
class Answered:
    """A request and what the model made of it; the prompt may be cut, if the request allowed that."""

    request: Mapping[str, Any]
    prompt: str
    prompt_tokens: Sequence[Token]
    completion: Completion
    results: int


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered.

    Attributes:
        findings: of the schema, for `fields`.
        limit, given: tokens that are allowed and that were sent, for `too-long`.
    """

    kind: Kind
    findings: Sequence[Finding] = field(default=())
    limit: int = 0
    given: int = 0


@dataclass(frozen=True)
class Family:
    """A family of containers.

    Attributes:
        context_tokens: of the family's usual model; a server may be told another number.
        answer_in_context: the answer shares the context with the prompt.
        read: what a valid request asks.
        respond: the body of a response.
        refuse: status and body of an error, as the makers document it.
        truncate: the side of a too long prompt that a request lets the server cut, if any.
    """

    name: str
    context_tokens: int
    answer_in_context: bool
    read: Callable[[Mapping[str, Any]], Ask]
    respond: Callable[[Answered], Any]
    refuse: Callable[[Refusal], tuple[int, Any]]
    truncate: Callable[[Mapping[str, Any]], Literal["start", "end"] | None] = lambda _: None
