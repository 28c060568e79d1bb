"""Asking a live option about every note, several at once, as the pipeline would ask and read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from note_summarizer.comparison.answers import NO_ANSWER, Answers, NoteAnswer
from note_summarizer.comparison.back_off import Ask, AskError, Patience
from note_summarizer.comparison.systems import System
from note_summarizer.errors import DeploymentError
from notes_pipeline.core.dialects import DIALECTS, AnswerError
from notes_pipeline.core.read_outputs import note_answer
from notes_pipeline.core.write_requests import note_prompts
from notes_pipeline.models import Engine

Tell = Callable[[str], None]


def ask_notes(
    system: System,
    engine: Engine,
    notes: Sequence[str],
    ask: Ask,
    *,
    concurrency: int,
    patience: Patience | None = None,
    progress: Tell | None = None,
) -> Answers:
    """Return the answers to all notes; a note that gets none has the code of why.

    Args:
        ask: sends the body of one request, and returns what came back, parsed.
        concurrency: notes asked about at once; the parts of a note follow one another.
        patience: how often a request is tried.
        progress: is told how many notes are done, never what they say.

    Raises:
        DeploymentError: the system cannot be asked at all; the other notes are not tried.
    """
    asking = _Asking(system, engine, ask, patience or Patience())
    tell, found = progress or (lambda _: None), list[NoteAnswer]()
    began = asking.patience.clock()
    with ThreadPoolExecutor(concurrency) as pool:
        try:
            for answer in pool.map(asking.note, notes):
                found.append(answer)
                tell(f"{system.name}: {len(found)} of {len(notes)} notes")
        except BaseException:
            asking.stop()  # an interrupt must not go on to pay for the notes that wait
            raise
    wall = asking.patience.clock() - began
    return Answers(tuple(found), wall_seconds=wall, concurrency=concurrency, throttled=asking.patience.throttled)


class _Asking:
    """What all notes of a system have in common; used by several threads."""

    def __init__(self, system: System, engine: Engine, ask: Ask, patience: Patience) -> None:
        self._system, self._engine, self._ask = system, engine, ask
        self.patience = patience
        self._stop = Event()

    def stop(self) -> None:
        """Ask nothing more; what is under way is waited for."""
        self._stop.set()

    def note(self, text: str) -> NoteAnswer:
        """Return the answer to one note."""
        if self._stop.is_set():
            return NoteAnswer(failure=NO_ANSWER)
        began = self.patience.clock()
        prompts, outputs, failure = note_prompts(self._engine, text), dict[int, Any](), ""
        try:
            for part, prompt in enumerate(prompts):
                outputs[part] = self._part(prompt)
        except AskError as error:
            failure = error.code
        seconds = self.patience.clock() - began
        return _read(self._engine, text, prompts, outputs, failure, seconds)

    def _part(self, prompt: str) -> Any:
        body = DIALECTS[self._engine.dialect].request(prompt, self._engine.max_output_tokens)
        try:
            return self.patience.ask(self._ask, body)
        except AskError as error:
            if error.final:
                self.stop()
                raise DeploymentError(f"{self._system.name} cannot be asked ({error.code}): {error.advice}") from None
            raise


def _read(
    engine: Engine, text: str, prompts: Sequence[str], outputs: Mapping[int, Any], failure: str, seconds: float
) -> NoteAnswer:
    tokens = [_tokens(engine, outputs[part], prompt) for part, prompt in enumerate(prompts) if part in outputs]
    costs = {
        "seconds": seconds,
        "input_tokens": _sum([counted[0] for counted in tokens]),
        "output_tokens": _sum([counted[1] for counted in tokens]),
        "parts": len(prompts),
    }
    if failure:
        return NoteAnswer(failure=failure, **costs)  # type: ignore[arg-type]
    answer = note_answer(engine, text, outputs)
    if answer.refused or answer.missing:
        return NoteAnswer(failure=answer.refused or answer.missing, **costs)  # type: ignore[arg-type]
    said = answer.said
    return NoteAnswer(str(said["summary_text"]), cut_off=bool(said.get("dropped_statements")), **costs)  # type: ignore[arg-type]


def _tokens(engine: Engine, output: Any, prompt: str) -> tuple[int | None, int | None]:
    """Return the tokens that a response cost; a refusal costs them too, where the service counts them."""
    try:
        answer = DIALECTS[engine.dialect].read(output, prompt)
        return answer.input_tokens, answer.output_tokens
    except AnswerError:
        usage = output.get("usage") if isinstance(output, dict) else None
        counted = usage if isinstance(usage, dict) else {}
        wanted = [counted.get("inputTokens"), counted.get("outputTokens")]
        found = [count if isinstance(count, int) else None for count in wanted]
        return found[0], found[1]


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None
