"""The local cloud as a whole: started in parallel, asked whether it is idle, and always stopped."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from chartbrief.errors import CloudFailedError
from chartbrief.kept_state import write_description
from chartbrief.local_cloud.iam.cloud_grants import CloudGrants
from chartbrief.local_cloud.message_counts import MessageCounts
from chartbrief.local_cloud.pollers import QueuePoller, start_pollers
from chartbrief.local_cloud.processes import Child
from chartbrief.local_cloud.resources import Resources
from chartbrief.local_cloud.runtimes import Runtime, RuntimesFactory, workers
from chartbrief.local_cloud.services import Services
from chartbrief.local_cloud.sessions import LocalSession
from chartbrief.local_cloud.state import (
    copy_bucket,
    keep_state,
    mark_reported,
    read_busy,
    read_rows,
    read_times,
    read_unreported,
    settle_state,
)
from chartbrief.local_cloud.template import Template
from chartbrief.local_cloud.wiring import STEPS, read_functions
from chartbrief.options import LocalOption
from chartbrief.time_split import Span

_START_SECONDS = 180.0


class LocalCloud:
    """A running stack of a template; use it as a context manager."""

    def __init__(
        self,
        template: Path,
        option: LocalOption,
        state_dir: Path,
        parameters: Mapping[str, str],
        *,
        speed: float = 1.0,
        model_command: list[str] | None = None,
        make_runtimes: RuntimesFactory = workers,
        logs: Path | None = None,
    ) -> None:
        """Describe the stack; nothing is started yet.

        Args:
            template: the SAM template.
            option: which model answers, behind which service.
            state_dir: where the buckets, the ledger and the queues are kept (`kept_cloud`).
            parameters: values for the template's parameters.
            speed: how many seconds of a schedule pass in one second.
            model_command: arguments for Python that start another model server; a port is appended.
            make_runtimes: makes what runs the functions.
            logs: where logs go, if not to `state_dir/logs`.
        """
        self._state_dir, self._given, self._goes_on = state_dir, dict(parameters), False
        self._template = Template(template, parameters)
        self._logs = logs or state_dir / "logs"
        self._speed = speed
        self._services = Services(option, self._template.parameters, model_command)
        self._aws, self._endpoints = self._services.aws, self._services.environment
        self._children: list[Child] = []
        self._make_runtimes = make_runtimes
        self._runtimes: Sequence[Runtime] = []
        self._pollers: list[QueuePoller] = []
        self._stopping = threading.Event()
        self._session = LocalSession(self._endpoints)
        self.resources = Resources(self._template, self._session)
        self._messages = MessageCounts(self.resources, self._session)
        self._grants = CloudGrants(self.resources, self._template.path, (self._aws, self._services.inference))

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._stop_functions()
            settle_state(self._aws)
        self.close()

    def _start(self) -> None:
        for service in self._services.processes:
            log = self._logs / f"{service.name}.log"
            self._children.append(Child.start(service.name, service.command, log, self._endpoints))
        with ThreadPoolExecutor(len(self._children) + 4) as pool:
            urls = [service.ready_url for service in self._services.processes]
            moto, *others = map(pool.submit, (c.wait_for for c in self._children), urls, repeat(_START_SECONDS))
            moto.result()
            try:
                self.resources.create_all()
                self._take_up_state()
                functions = read_functions(self.resources)
            except (BotoCoreError, ClientError) as error:
                raise CloudFailedError(f"the template's resources could not be made: {error}") from error
            self._runtimes = self._make_runtimes(functions, self._logs, self._endpoints)
            for started in [*others, *(pool.submit(runtime.warm) for runtime in self._runtimes)]:
                started.result()
        self._grants.give()  # before anything is dropped
        sqs = self._session.client("sqs")
        self._pollers = start_pollers(self._runtimes, sqs, self._stopping, self._speed, goes_on=self._goes_on)

    def _take_up_state(self) -> None:
        write_description(self._state_dir, self._template.path, self._given)
        outputs = self.outputs
        names = outputs.get("LedgerTable", ""), outputs.get("SummariesBucket", "")
        self._goes_on = keep_state(self._aws, self._state_dir, *names)

    @property
    def outputs(self) -> dict[str, str]:
        """Logical id → physical name, or URL for a queue, of every resource that can hold something."""
        kinds = ("AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::Events::EventBus")
        return {name: self.resources.attribute(name, "Ref") for kind in kinds for name in self.resources.of_type(kind)}

    def session(self) -> LocalSession:
        """Return the factory of clients for the stack's services."""
        return self._session

    def idle(self) -> bool:
        """Say whether nothing moves: no message, no running handler, no job.

        Raises:
            CloudFailedError: a part of the cloud has died, or a function did what its policy does not allow.
        """
        for child in self._children:
            if child.process.poll() is not None:
                raise CloudFailedError(f"{child.name} has died; see {child.log}")
        self._grants.check()
        moving = any(runtime.busy for runtime in self._runtimes) or any(poller.active for poller in self._pollers)
        return not moving and not read_busy(self._services.inference) and not self._messages.waiting()

    def dead_letters(self) -> dict[str, int]:
        """Return how many messages lie in each dead-letter queue, by its logical id."""
        return self._messages.dead()

    def unreported_drops(self) -> list[dict[str, Any]]:
        """Return what was dropped since the last `mark_reported`, in order: `key`, `version_id`, `size`, `md5`."""
        return read_unreported(self._aws, self.outputs["NotesBucket"])

    def mark_reported(self) -> None:
        """Note that a person was told what became of everything that was dropped so far."""
        mark_reported(self._aws)

    def drops_waiting(self) -> int:
        """Return how many messages wait for the function that stages what was dropped, or are with it."""
        return self._messages.count("NotesUploadedQueue")

    def object_rows(self) -> list[dict[str, Any]]:
        """Return the ledger's rows of every dropped object: its own, and its receipts'."""
        return read_rows(self._aws, self.outputs["LedgerTable"], "OBJECT#")

    def copy_summaries(self, folder: Path) -> None:
        """Write every object of the summaries bucket under a folder, key for path."""
        copy_bucket(self._aws, self.outputs["SummariesBucket"], folder)

    def spans(self) -> list[Span]:
        """Return what the model, the jobs and the functions did so far, and when."""
        times = read_times(self._services.inference)
        times |= {step: r.invocations for r in self._runtimes if (step := STEPS.get(r.function.name))}
        return [Span(step, start, end) for step, pairs in times.items() for start, end in pairs]

    def close(self) -> None:
        """Stop everything; safe to call more than once, and from a signal handler's unwinding."""
        self._stop_functions()
        for child in reversed(self._children):
            child.stop()
        for poller in self._pollers:
            if poller.is_alive():
                poller.join(timeout=2)

    def _stop_functions(self) -> None:
        self._stopping.set()
        for runtime in self._runtimes:
            runtime.stop()
