"""One container: a request's body in, status and body of the response out. No HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from chartbrief.local_cloud.contracts.ai21_j2 import AI21_J2
from chartbrief.local_cloud.contracts.cohere_generate import COHERE_GENERATE
from chartbrief.local_cloud.contracts.family import Answered, Ask, Family, Refusal
from chartbrief.local_cloud.contracts.hugging_face import HF_SEQ2SEQ, JUMPSTART_TEXT, TEXT_GENERATION
from chartbrief.local_cloud.contracts.schemas import find_wrong
from chartbrief.local_cloud.faults import OTHER_NOTE, REFUSAL, Faults
from chartbrief.local_cloud.local_model import LocalModel, Token, complete, note_of

_ALL = (AI21_J2, COHERE_GENERATE, TEXT_GENERATION, HF_SEQ2SEQ, JUMPSTART_TEXT)
FAMILIES: Mapping[str, Family] = {family.name: family for family in _ALL}
_JSON = "application/json"
logger = logging.getLogger(__name__)


class _RefusedError(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.kind)
        self.refusal = refusal


class Container:
    """A container of a family over a local model; safe to call from several threads.

    Attributes:
        faults: what is to go wrong; nothing, unless a test plans it.
    """

    def __init__(self, family: Family, model: LocalModel, context_tokens: int | None = None) -> None:
        """Set the container up.

        Args:
            context_tokens: of the model it stands for; the family's usual by default.
        """
        self._family, self._model = family, model
        self._context = context_tokens or family.context_tokens
        self.faults = Faults()

    def invoke(self, body: bytes, content_type: str) -> tuple[int, bytes]:
        """Answer a request: status, and a body of JSON."""
        try:
            return self._answer(body, content_type)
        except _RefusedError as error:
            return self._refused(error.refusal)
        except Exception as error:  # noqa: BLE001 - the server would write the error's own words to the log
            logger.error("a request failed: %s", type(error).__name__)
            return self._refused(Refusal("server-error"))

    def _refused(self, refusal: Refusal) -> tuple[int, bytes]:
        status, body = self._family.refuse(refusal)
        return status, json.dumps(body).encode()

    def _answer(self, body: bytes, content_type: str) -> tuple[int, bytes]:
        request = self._read(body, content_type)
        ask = self._family.read(request)
        fault = self.faults.take(ask.prompt)
        if fault in ("throttle", "server-error"):
            raise _RefusedError(Refusal("throttle" if fault == "throttle" else "server-error"))
        if fault == "other-record":
            ask = replace(ask, prompt=ask.prompt.replace(note_of(ask.prompt), OTHER_NOTE))
        answered = self._complete(request, ask)
        if fault in ("empty", "refusal"):
            said = REFUSAL if fault == "refusal" else ""
            completion = replace(answered.completion, text=said, tokens=self._model.tokens(said), finish="end")
            answered = replace(answered, completion=completion)
        content = json.dumps(self._family.respond(answered), ensure_ascii=False).encode()
        return 200, content[: len(content) // 2] if fault == "malformed" else content

    def _read(self, body: bytes, content_type: str) -> dict[str, Any]:
        if content_type.partition(";")[0].strip().lower() != _JSON:
            raise _RefusedError(Refusal("content-type"))
        try:
            request = json.loads(body)
        except ValueError:
            raise _RefusedError(Refusal("not-json")) from None
        if findings := find_wrong(self._family.name, "request", request):
            raise _RefusedError(Refusal("fields", findings))
        return dict(request)

    def _complete(self, request: Mapping[str, Any], ask: Ask) -> Answered:
        tokens = self._model.tokens(ask.prompt)
        most = self._context - (ask.most_tokens if self._family.answer_in_context else 0)
        prompt = ask.prompt
        if len(tokens) > most:
            side = self._family.truncate(request)
            if side is None or most <= 0:
                raise _RefusedError(Refusal("too-long", limit=self._context, given=len(tokens)))
            prompt, tokens = _cut(prompt, tokens, most, side)
        completion = complete(self._model, prompt, ask.most_tokens, ask.stops)
        return Answered(request, prompt, tokens, completion, ask.results)


def _cut(prompt: str, tokens: list[Token], most: int, side: Literal["start", "end"]) -> tuple[str, list[Token]]:
    if side == "end":
        return prompt[: tokens[most - 1].end], tokens[:most]
    first = tokens[-most].start
    kept = [replace(token, start=token.start - first, end=token.end - first) for token in tokens[-most:]]
    return prompt[first:], kept
