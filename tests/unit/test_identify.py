"""Identities: the same thing always gets the same name, another thing another."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.pipeline_examples import KEY, note, shard, version

from notes_pipeline.core.identify import batch_id, identify_note, is_newer, is_urgent, object_id, source_path
from notes_pipeline.models import ParsedNote, SourceObject

HEX = st.text("0123456789ABCDEF", min_size=1, max_size=20)
VERSIONS = st.builds(
    lambda key, sequencer, time, object_id, record: version(
        key=key, sequencer=sequencer, event_time=time, object_id=object_id, record=record
    ),
    st.sampled_from(["incoming/a.csv", "incoming/b.csv"]),
    HEX,
    st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]),
    st.sampled_from(["o1", "o2"]),
    st.integers(1, 3),
)


@pytest.mark.parametrize(
    ("key", "system", "path"),
    [
        ("incoming/ehr/ward/a.txt", "ehr", "ward/a.txt"),
        ("incoming/urgent/ehr/a.txt", "ehr", "a.txt"),
        ("incoming/a.txt", "default", "a.txt"),
        ("incoming/urgent/a.txt", "default", "a.txt"),
    ],
)
def test_the_first_folder_is_the_source_system(key: str, system: str, path: str) -> None:
    assert source_path(key) == (system, path)


def test_an_urgent_drop_is_the_same_note_as_a_patient_one() -> None:
    parsed = ParsedNote(record=1, text="Fever", note_id="7")
    assert is_urgent("incoming/urgent/ehr/a.csv")
    assert not is_urgent("incoming/ehr/urgent/a.csv")
    assert (
        identify_note(parsed, "incoming/urgent/ehr/a.csv").note_uid
        == identify_note(parsed, "incoming/ehr/b.csv").note_uid
    )


def test_the_same_id_of_another_system_is_another_note() -> None:
    parsed = ParsedNote(record=1, text="Fever", note_id="7")
    uids = {identify_note(parsed, f"incoming/{system}/a.csv").note_uid for system in ("ehr", "pacs")}
    assert len(uids) == 2


def test_a_note_without_an_id_is_known_by_what_it_says() -> None:
    first = identify_note(ParsedNote(record=1, text="Fever"), KEY)
    assert first == identify_note(ParsedNote(record=1, text="Fever"), KEY)
    assert first.note_uid != identify_note(ParsedNote(record=1, text="Cough"), KEY).note_uid
    assert first.note_uid != identify_note(ParsedNote(record=1, text="Fever", patient_id="p"), KEY).note_uid


def test_an_amended_note_keeps_its_uid() -> None:
    one, two = note(text="Fever"), note(text="Fever and cough")
    assert one.note_uid == two.note_uid
    assert one.content_sha256 != two.content_sha256


def test_each_version_of_an_object_has_an_id_of_its_own() -> None:
    ids = {object_id(SourceObject(bucket="b", key="k", version_id=version_id)) for version_id in ("1", "2")}
    assert len(ids) == 2


def test_a_batch_id_is_a_job_name_whatever_the_order_of_its_shards() -> None:
    one, two = shard("staged/a/1.jsonl"), shard("staged/a/2.jsonl")
    assert batch_id([one, two]) == batch_id([two, one])
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", batch_id([one, two]))


def test_a_retried_shard_makes_another_batch() -> None:
    assert batch_id([shard(attempt=1)]) != batch_id([shard(attempt=2)])


@given(VERSIONS, VERSIONS)
def test_of_two_versions_at_most_one_is_newer(one: object, two: object) -> None:
    assert not (is_newer(one, two) and is_newer(two, one))  # type: ignore[arg-type]


@given(VERSIONS)
def test_no_version_is_newer_than_itself(one: object) -> None:
    assert not is_newer(one, one)  # type: ignore[arg-type]


def test_sequencers_are_compared_right_padded() -> None:
    # As text "9" > "90"; padded to the same width "90" is the same or later.
    assert is_newer(version(sequencer="91"), version(sequencer="9"))
    assert not is_newer(version(sequencer="9"), version(sequencer="91"))


def test_sequencers_of_different_keys_say_nothing() -> None:
    early = version(key="incoming/a.csv", sequencer="FF", event_time="2026-01-01T00:00:00Z")
    late = version(key="incoming/b.csv", sequencer="01", event_time="2026-01-02T00:00:00Z")
    assert is_newer(late, early)


def test_of_two_records_of_one_file_the_later_one_counts() -> None:
    assert is_newer(version(record=2), version(record=1))


def test_a_drop_that_s3_did_not_announce_is_ordered_by_its_time() -> None:
    announced = version(sequencer="0A", event_time="2026-01-02T00:00:00Z", object_id="o1")
    found_later = version(sequencer="", event_time="2026-01-03T00:00:00Z", object_id="o2")
    found_earlier = version(sequencer="", event_time="2026-01-01T00:00:00Z", object_id="o3")
    assert is_newer(found_later, announced)
    assert not is_newer(found_earlier, announced)
    assert is_newer(version(sequencer="", record=2), version(sequencer="", record=1))
