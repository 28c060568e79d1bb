"""What a batch's outputs mean: every note ends summarized, quarantined or on its way to the model again."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.pipeline_examples import NOW, notes, shard, sidecar

from notes_pipeline.core.collect_summaries import ShardOutcome, collect_shard
from notes_pipeline.core.read_outputs import read_outputs
from notes_pipeline.core.retry_rules import FailureKind
from notes_pipeline.core.shard_fates import BatchFacts, ShardFate
from notes_pipeline.models import ClinicalNote, Engine
from notes_pipeline.records import SummaryRecord

MODEL = {"name": "m", "version": "1", "sha256": "0" * 64}
ANSWERS = st.sampled_from(["good", "error", "empty", "rubbish", "missing"])


def facts(kind: FailureKind = FailureKind.NONE, **changes: Any) -> BatchFacts:
    return BatchFacts(batch_id="cb-1", kind=kind, ended_at=NOW, max_attempts=3, **changes)


def line(note: ClinicalNote, output: Any) -> str:
    return json.dumps({"note_uid": note.note_uid, "content_sha256": note.content_sha256, "SageMakerOutput": output})


def answer(kind: str) -> Any:
    return {
        "good": {"summary_text": "Chest pain, HR 120.", "parts": 1, "model": MODEL},
        "error": {"error": {"code": "NoSummary", "message": "..."}},
        "empty": {"summary_text": "  ", "parts": 1, "model": MODEL},
        "rubbish": {"summary_text": "Fever.", "parts": 0, "model": "?"},
    }[kind]


def collect(given_notes: list[ClinicalNote], lines: list[str], batch: BatchFacts, attempt: int = 1) -> ShardOutcome:
    texts = {(n.note_uid, n.content_sha256): n.text for n in given_notes}
    part = shard(count=len(given_notes), attempt=attempt)
    return collect_shard(part, [sidecar(n) for n in given_notes], texts, read_outputs(lines), batch)


@given(st.lists(ANSWERS, min_size=1, max_size=6), st.sampled_from(FailureKind), st.integers(1, 3), st.randoms())
def test_every_note_ends_somewhere_and_the_order_of_answers_does_not_matter(
    kinds: list[str], kind: FailureKind, attempt: int, order: random.Random
) -> None:
    given_notes = notes(*(f"Chest pain, HR 120, note {i}." for i in range(len(kinds))))
    lines = [line(n, answer(kind)) for n, kind in zip(given_notes, kinds, strict=True) if kind != "missing"]
    outcome = collect(given_notes, lines, facts(kind), attempt)
    settled = [r.note_uid for r in (*outcome.summaries, *outcome.quarantined)]
    again = [given_notes[place].note_uid for place in outcome.left]
    assert sorted(settled + again) == sorted(n.note_uid for n in given_notes)
    assert bool(again) == (outcome.fate is not ShardFate.DONE)
    assert not again or "missing" in kinds  # nobody who was answered is asked again
    assert len(again) <= kinds.count("missing")
    order.shuffle(lines)
    assert collect(given_notes, lines, facts(kind), attempt) == outcome


def test_an_answered_note_becomes_a_record_with_its_identities_and_checks() -> None:
    given_notes = notes("Chest pain. HR 120.")
    (record,) = collect(given_notes, [line(given_notes[0], answer("good"))], facts()).summaries
    assert (record.summary, record.parts, record.model.name) == ("Chest pain, HR 120.", 1, "m")
    assert (record.source.key, record.source.record) == ("incoming/ehr/monday.csv", 1)
    assert (record.needs_review, record.status, record.summarized_at) == (False, "draft", NOW)


def test_an_unfaithful_summary_is_kept_beside_an_extract_and_marked_for_review() -> None:
    given_notes = notes("Denies chest pain. HR 80.")
    (record,) = collect(given_notes, [line(given_notes[0], answer("good"))], facts()).summaries
    assert record.needs_review
    assert record.rejected
    assert (record.summary_kind, record.rejected.summary) == ("extract", "Chest pain, HR 120.")
    assert record.summary == "Denies chest pain\nHR 80"


def test_what_a_long_notes_summary_leaves_out_is_recorded_and_for_a_person_to_see() -> None:
    given_notes = notes("Chest pain. HR 120.")
    read = {"parts": 9, "passes": 2, "dropped_characters": 0, "dropped_statements": 3}
    (record,) = collect(given_notes, [line(given_notes[0], answer("good") | read)], facts()).summaries
    assert (record.parts, record.passes, record.dropped_characters, record.dropped_statements) == (9, 2, 0, 3)
    assert record.needs_review
    assert record.review_reasons == ("The summary leaves out 3 statement(s) that the model made about the note.",)


def test_a_note_that_was_not_read_whole_is_for_a_person_to_see() -> None:
    given_notes = notes("Chest pain. HR 120.")
    (record,) = collect(
        given_notes, [line(given_notes[0], answer("good") | {"dropped_characters": 70})], facts()
    ).summaries
    assert record.review_reasons == ("The model did not read 70 character(s) of the note.",)


def test_a_container_that_says_nothing_of_passes_answers_all_the_same() -> None:
    given_notes = notes("Chest pain. HR 120.")
    (record,) = collect(given_notes, [line(given_notes[0], answer("good"))], facts()).summaries
    assert (record.passes, record.dropped_characters, record.dropped_statements) == (1, 0, 0)
    old = record.model_dump(exclude={"passes", "dropped_characters", "dropped_statements"})
    assert SummaryRecord.model_validate(old) == record


@pytest.mark.parametrize(("kind", "code"), [("error", "NoSummary"), ("empty", "NoSummary"), ("rubbish", "BadAnswer")])
def test_a_refused_note_is_quarantined_and_named(kind: str, code: str) -> None:
    given_notes = notes("Fever.")
    (record,) = collect(given_notes, [line(given_notes[0], answer(kind))], facts()).quarantined
    assert record.code == code
    assert record.reason.startswith("ehr/monday.csv, record 1: ")


def test_a_containers_own_words_are_never_taken_over() -> None:
    given_notes = notes("Zanzibarine fever.")
    quoting = {"error": {"code": "Zanzibarine fever.", "message": "cannot read: Zanzibarine fever."}}
    (record,) = collect(given_notes, [line(given_notes[0], quoting)], facts()).quarantined
    assert "anzibarine" not in record.model_dump_json()


def test_an_unanswered_shard_of_many_is_split_and_a_lone_note_is_quarantined() -> None:
    foreign = facts(FailureKind.ALGORITHM, engine=Engine(dialect="hf-seq2seq"))
    assert collect(notes("a", "b"), [], foreign).fate is ShardFate.SPLIT
    outcome = collect(notes("a"), [], foreign)
    assert (outcome.fate, outcome.quarantined[0].code) == (ShardFate.DONE, "AlgorithmError")


def test_only_the_unanswered_notes_of_a_shard_go_again_and_give_up_in_the_end() -> None:
    given_notes = notes("Chest pain, HR 120.", "Fever.")
    lines = [line(given_notes[0], answer("good"))]
    for attempt in (1, 2):
        outcome = collect(given_notes, lines, facts(), attempt)
        assert (outcome.fate, outcome.left, len(outcome.summaries)) == (ShardFate.RETRY, (1,), 1)
    outcome = collect(given_notes, lines, facts(), 3)
    assert (outcome.fate, outcome.left, outcome.quarantined[0].code) == (ShardFate.DONE, (), "NoAnswer")


def test_answers_in_a_failed_job_count() -> None:
    given_notes = notes("Chest pain, HR 120.")
    outcome = collect(given_notes, [line(given_notes[0], answer("good"))], facts(FailureKind.ALGORITHM))
    assert len(outcome.summaries) == 1


@given(st.lists(st.text(max_size=30), max_size=5))
def test_lines_that_are_no_answers_are_left_out(lines: list[str]) -> None:
    assert read_outputs(lines) == {}
