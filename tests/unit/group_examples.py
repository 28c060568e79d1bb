"""Small builders of what patient groups are made from."""

import hashlib
from collections.abc import Mapping, Sequence

from notes_pipeline.core.group_patients import GroupChanges, differing, group_patients
from notes_pipeline.core.patient_groups.contributions import Contribution, Patient, read_contributions
from notes_pipeline.core.patient_groups.profiles import Profile
from notes_pipeline.core.patient_groups.state import GroupState
from notes_pipeline.models import SourceRecord
from notes_pipeline.records import Checks, CodeCandidate, ModelIdentity, NoteCodes, SummaryRecord

Coded = tuple[SummaryRecord, NoteCodes]


def uid_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def coded_note(
    note: str, patient: str | None, *codes: str, version: int = 1, summary: str = "Seen today.", **changes: object
) -> Coded:
    """A record and its codes, likeliest first; a later version is a later text of the same note."""
    record = SummaryRecord(
        note_uid=uid_of(note),
        content_sha256=hashlib.sha256(f"{note}{version}".encode()).hexdigest(),
        note_id=note,
        patient_id=patient,
        source=SourceRecord(bucket="notes", key="incoming/ehr/monday.csv", version_id="1", record=1),
        summary=summary,
        model=ModelIdentity(name="m", version="1", sha256="0" * 64),
        batch_id="cb-1",
        summarized_at=f"2031-03-14T09:{version:02d}:00+00:00",
        checks=Checks(),
        needs_review=False,
    ).model_copy(update=changes)
    candidates = tuple(
        CodeCandidate(code=code, title=code, rank=rank, score=0.9, evidence=())
        for rank, code in enumerate(codes, start=1)
    )
    uids = {"note_uid": record.note_uid, "content_sha256": record.content_sha256}
    return record, NoteCodes(engine="lexical", candidates=candidates, **uids)


def contribution(note: str, patient: str | None, *codes: str, version: int = 1) -> Contribution:
    (found,) = read_contributions([coded_note(note, patient, *codes, version=version)]).values()
    return found


def profile(name: str, *codes: str) -> Profile:
    return Profile(Patient(uid_of(name), name, "ehr"), {uid_of(f"note of {name}"): dict.fromkeys(codes, 0.8)})


def grouped(profiles: Sequence[Profile], state: GroupState | None = None) -> tuple[GroupState, GroupChanges]:
    """The state after these profiles came."""
    by_uid = {each.patient.uid: each for each in profiles}
    before = state or GroupState()
    return group_patients(before, differing(before, by_uid, by_uid))


def ids_by_name(state: GroupState) -> Mapping[str, str]:
    return {each.patient.patient_id: each.group_id for each in state.patients.values()}
