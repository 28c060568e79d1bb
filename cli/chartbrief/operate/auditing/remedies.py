"""What to type about a finding; `{where}` names the deployment, `{notes}` and `{summaries}` its buckets."""

from __future__ import annotations

_LOOK = "chartbrief status {where} "
_REPAIR = "   then chartbrief audit {where} --repair"

REMEDIES = {
    "announce": "chartbrief backfill s3://{notes}/{key} --all-versions {where}",
    "repair-file": _LOOK + "{object_id}" + _REPAIR,
    "repair-note": _LOOK + "{note_uid}" + _REPAIR,
    "drop-again": _LOOK + "{object_id}   then drop the file again: what has a summary counts as duplicate",
    "versioning": "turn the bucket's versioning on again (template.yaml does), then drop the file again",
    "look-file": _LOOK + "{object_id}",
    "look-note": _LOOK + "{note_uid}",
    "look-batch": _LOOK + "{batch_id}",
    "gone": "if your retention removed it, say so with --retention DAYS; else look for who deleted it (CloudTrail)",
    "waiting": "chartbrief status {where}   says what holds the backlog up",
}
