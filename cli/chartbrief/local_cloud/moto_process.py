"""moto's server as a process of its own, with the few events it simplifies made true.

`python -m chartbrief.local_cloud.moto_process PORT`
"""

from __future__ import annotations

import copy
import itertools
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chartbrief.local_cloud.processes import die_with_parent

_sequence = itertools.count(1)


def object_event(account: str, bucket: Any, detail_type: str, reason: str, key: Any) -> dict[str, Any]:
    """Return S3's event for EventBridge: ISO time, a new id, and a sequencer that grows with every write."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": account,
        "time": _now(),
        "region": bucket.region_name,
        "resources": [bucket.arn],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": {
                "key": key.name,
                "size": key.size,
                "etag": key.etag.replace('"', ""),
                "version-id": key.version_id,
                "sequencer": f"{next(_sequence):018X}",
            },
            "request-id": uuid.uuid4().hex[:16].upper(),
            "requester": account,
            "source-ip-address": "127.0.0.1",
            "reason": reason,
        },
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def make_events_true() -> None:
    """Replace moto's S3 events, and give every event that reaches a rule's targets an ISO time."""
    from moto.events.models import Rule, events_backends
    from moto.s3 import notifications

    def send(account_id: str, bucket: Any, event_name: str, key: Any) -> None:
        name = str(getattr(event_name, "value", event_name))
        reason = {"Put": "PutObject", "Copy": "CopyObject", "Post": "POST Object"}.get(name.split(":")[-1], name)
        event = object_event(account_id, bucket, notifications._detail_type(event_name), reason, key)
        # AWS services put their events on the default bus alone.
        for rule in list(events_backends[account_id][bucket.region_name].event_buses["default"].rules.values()):
            rule.send_to_targets(event, transform_input=False)

    notifications._send_event_bridge_message = send
    Rule.send_to_targets = _with_iso_time(Rule.send_to_targets)


def _with_iso_time(original: Callable[..., None]) -> Callable[..., None]:
    def send_to_targets(rule: Any, event: dict[str, Any], *arguments: Any, **options: Any) -> None:
        event = copy.deepcopy(event)
        if not isinstance(event.get("time"), str):
            event["time"] = _now()
        original(rule, event, *arguments, **options)

    return send_to_targets


def main() -> None:
    """Serve on the loopback interface until killed, or until the parent dies."""
    die_with_parent()
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import run_simple

    make_events_true()
    application = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(sys.argv[1]), application, threaded=True)


if __name__ == "__main__":
    main()
