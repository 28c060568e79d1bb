"""Shards that wait for the model: a subject's notes are taken out of them, the others go on waiting."""

from __future__ import annotations

from collections.abc import Sequence

from chartbrief.operate.forgetting.subject import Subject
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Change, Put, Row, Table
from notes_pipeline.core.identify import digest
from notes_pipeline.core.stage_notes import estimate_tokens, part_key, sidecar_key
from notes_pipeline.models import Sidecar

_IS_WAITING = "attribute_exists(backlog) AND attempt = :attempt"


def take_out(table: Table, work: Bucket, shards: Sequence[Row], subject: Subject) -> bool:
    """Put a shard of the others in the place of each; say whether all were still waiting.

    The two change places in one write, so that no note waits twice and none of the others stops waiting.
    """
    taken = [_take_out(table, work, row, subject) for row in shards]
    return all(taken)


def _take_out(table: Table, work: Bucket, row: Row, subject: Subject) -> bool:
    key: str = row["key"]
    sidecars = work.read(sidecar_key(key)).splitlines(keepends=True)
    lines = work.read(key).splitlines(keepends=True)
    stays = [place for place, line in enumerate(sidecars) if not _is_mine(line, subject)]
    # As of a shard that was split, its notes are elsewhere now.
    values = {"attempt": row["attempt"], "divided": True}
    leave = Change(row["pk"], "SHARD", "SET divided = :divided REMOVE backlog", _IS_WAITING, values)
    if not stays:
        return table.update(leave.pk, leave.sk, leave.expression, leave.condition, **leave.values)
    body, sidecar = (b"".join(each[place] for place in stays) for each in (lines, sidecars))
    other = part_key(key, digest(*map(str, stays))[:8])
    work.write(sidecar_key(other), sidecar)
    work.write(other, body)
    size = {"notes": len(stays), "tokens": estimate_tokens(body.decode()), "bytes": len(body)}
    wait = Put({**row, "pk": f"SHARD#{other}", "key": other, **size}, "attribute_not_exists(pk)", {})
    return table.put_together([leave, wait])


def _is_mine(line: bytes, subject: Subject) -> bool:
    sidecar = Sidecar.model_validate_json(line)
    return (sidecar.note_uid, sidecar.content_sha256) in subject.versions
