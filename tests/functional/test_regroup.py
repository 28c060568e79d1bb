"""Patient groups in the summaries bucket: after a batch, the same batch again, an amendment and a crash."""

from typing import Any

import pytest
from tests.unit.group_examples import Coded, coded_note, uid_of

from notes_pipeline.aws import clients
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.identify import patient_uid
from notes_pipeline.core.parquet import from_parquet
from notes_pipeline.errors import DependencyError
from notes_pipeline.steps.regroup import Regrouped, regroup

BATCH = [
    coded_note("n1", "p1", "I50.9", "E11.9"),
    coded_note("n2", "p2", "I50.22", "E11.9"),
    coded_note("n3", "p3", "S82.001A"),
    coded_note("n4", None, "I50.9"),
]


class Groups:
    def __init__(self) -> None:
        self.bucket = Bucket("summaries")
        clients.s3().create_bucket(Bucket=self.bucket.name)

    def give(self, coded: list[Coded], batch_id: str = "cb-1") -> Regrouped:
        return regroup(self.bucket, coded, batch_id)

    def objects(self) -> dict[str, bytes]:
        return {key: self.bucket.read(key) for key in self.bucket.keys("groups/")}

    def rows(self, name: str) -> list[dict[str, Any]]:
        return from_parquet(self.bucket.read(f"groups/current/{name}/{name}.parquet"))

    def of(self, patient: str, kind: str = "category") -> set[str]:
        rows = [row for row in self.rows("patients") if row["patient_id"] == patient and row["kind"] == kind]
        return {row["group_id"] for row in rows}


@pytest.fixture
def groups(aws: None) -> Groups:
    return Groups()


def test_a_batch_gives_groups_by_category_and_by_likeness(groups: Groups) -> None:
    done = groups.give(BATCH)
    assert done == Regrouped(notes=4, without_patient=1, patients=3, founded=1, ended=0, regrouped_all=True)
    assert groups.of("p1") == {"icd10:I50", "icd10:E11"}
    assert groups.of("p1", "similarity") == groups.of("p2", "similarity") != set()
    assert groups.of("p3", "similarity") == set()
    (alike,) = [row for row in groups.rows("groups") if row["kind"] == "similarity"]
    assert (alike["label"], alike["size"]) == ("Heart failure with type 2 diabetes mellitus", 2)
    by_id = {row["group_id"]: row for row in groups.rows("groups")}
    assert (by_id["icd10:I50"]["label"], by_id["icd10:I50"]["size"]) == ("Heart failure", 2)
    (row,) = [row for row in groups.rows("patients") if row["patient_id"] == "p3"]
    assert (row["patient_uid"], row["source_system"]) == (patient_uid("ehr", "p3"), "ehr")
    assert (row["label"], row["codes"]) == ("Fracture of lower leg, including ankle", ["S82.001A"])


def test_the_same_batch_again_writes_the_same_bytes(groups: Groups) -> None:
    groups.give(BATCH)
    before = groups.objects()
    assert groups.give(BATCH).patients == 0
    assert groups.objects() == before


def test_an_amendment_replaces_what_the_note_said_whenever_the_older_text_comes(groups: Groups) -> None:
    groups.give(BATCH)
    groups.give([coded_note("n3", "p3", "J18.9", version=2)], "cb-2")
    assert groups.of("p3") == {"icd10:J18"}
    before = groups.objects()
    groups.give(BATCH)
    assert groups.objects() == before


def test_a_note_that_turns_out_to_be_another_patients_moves(groups: Groups) -> None:
    groups.give(BATCH)
    groups.give([coded_note("n3", "p1", "S82.001A", version=2)], "cb-2")
    assert groups.of("p3") == set()
    assert groups.of("p1") == {"icd10:I50", "icd10:E11", "icd10:S82"}
    groups.give([coded_note("n3", None, "S82.001A", version=3)], "cb-3")
    assert groups.of("p1") == {"icd10:I50", "icd10:E11"}


@pytest.mark.parametrize("writes", range(10))
def test_a_crash_after_any_write_is_made_good_by_a_repeat(
    groups: Groups, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups.give(BATCH)
    more = [coded_note("n5", "p5", "I50.9", "E11.9"), coded_note("n1", "p3", "J18.9", version=2)]
    left, write = [writes], Bucket.write

    def failing(bucket: Bucket, *args: Any) -> None:
        if not left[0]:
            raise DependencyError("S3 PutObject failed")
        left[0] -= 1
        write(bucket, *args)

    with monkeypatch.context() as patched:
        patched.setattr(Bucket, "write", failing)
        if writes < 9:
            with pytest.raises(DependencyError):
                groups.give(more, "cb-2")
        else:
            groups.give(more, "cb-2")
    groups.give(more, "cb-2")
    assert groups.of("p1") == set()
    assert groups.of("p3") == {"icd10:J18", "icd10:S82"}
    assert groups.of("p5", "similarity") == groups.of("p2", "similarity") != set()
    after = groups.objects()
    assert "groups/changes/cb-2.json" in after
    groups.give(more, "cb-2")
    assert groups.objects() == after


def test_identifiers_are_in_no_key(groups: Groups) -> None:
    groups.give([coded_note("canary-note", "canary-patient", "I50.9")])
    keys = list(groups.objects())
    assert not [key for key in keys if "canary" in key]
    assert f"groups/notes/{uid_of('canary-note')[:2]}.txt" in keys
