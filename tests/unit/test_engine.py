"""The engine over a back end that repeats its input: order, parts, failures, and what nobody waits for any more."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from note_summarizer.artifact import ModelArtifact
from note_summarizer.engine import SummaryEngine
from note_summarizer.generation import Generation
from note_summarizer.note_tokens import NoteTokenizer

SECONDS = 10.0
WORDS = ["</s>", "<unk>", *(f"w{number}" for number in range(200)), "bad"]


class Parrot:
    """Answers with the first pieces of the input, end-of-sequence left out."""

    replicas = 2

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.seen: list[str] = []

    def generate(self, inputs: Sequence[list[str]], generation: Generation | None = None) -> list[list[str]]:
        assert generation is not None
        assert self.gate.wait(SECONDS)
        self.seen += [pieces[0] for pieces in inputs]
        if any("bad" in pieces for pieces in inputs):
            raise ValueError("bad")
        return [pieces[:-1][: generation.max_output_tokens] for pieces in inputs]


@pytest.fixture
def parrot() -> Parrot:
    return Parrot()


@pytest.fixture
def engine(parrot: Parrot) -> SummaryEngine:
    words = Tokenizer(models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.decoder = decoders.WordPiece(prefix="##")
    artifact = ModelArtifact(
        Path(), "parrot", "1", sha256="", max_input_tokens=10, max_output_tokens=9, style="prose", beam_size=1
    )
    return SummaryEngine(artifact, parrot, NoteTokenizer(artifact, words), tokens_per_batch=32)


def test_answers_come_in_the_notes_order_whatever_their_lengths(engine: SummaryEngine) -> None:
    notes = [" ".join(f"w{(start + more) % 200}" for more in range(1 + start % 7)) for start in range(150)]
    assert [answer.summary_text for answer in engine.summarize(notes)] == notes


def test_a_long_note_is_read_in_parts_and_merged_in_order(engine: SummaryEngine) -> None:
    note = " ".join(f"w{number}." if number % 5 == 4 else f"w{number}" for number in range(35)).replace(".", " .")
    (answer,) = engine.summarize([note])
    assert answer.parts > 3
    numbers = [int(word[1:]) for word in answer.summary_text.split() if word.startswith("w")]
    assert numbers == sorted(numbers)
    assert {0, 34} <= set(numbers)


def test_a_note_that_breaks_the_model_costs_no_other_note(engine: SummaryEngine) -> None:
    futures = [engine.submit(note) for note in ("w1 w2", "w3 bad", "w4 w5")]
    with pytest.raises(ValueError, match="bad"):
        futures[1].result(SECONDS)
    assert [futures[place].result(SECONDS).summary_text for place in (0, 2)] == ["w1 w2", "w4 w5"]
    assert engine.alive


def test_a_cancelled_note_is_not_computed(engine: SummaryEngine, parrot: Parrot) -> None:
    parrot.gate.clear()
    busy = [engine.submit("w1"), engine.submit("w2")]
    cancelled, kept = engine.submit("w7"), engine.submit("w8")
    assert cancelled.cancel()
    parrot.gate.set()
    assert [future.result(SECONDS).summary_text for future in (*busy, kept)] == ["w1", "w2", "w8"]
    assert "w7" not in parrot.seen


def test_a_stream_is_answered_while_it_is_read(engine: SummaryEngine) -> None:
    read = []

    def notes():
        for number in range(2000):
            read.append(number)
            yield f"w{number % 200}"

    answers = engine.stream(notes())
    assert next(answers).summary_text == "w0"
    assert len(read) < 2000
    assert sum(1 for _ in answers) == 1999


def test_a_closed_engine_says_so(engine: SummaryEngine) -> None:
    engine.close()
    assert not engine.alive
    with pytest.raises(RuntimeError, match="closed"):
        engine.submit("w1")
