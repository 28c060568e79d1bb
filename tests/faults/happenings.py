"""What can happen in a run: a file is dropped, a message is delivered, a round begins, a call is made, a job ends."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.faults.calls import Faults, ProcessDied
from tests.faults.notes import Drop
from tests.faults.outcome import Outcome
from tests.faults.queues import Message, Queue
from tests.faults.schedules import Schedule
from tests.faults.strands import Invocation
from tests.faults.world import World
from tests.functional.stack import envelope

_EVENTS = {
    "NotesUploadedFunction": "notes_uploaded",
    "BatchDueFunction": "notes_uploaded",
    "TransformFinishedFunction": "transform_finished",
    "SummariesWrittenFunction": "summaries_written",
}


class Happenings:
    """One schedule in a world."""

    def __init__(self, world: World, schedule: Schedule) -> None:
        self.world, self.schedule, self.clock = world, schedule, world.clock
        world.begin(schedule.seed, Faults(dict(schedule.faults)), dict(schedule.environment))
        world.services.ends = list(schedule.ends)
        world.refusals = list(schedule.refusals)
        world.trace = self._tell
        self.outcome = Outcome(schedule)
        self.running: list[Invocation] = []
        self._drops = list(enumerate(schedule.drops))
        self._begin = self._last_tick = self.clock.seconds
        self._quiet_phase, self._calm_since = (
            not schedule.is_random,
            self.clock.seconds + 1e5 * (not schedule.is_random),
        )
        self._draw = self.clock.random
        world.wiring.when_sent = self._repeat_or_lose
        world.services.when_asked, world.services.asking = self._remember, lambda: world.current
        self._in_job: list[str] = []
        self.queues: list[tuple[Queue, str, int]] = [
            (world.wiring.queue(source.queue_arn), function.name, source.batch_size)
            for function in world.functions.values()
            for source in function.queues
        ]

    def _drop(self) -> None:
        place, drop = self._drops.pop(0)
        self.clock.seconds = max(self.clock.seconds, self._begin + place)  # no two at the same time
        self._tell(
            f"drop {drop.path}: {' '.join(f'{n.mark}{n.kind[0]}' for n in drop.notes)}{' broken' * drop.is_broken}"
        )
        self.world.wiring.named("NotesUploadedQueue").send(json.dumps(self._put(place, drop)))
        self._repeat_or_lose(self.world.wiring.named("NotesUploadedQueue"))

    def _put(self, place: int, drop: Drop) -> dict[str, Any]:
        bucket, key = self.world.buckets["NotesBucket"], f"incoming/{drop.path}"
        version = self.world.session.client("s3").put_object(Bucket=bucket, Key=key, Body=drop.body)["VersionId"]
        message: dict[str, Any] = json.loads(envelope("notes_uploaded")["Records"][0]["body"])
        message["time"] = datetime.fromtimestamp(self._begin + 60 * place, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        message["detail"]["bucket"]["name"] = bucket
        message["detail"]["object"] |= {"key": key, "version-id": version, "sequencer": f"{place + 1:018X}"}
        return message

    def _repeat_or_lose(self, queue: Queue) -> None:
        """Have a message that was just sent come twice; lose one that only tells of a job's end."""
        message = queue.messages[-1]
        if queue.name == "TransformFinishedQueue" and '"detail"' in message.body:
            if self._draw.random() < self.schedule.lost_events:
                queue.messages.remove(message)
        elif self._draw.random() < self.schedule.duplicates:
            delay = self._draw.choice((0.0, 200.0, 4000.0))
            queue.messages.append(
                Message(f"{message.id}-again", message.body, message.sent_at, message.visible_at + delay)
            )

    def _tick(self) -> None:
        self._last_tick = self.clock.seconds
        self._tell("tick")
        self._start("BatchDueFunction", envelope("batch_due"), lambda invocation: None)

    def _deliver(self, queue: Queue, function: str, most: int) -> None:
        seen = queue.visible()
        messages = (
            self._draw.sample(seen, self._draw.randint(1, min(most, len(seen))))
            if self.schedule.is_random
            else seen[:most]
        )
        queue.receive(messages)
        self._tell(f"deliver to {function}: {', '.join(m.id for m in messages)}")
        (record,) = envelope(_EVENTS[function])["Records"][:1]
        event = {"Records": [{**record, "messageId": m.id, "body": m.body} for m in messages]}
        self._start(function, event, lambda invocation: self._settle(queue, messages, invocation))

    def _settle(self, queue: Queue, messages: list[Message], invocation: Invocation) -> None:
        if invocation.error is None:
            failed = {item["itemIdentifier"] for item in invocation.answer["batchItemFailures"]}
            queue.delete([m for m in messages if m.id not in failed])

    def _start(self, function: str, event: dict[str, Any], settle: Callable[[Invocation], None]) -> None:
        def ended(invocation: Invocation) -> None:
            self.running = [one for one in self.running if one is not invocation]
            settle(invocation)
            self._look_at(invocation)

        invocation = self.world.invocation(function, event, ended)
        if self.schedule.at_once == 1 or self._quiet_phase:
            self.world.step(invocation, alone=True)
        else:
            self.running.append(invocation)
            self._step(invocation)

    def _step(self, invocation: Invocation) -> None:
        self.world.step(invocation, alone=False)

    def _look_at(self, invocation: Invocation) -> None:
        failed = invocation.error or (invocation.answer or {}).get("batchItemFailures")
        if failed or invocation.is_faulted:
            self.outcome.excused.update(invocation.asked)
        if invocation.error is not None and not isinstance(invocation.error, ProcessDied):
            self._tell(f"  {invocation.function} raised {type(invocation.error).__name__}: {invocation.error}")
        elif failed:
            self._tell(f"  {invocation.function} {'died' if invocation.error else f'reports {failed}'}")

    def _end(self, place: int) -> None:
        """Let a job end, or an asynchronous endpoint answer."""
        self._in_job.clear()
        pending = self.world.services.pending[place]
        job, asker = pending.job, pending.asker
        end = self.world.services.end_next(place)
        self._tell(f"a job ends: {end}")
        self.outcome.ends.append(end)
        # A file of a job is lost as a whole; and what an endpoint keeps failing goes to a job as a whole.
        is_lost = job is None and asker is not None and (asker.is_faulted or asker.error is not None)
        if is_lost or end != "completed" or self.schedule.way == "endpoint" or (job and job.status != "Completed"):
            self.outcome.excused.update(self._in_job)

    def _remember(self, mark: str) -> None:
        """Remember who asked: if it dies, the answer it got may be lost."""
        current = self.world.current
        (current.asked if current else self._in_job).append(mark)

    def _tell(self, line: str) -> None:
        self.outcome.trace.append(f"{(self.clock.seconds - self._begin):9.1f}s  {line}")
