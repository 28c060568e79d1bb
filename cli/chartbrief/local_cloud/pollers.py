"""Event sources: threads that take messages off queues, or wait for a schedule, and invoke functions."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chartbrief.local_cloud.functions_runtime import InvocationError
from chartbrief.local_cloud.runtimes import Runtime
from chartbrief.local_cloud.template import ACCOUNT, REGION
from chartbrief.local_cloud.wiring import QueueSource, ScheduleSource

_IDLE_SECONDS = 0.2  # between two looks into an empty queue; no long polls, as moto answers one request at a time
_LARGEST_RECEIVE = 10  # messages of one ReceiveMessage


class QueuePoller(threading.Thread):
    """Takes messages off a queue in batches and gives them to a function, as Lambda's own poller does.

    What the function reports as failed stays on the queue until its visibility time-out, and goes to the dead-letter
    queue after as many receives as the queue's redrive policy says: both are the queue's own doing.
    """

    def __init__(self, runtime: Runtime, source: QueueSource, sqs: Any, stopping: threading.Event) -> None:
        super().__init__(name=f"poll-{runtime.function.name}", daemon=True)
        self._runtime, self._source, self._sqs, self._stopping = runtime, source, sqs, stopping
        self._url = sqs.get_queue_url(QueueName=source.queue_arn.rsplit(":", 1)[-1])["QueueUrl"]
        self.active = False

    def run(self) -> None:
        """Poll until the cloud stops."""
        while not self._stopping.is_set():
            try:
                messages = self._gather()
                if messages:
                    self._deliver(messages)
            except (BotoCoreError, ClientError):
                messages = []  # the cloud is stopping, or busy
            self.active = False
            if not messages:
                self._stopping.wait(_IDLE_SECONDS)

    def _gather(self) -> list[dict[str, Any]]:
        messages = self._receive()
        deadline = time.monotonic() + self._source.window_seconds
        while messages and len(messages) < self._source.batch_size and time.monotonic() < deadline:
            if self._stopping.wait(0.1):
                return []
            messages += self._receive(len(messages))
        return messages

    def _receive(self, have: int = 0) -> list[dict[str, Any]]:
        most = min(_LARGEST_RECEIVE, self._source.batch_size - have)
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=most,
            WaitTimeSeconds=0,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        self.active = self.active or bool(messages)
        return messages

    def _deliver(self, messages: Sequence[dict[str, Any]]) -> None:
        event = {"Records": [_record(message, self._source.queue_arn) for message in messages]}
        try:
            answer = self._runtime.invoke(event)
        except InvocationError:
            return  # the whole batch comes again
        failed = _failed(answer) if self._source.reports_failures else set()
        if failed is None:
            return
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])


def _failed(answer: Any) -> set[str] | None:
    """Return the reported message ids; None (all failed) for an answer that is not as Lambda wants it."""
    if answer is None:
        return set()
    try:
        return {item["itemIdentifier"] for item in answer.get("batchItemFailures", [])}
    except (AttributeError, KeyError, TypeError):
        return None


def _record(message: dict[str, Any], arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": message.get("MessageAttributes", {}),
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


class SchedulePoller(threading.Thread):
    """Invokes a function every so many seconds with the scheduler's event.

    In a cloud that goes on from an earlier one it does so at once: time has passed, and jobs that ran have ended.
    """

    def __init__(
        self,
        runtime: Runtime,
        source: ScheduleSource,
        stopping: threading.Event,
        speed: float = 1.0,
        goes_on: bool = False,
    ) -> None:
        super().__init__(name=f"schedule-{source.name}", daemon=True)
        self._runtime, self._source, self._stopping = runtime, source, stopping
        self._period, self._goes_on = source.seconds / speed, goes_on

    def run(self) -> None:
        """Tick until the cloud stops."""
        while not self._stopping.wait(0 if self._goes_on else self._period):
            self._goes_on = False
            try:
                self._runtime.invoke(schedule_event(self._source.name))
            except InvocationError:
                continue  # the next tick will come


def start_pollers(
    runtimes: Sequence[Runtime], sqs: Any, stopping: threading.Event, speed: float, *, goes_on: bool
) -> list[QueuePoller]:
    """Start every event source of the functions; return those of queues."""
    for runtime in runtimes:
        for schedule in runtime.function.schedules:
            SchedulePoller(runtime, schedule, stopping, speed, goes_on).start()
    pollers = [QueuePoller(each, source, sqs, stopping) for each in runtimes for source in each.function.queues]
    for poller in pollers:
        poller.start()
    return pollers


def schedule_event(name: str) -> dict[str, Any]:
    """Return the event EventBridge Scheduler invokes a function with."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{name}"],
        "detail": "{}",
    }
