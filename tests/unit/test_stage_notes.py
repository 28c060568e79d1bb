"""Shards: every note in exactly one, none too large, the same ones every time."""

import json

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.pipeline_examples import NOW, TEXTS, notes

from notes_pipeline.core.stage_notes import (
    MAX_SHARD_BYTES,
    describe_shard,
    estimate_tokens,
    halve_lines,
    read_texts,
    shard_body,
    shard_key,
    shard_notes,
    sidecar_body,
    sidecar_key,
)
from notes_pipeline.models import Sidecar, SourceObject

SOURCE = SourceObject(bucket="notes", key="incoming/ehr/a.csv", version_id="v1")
LENGTHS = st.lists(st.integers(1, 4000), max_size=60)


@given(LENGTHS, st.integers(50, 3000))
def test_every_note_is_in_exactly_one_shard_in_order(lengths: list[int], target: int) -> None:
    given_notes = notes(*("x" * length for length in lengths))
    shards = shard_notes(given_notes, target)
    assert sorted((n for s in shards for n in s), key=lambda n: n.record) == given_notes
    assert all(shards)
    assert all([n.record for n in s] == sorted(n.record for n in s) for s in shards)


@given(LENGTHS.filter(bool), st.integers(50, 3000))
def test_shards_are_balanced_to_within_one_note(lengths: list[int], target: int) -> None:
    shards = shard_notes(notes(*("x" * length for length in lengths)), target)
    loads = [sum(estimate_tokens(n.text) for n in s) for s in shards]
    assert max(loads) - min(loads) <= max(estimate_tokens("x" * length) for length in lengths)


@given(LENGTHS)
def test_the_same_notes_make_the_same_shards(lengths: list[int]) -> None:
    given_notes = notes(*("x" * length for length in lengths))
    assert shard_notes(given_notes, 500) == shard_notes(list(given_notes), 500)


def test_shards_stay_small_however_many_tokens_are_wanted() -> None:
    shards = shard_notes(notes(*["x" * 900_000] * 12), 10**9)
    assert max(len(shard_body(s)) for s in shards) <= MAX_SHARD_BYTES


@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_a_shards_lines_give_the_texts_back(texts: list[str]) -> None:
    given_notes = notes(*texts)
    assert list(read_texts(shard_body(given_notes)).values()) == [n.text for n in given_notes]


def test_the_model_sees_ids_that_identify_nobody_and_the_text() -> None:
    (line,) = shard_body(notes("Fever")).splitlines()
    assert set(json.loads(line)) == {"note_uid", "content_sha256", "inputs"}


def test_the_sidecar_keeps_everything_but_the_text() -> None:
    (given_note,) = notes("Fever and chills")
    (line,) = sidecar_body([given_note], SOURCE).splitlines()
    found = Sidecar.model_validate_json(line)
    assert (found.note_uid, found.source.record, found.source.version_id) == (given_note.note_uid, 1, "v1")
    assert b"Fever" not in line


@given(st.lists(TEXTS, min_size=1, max_size=9))
def test_halves_hold_every_line_once_and_end_at_one(texts: list[str]) -> None:
    body = shard_body(notes(*texts))
    halves = halve_lines(body)
    assert b"".join(halves) == body
    assert len(halves) == min(2, len(texts))
    assert all(half.count(b"\n") <= (len(texts) + 1) // 2 for half in halves)


def test_a_shards_key_tells_its_content_and_its_sidecar_is_not_a_shard() -> None:
    key = shard_key("object", notes("Fever"))
    assert key == shard_key("object", notes("Fever"))
    assert key != shard_key("object", notes("Cough"))
    assert key.startswith("staged/object/00000001-")
    assert sidecar_key(key).endswith(".notes.jsonl")


def test_a_shard_is_described_by_counts() -> None:
    given_notes = notes("Fever", "Cough")
    found = describe_shard("k", "o", given_notes, urgent=True, at=NOW)
    assert (found.notes, found.bytes, found.urgent) == (2, len(shard_body(given_notes)), True)
