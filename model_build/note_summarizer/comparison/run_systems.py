"""Letting every system answer the test notes: models here, options over the network, recorded files, floors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from note_summarizer.artifact import ModelArtifact
from note_summarizer.comparison.answers import Answers, answered
from note_summarizer.comparison.ask_notes import ask_notes
from note_summarizer.comparison.back_off import Patience
from note_summarizer.comparison.recorded import read_recorded
from note_summarizer.comparison.services import ask_bedrock, ask_endpoint, runtime_config
from note_summarizer.comparison.systems import System
from note_summarizer.evaluation.judge_models import resolved_models, run_floor
from note_summarizer.evaluation.judgement import Run
from note_summarizer.evaluation.run_models import run_model
from note_summarizer.pairs.pair import Pair
from notes_pipeline.models import Engine

# Asked once more, one at a time, for what a single note takes.
ALONE = 20

Tell = Callable[[str], None]
# Makes the client of a service: `sagemaker-runtime` or `bedrock-runtime`, with these settings.
Connect = Callable[[str, Any], Any]


@dataclass(frozen=True)
class Asking:
    """How systems are asked.

    Attributes:
        in_file: how many notes the test file has; recorded answers may be of all of them.
        train: pairs that a neighbour's summary is taken from.
        engines: of the live systems, by name.
        threads: cores for a model that runs here.
        concurrency: notes that a live system is asked about at once.
    """

    test: Sequence[Pair]
    in_file: int
    train: Sequence[Pair]
    engines: Mapping[str, Engine]
    connect: Connect
    threads: int | None
    concurrency: int
    tell: Tell
    patience: Callable[[], Patience] = Patience

    @property
    def notes(self) -> list[str]:
        """The notes' texts."""
        return [pair.note for pair in self.test]


def run_systems(systems: Sequence[System], asking: Asking) -> dict[str, Answers]:
    """Return every system's answers, by name.

    Recorded files are read and models looked up before anything is asked that costs money.

    Raises:
        DataError: a recorded file does not match the notes.
        CheckpointError, ArtifactError: a model cannot be loaded.
        DeploymentError: a live option cannot be asked.
    """
    places = {system.name: system.target for system in systems if system.kind == "model"}
    found: dict[str, Answers] = {}
    for system in systems:
        if system.kind == "recorded":
            asking.tell(f"{system.name}: reading")
            found[system.name] = read_recorded(
                system.target, asking.test, asking.in_file, system.said.get("system", "")
            )
    with ExitStack() as open_models:
        # Nothing is loaded, and no library for it, where no model runs here.
        artifacts = open_models.enter_context(resolved_models(places, asking.tell)) if places else {}
        for system in systems:
            if system.name not in found:
                found[system.name] = _answers(system, asking, artifacts)
    return {system.name: found[system.name] for system in systems}


def _answers(system: System, asking: Asking, artifacts: Mapping[str, ModelArtifact]) -> Answers:
    if system.kind == "floor":
        asking.tell(f"{system.name}: answering")
        return of_run(run_floor(system.target, asking.notes, asking.train))
    if system.kind == "model":
        artifact = artifacts[system.name]
        return of_run(
            run_model(system.name, artifact, asking.notes, threads=asking.threads, alone=ALONE, progress=asking.tell)
        )
    service, asked = (
        ("bedrock-runtime", ask_bedrock) if system.kind == "bedrock" else ("sagemaker-runtime", ask_endpoint)
    )
    asking.tell(f"{system.name}: asking")
    return ask_notes(
        system,
        asking.engines[system.name],
        asking.notes,
        asked(asking.connect(service, runtime_config(asking.concurrency)), system),
        concurrency=asking.concurrency,
        patience=asking.patience(),
        progress=asking.tell,
    )


def of_run(run: Run) -> Answers:
    """Return the answers of a model or floor that ran here."""
    notes = tuple(answered(text) for text in run.answers)
    parts = zip(notes, run.parts, strict=True)
    return Answers(
        notes=tuple(type(note)(text=note.text, failure=note.failure, parts=count) for note, count in parts),
        wall_seconds=run.seconds,
        alone_seconds=run.alone_seconds,
        load_seconds=run.load_seconds,
        peak_bytes=run.peak_bytes,
        cpu_seconds=run.cpu_seconds,
        identity=run.model,
    )


def as_run(answers: Answers) -> Run:
    """Return answers as judging takes them."""
    return Run(
        answers=answers.texts,
        parts=tuple(note.parts for note in answers.notes),
        seconds=answers.wall_seconds or 0.0,
        load_seconds=answers.load_seconds,
        peak_bytes=answers.peak_bytes,
        model=answers.identity,
        cpu_seconds=answers.cpu_seconds,
    )
