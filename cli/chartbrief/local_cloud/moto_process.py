"""moto's server as a process of its own, with the few events it simplifies made true.

`python -m chartbrief.local_cloud.moto_process PORT`
"""

from __future__ import annotations

import copy
import gc
import itertools
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

from chartbrief.local_cloud.iam.enforcement import Grants, with_grants
from chartbrief.local_cloud.moto_puts import with_plain_puts
from chartbrief.local_cloud.moto_speed import make_fast
from chartbrief.local_cloud.moto_state import with_state
from chartbrief.local_cloud.processes import leave_interrupts_to_parent
from chartbrief.local_cloud.wsgi_server import Server

_SWITCH_SECONDS = 0.0002
# From the clock, so that it also grows from run to run: a ledger may be taken up from an earlier one.
_sequence = itertools.count(time.time_ns())


def object_event(account: str, bucket: Any, detail_type: str, reason: str, key: Any) -> dict[str, Any]:
    """Return S3's event for EventBridge: a new id, and a sequencer that grows with every write.

    The time is in epoch seconds, as moto keeps it; moto writes it as ISO 8601 into the queues' messages.
    """
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": account,
        "time": time.time(),
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


def make_events_true() -> None:
    """Replace moto's S3 events, and keep the targets of one rule from changing another rule's event."""
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
    Rule.send_to_targets = _with_own_event(Rule.send_to_targets)


def _with_own_event(original: Callable[..., None]) -> Callable[..., None]:
    # moto rewrites the event's time in place for each target, and fails on the second.
    def send_to_targets(rule: Any, event: dict[str, Any], *arguments: Any, **options: Any) -> None:
        original(rule, copy.deepcopy(event), *arguments, **options)

    return send_to_targets


def main() -> None:
    """Serve on the loopback interface until killed, or until the parent dies."""
    leave_interrupts_to_parent()
    gc.disable()  # looking through millions of stored values for cycles, again and again, is a tenth of a run
    # A thread that comes back from its socket otherwise waits 5 ms for each of the others that computes.
    sys.setswitchinterval(_SWITCH_SECONDS)
    from moto.server import DomainDispatcherApplication, create_backend_app

    make_events_true()
    make_fast()
    aws = with_state(with_plain_puts(DomainDispatcherApplication(create_backend_app)))
    application = with_grants(aws, Grants())
    Server(int(sys.argv[1]), application).serve_forever()


if __name__ == "__main__":
    main()
