"""What every system is asked: the same texts, models, beams and length limits; kept as JSON in the cache folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from note_summarizer.align_items import align_items
from note_summarizer.artifact import ModelArtifact
from note_summarizer.long_notes.merge_parts import merge_items
from note_summarizer.restore_case import restore_case

DEMO = Path("model_build/demo_model")


@dataclass(frozen=True)
class Workload:
    """Texts and the models that summarize them.

    Attributes:
        texts: parts of notes, each within the model's input, so that every system does the same work.
        note_of: each text's place in `notes`.
        notes: whole notes.
        references: the notes' summaries; none where the weights are random and no answer means anything.
        checkpoint: Hugging Face folder.
        served: artifact folder of the same weights in int8, for the engine and CTranslate2.
        float32: CTranslate2 folder of the same weights in float32.
        distilled: artifact folder of a distilled model; empty if there is none.
        onnx: folder for the exported model.
        beam_size, max_output_tokens, length_penalty: of every system's search; rows of tuned decoding search as their
            artifacts say.
        finishes: answers are aligned with the note and get its casing, as the engine does for this model.
        stays_open: every system's process stays alive between rounds; otherwise one at a time is in memory.
    """

    name: str
    title: str
    texts: list[str]
    note_of: list[int]
    notes: list[str]
    references: list[str]
    checkpoint: str
    served: str
    float32: str
    distilled: str
    onnx: str
    beam_size: int
    max_output_tokens: int
    length_penalty: float
    finishes: bool
    stays_open: bool

    def write(self, path: Path) -> None:
        """Write the workload for the processes that measure."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Workload:
        """Read what `write` wrote."""
        return cls(**json.loads(path.read_text("utf-8")))

    def finish(self, answers: Sequence[str], texts: Sequence[str]) -> list[str]:
        """Return raw answers as the engine would give them, so that scores compare models and not finishing touches."""
        if not self.finishes:
            return list(answers)
        both = zip(answers, texts, strict=True)
        return [restore_case(align_items(answer, text), text) for answer, text in both]

    def whole_summaries(self, finished: dict[int, str]) -> dict[int, str]:
        """Return the summaries of the notes all of whose texts were answered, by the notes' places.

        Args:
            finished: finished answers by the texts' places.
        """
        texts_of: dict[int, list[int]] = {}
        for place, note in enumerate(self.note_of):
            texts_of.setdefault(note, []).append(place)
        return {
            note: merge_items([finished[place] for place in places]).text
            for note, places in texts_of.items()
            if all(place in finished for place in places)
        }


@dataclass(frozen=True)
class Models:
    """Folders of one model in its forms, and how its answers are searched for."""

    checkpoint: Path
    artifact: ModelArtifact
    float32: Path
    onnx: Path
    distilled: Path | None = None


def evenly(count: int, most: int) -> list[int]:
    """Return at most `most` places out of `count`, evenly spread: what a slow system is asked."""
    if most >= count:
        return list(range(count))
    return [number * count // most for number in range(most)]
