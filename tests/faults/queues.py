"""SQS and EventBridge as the template wires them; the simulator says who gets which message when."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from moto.events.models import EventPattern
from tests.faults.clock import Clock

from chartbrief.local_cloud.resources import Resources

Event = dict[str, Any]


@dataclass
class Message:
    """A message on a queue; `receives` counts how often it was handed out."""

    id: str
    body: str
    sent_at: float
    visible_at: float
    receives: int = 0


@dataclass
class Queue:
    """A queue, its messages, and those that were received too often."""

    name: str
    visibility: float
    retention: float
    max_receives: int
    clock: Clock
    messages: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    sent: int = 0

    def send(self, body: str, delay: float = 0) -> None:
        self.sent += 1
        now = self.clock.seconds
        self.messages.append(Message(f"{self.name}-{self.sent}", body, now, now + delay))

    def visible(self) -> list[Message]:
        """What can be received now; what is too old goes, and what was received too often goes to the dead letters."""
        now = self.clock.seconds
        self.messages = [m for m in self.messages if m.sent_at + self.retention > now]
        seen = [m for m in self.messages if m.visible_at <= now]
        for message in [m for m in seen if m.receives >= self.max_receives]:
            self.messages.remove(message)
            self.dead.append(message)
        return [m for m in seen if m.receives < self.max_receives]

    def receive(self, messages: list[Message]) -> None:
        for message in messages:
            message.receives += 1
            message.visible_at = self.clock.seconds + self.visibility

    def delete(self, messages: list[Message]) -> None:
        self.messages = [m for m in self.messages if m not in messages]

    def next_moment(self) -> float:
        return min((m.visible_at for m in self.messages), default=float("inf"))

    def clear(self) -> None:
        self.messages, self.dead, self.sent = [], [], 0


class Wiring:
    """The template's queues by URL, and its rules: where an event goes."""

    def __init__(self, resources: Resources, clock: Clock) -> None:
        self.by_url = {}
        self._by_arn = {}
        for name in resources.of_type("AWS::SQS::Queue"):
            queue = _queue(name, resources.properties(name), clock)
            self.by_url[resources.attribute(name, "Ref")] = queue
            self._by_arn[resources.attribute(name, "Arn")] = queue
        self._rules = [resources.properties(name) for name in resources.of_type("AWS::Events::Rule")]
        self.announced: list[Event] = []
        self.when_sent: Callable[[Queue], None] = lambda queue: None

    def queue(self, arn: str) -> Queue:
        return self._by_arn[arn]

    def named(self, name: str) -> Queue:
        return next(queue for queue in self.by_url.values() if queue.name == name)

    def clear(self) -> None:
        self.announced = []
        for queue in self.by_url.values():
            queue.clear()

    def send(self, url: str, body: str, delay: float = 0) -> None:
        self.by_url[url].send(body, delay)
        self.when_sent(self.by_url[url])

    def put_events(self, entries: list[Event]) -> Event:
        for entry in entries:
            bus = entry.get("EventBusName", "default").rpartition("/")[2]
            event = {
                "source": entry["Source"],
                "detail-type": entry["DetailType"],
                "detail": json.loads(entry["Detail"]),
            }
            self.announced.append(event)
            for queue in self._targets(bus, event):
                queue.send(json.dumps(event))
                self.when_sent(queue)
        return {"FailedEntryCount": 0, "Entries": [{"EventId": str(place)} for place, _ in enumerate(entries)]}

    def _targets(self, bus: str, event: Event) -> list[Queue]:
        found = []
        for rule in self._rules:
            listens = rule.get("EventBusName", "default").rpartition("/")[2] == bus
            if listens and EventPattern.load(json.dumps(rule["EventPattern"])).matches_event(event):  # type: ignore
                found += [
                    self._by_arn[target["Arn"]] for target in rule.get("Targets", []) if target["Arn"] in self._by_arn
                ]
        return found


def _queue(name: str, properties: dict[str, Any], clock: Clock) -> Queue:
    policy = properties.get("RedrivePolicy", {})
    most = int(policy["maxReceiveCount"]) if policy else 1_000_000
    retention = float(properties.get("MessageRetentionPeriod", 345_600))
    return Queue(name, float(properties.get("VisibilityTimeout", 30)), retention, most, clock)
