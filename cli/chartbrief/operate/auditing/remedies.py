"""What to type about a finding; `{where}` names the deployment."""

from __future__ import annotations

_LOOK = "chartbrief status {where} "

REMEDIES = {
    "restage": _LOOK + "{object_id}   then drop the file again under its name: what has a summary counts as duplicate",
    "versioning": "turn the bucket's versioning on again (template.yaml does), then drop the file again",
    "look-file": _LOOK + "{object_id}",
    "look-note": _LOOK + "{note_uid}",
    "look-batch": _LOOK + "{batch_id}",
    "summarize": _LOOK + "{note_uid}   then restore the record by its former version in the summaries bucket",
    "gone": "if your retention removed it, say so with --retention DAYS; else look for who deleted it (CloudTrail)",
    "waiting": _LOOK + "   says what holds the backlog up",
}
