"""What happens in one run: files, faults, how jobs end, and in which order things come; drawn from a seed, or given."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.faults.calls import Effect
from tests.faults.notes import Drop, Note, files, good
from tests.faults.services import CREATION_REFUSALS, ENDS

WAYS: dict[str, dict[str, str]] = {
    "transform": {},
    "foreign-transform": {"SummarizerOption": "flan-t5", "ModelDialect": "hf-seq2seq", "ModelId": "google/flan-t5-xl"},
    "endpoint": {"EndpointName": "ep"},
    "async-endpoint": {"EndpointName": "ep", "EndpointKind": "async", "InferenceMode": "online"},
    "bedrock": {"SummarizerOption": "bedrock"},
    "bedrock-batch": {"SummarizerOption": "bedrock-batch", "BedrockBatchMinRecords": "1", "EndpointMaxNotes": "0"},
}
# A new note, a repeat, an amendment in another file and one of the same file, an empty record, one the model refuses.
USUAL = files(
    (*good((1, 1), (2, 1)), Note(3, 1, "empty"), Note(4, 1, "refused")),
    (*good((1, 2), (2, 1), (5, 1)), Note(4, 1, "refused"), *good((5, 2))),
    every=700.0,
)


@dataclass(frozen=True)
class Schedule:
    """One run.

    Attributes:
        faults: by the number of the call that meets it.
        ends: how jobs end, in turn; those after them complete.
        refusals: codes with which the first requests for a job, or an answer, are refused.
        duplicates: share of messages that come twice.
        lost_events: share of job events that never come.
        at_once: invocations that run at the same time.
        environment: changes of the functions' variables.
    """

    way: str = "transform"
    drops: tuple[Drop, ...] = USUAL
    faults: Mapping[int, Effect] = field(default_factory=dict)
    ends: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    seed: int = 0
    is_random: bool = False
    duplicates: float = 0.0
    lost_events: float = 0.0
    at_once: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> str:
        """What replays exactly this run."""
        if self.is_random:
            return f"python -m tests.faults --seed {self.seed}"
        given = "".join(f" --fault {number}:{effect}" for number, effect in self.faults.items())
        ends = "".join(f" --end {end}" for end in self.ends) + "".join(f" --refuse {code}" for code in self.refusals)
        return f"python -m tests.faults --way {self.way}{given}{ends}"


def from_seed(seed: int, way: str = "") -> Schedule:
    """Draw a schedule; the same seed draws the same."""
    draw = random.Random(seed)
    drawn_way = draw.choice([*WAYS, "transform", "transform", "endpoint"])
    calls = draw.sample(range(1, draw.choice((60, 120, 200))), draw.choice((0, 1, 2, 3, 4)))
    return Schedule(
        way=way or drawn_way,
        drops=_drops(draw),
        faults={call: draw.choice(list(Effect)) for call in sorted(calls)},
        ends=tuple(draw.choice(ENDS) for _ in range(draw.choice((0, 0, 1, 1, 2, 3)))),
        refusals=tuple(draw.choice(CREATION_REFUSALS) for _ in range(draw.choice((0, 0, 0, 1, 2)))),
        seed=seed,
        is_random=True,
        duplicates=draw.choice((0.0, 0.2, 0.4)),
        lost_events=draw.choice((0.0, 0.0, 0.3, 1.0)),
        at_once=draw.choice((1, 2, 2, 3)),
        environment=_environment(draw),
    )


def _drops(draw: random.Random) -> tuple[Drop, ...]:
    texts = [Note(number, version) for number in range(1, draw.choice((2, 3, 6)) + 1) for version in (1, 2, 3)]
    odd = {note: draw.choice(("refused", "poison", "empty")) for note in texts if draw.random() < 0.12}
    texts = [Note(note.number, note.version, odd.get(note, "good")) for note in texts]
    # A file may be dropped again under its own key, as another version of it.
    names, drops = draw.choice((("ehr/a.csv",), ("ehr/a.csv", "ehr/b.csv", "urgent/ehr/c.csv"))), []
    every = draw.choice((0.0, 60.0, 1500.0))
    for place in range(draw.choice((1, 2, 2, 3, 4))):
        notes = tuple(draw.choice(texts) for _ in range(draw.randint(1, 5)))
        drops.append(Drop(draw.choice(names), notes, place * every, is_broken=draw.random() < 0.04))
    return tuple(drops)


def _environment(draw: random.Random) -> dict[str, str]:
    return {
        "SHARD_TOKENS": draw.choice(("20", "60", "100000")),
        "MAX_WAIT_SECONDS": draw.choice(("0", "0", "900")),
        "MIN_NOTES": draw.choice(("2", "500")),
        "MAX_NOTES_PER_JOB": draw.choice(("1", "3", "50000")),
        "CODING_ENGINE": draw.choice(("none", "none", "none", "lexical")),
    }
