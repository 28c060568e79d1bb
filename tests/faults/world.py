"""One deployed stack in this process: the template's resources in moto, its handlers, its queues, and a clock.

A world is built once and used for many schedules: `begin` empties every bucket, table and queue.
"""

import importlib
import io
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from moto.dynamodb.models import dynamodb_backends
from moto.moto_api._internal import mock_random
from moto.s3.models import _VersionedKeyStore, s3_backends
from tests.faults.calls import Call, Faults, calling_place, refusal, with_fault
from tests.faults.clock import Clock
from tests.faults.grants import Grants
from tests.faults.lambdas import Context, silence
from tests.faults.queues import Event, Wiring
from tests.faults.services import Services
from tests.faults.short_cuts import short_cut
from tests.faults.strands import Invocation
from tests.functional.stack import Session

from chartbrief.cloud import DEFAULT_TEMPLATE
from chartbrief.local_cloud.resources import Resources
from chartbrief.local_cloud.template import ACCOUNT, REGION, Template
from chartbrief.local_cloud.wiring import Function, read_functions
from notes_pipeline.aws import clients

CALL_SECONDS = 0.05
ACCESS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": REGION}
PARAMETERS = {"ModelName": "toy-model", "EndpointName": "none", "MaxWaitSeconds": "0"}
STAND_INS = {
    "sagemaker": "sagemaker",
    "sagemaker_runtime": "sagemaker",
    "bedrock": "bedrock",
    "bedrock_runtime": "bedrock",
}
STARTS = {"CreateTransformJob", "CreateModelInvocationJob", "InvokeEndpoint", "InvokeEndpointAsync", "Converse"}


class _StandIn:
    """A service that is not moto's behind the gate."""

    def __init__(self, world: "World", name: str) -> None:
        self._world, self._name = world, name
        self.clock = world.clock

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        service = getattr(self._world.services, self._name)
        name = operation.title().replace("_", "")
        return lambda **request: self._world.call(name, lambda: getattr(service, operation)(**request))


class World:
    """The stack with some parameters; `shared` are the resources of another world in the same moto."""

    def __init__(self, clock: Clock, parameters: dict[str, str], shared: "World | None" = None) -> None:
        self.takes_short_cuts = True
        template = Template(DEFAULT_TEMPLATE, PARAMETERS | parameters)
        self.clock, self.session = clock, Session()
        self.resources = Resources(template, self.session)
        if shared:
            self.resources._made = shared.resources._made
        self.resources.create_all()
        self.functions: dict[str, Function] = {f.name: f for f in read_functions(self.resources)}
        self.wiring = Wiring(self.resources, clock)
        self.buckets = {n: self.resources.attribute(n, "Ref") for n in self.resources.of_type("AWS::S3::Bucket")}
        self._of_moto("NotesBucket").notification_configuration = None  # the simulator tells of drops itself
        self.services = Services(_Events(self), template.parameters, self.buckets["WorkBucket"], clock)
        self.grants = Grants(self.resources)
        self.begin(0, Faults(), {})

    def begin(self, seed: int, faults: Faults, environment: dict[str, str]) -> None:
        """Start from nothing, with these faults and these changes of the functions' environments."""
        mock_random.seed(seed)
        self.clock.reset(seed)
        self.faults, self.environment = faults, environment
        self.calls: list[Call] = []
        self.current: Invocation | None = None
        self.refusals: list[str] = []
        self.trace: Callable[[str], None] = lambda line: None
        for name in self.buckets:
            self._of_moto(name).keys = _VersionedKeyStore()
        self._table().items.clear()
        self.wiring.clear()
        self.services.reset()

    def _of_moto(self, bucket: str) -> Any:
        return s3_backends[ACCOUNT]["aws"].buckets[self.buckets[bucket]]

    def _table(self) -> Any:
        return dynamodb_backends[ACCOUNT][REGION].tables[self.resources.attribute("LedgerTable", "Ref")]

    def objects(self, bucket: str, prefix: str = "") -> dict[str, bytes]:
        """What a bucket holds, without asking moto's interface."""
        keys = self._of_moto(bucket).keys
        return {key: keys[key].value for key in sorted(keys) if key.startswith(prefix)}

    def rows(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The ledger's rows by their keys, values as plain ones."""
        found = {}
        for item in self._table().all_items():
            row = {name: int(v.value) if v.type == "N" else v.value for name, v in item.attrs.items()}
            found[row["pk"], row["sk"]] = row
        return found

    def invocation(self, function: str, event: Event, ended: Callable[[Invocation], None]) -> Invocation:
        """Prepare a run of a function's handler."""
        found = self.functions[function]
        module, _, attribute = found.handler.rpartition(".")
        handler = getattr(importlib.import_module(module), attribute)
        context = Context(function, found.timeout, self.clock)
        return Invocation(function, lambda: handler(event, context), ended)

    def step(self, invocation: Invocation, *, alone: bool) -> None:
        """Let an invocation go on: to its end, or to its next call."""
        self.current = invocation
        invocation.run_alone() if alone else invocation.step()
        self.current = None

    def call(self, operation: str, do: Callable[[], Any]) -> Any:
        """The gate: every AWS call of a handler, and what becomes of it."""
        invocation = self.current
        assert invocation is not None
        invocation.pause()
        self.current = invocation
        if invocation.is_dead:
            invocation.die()
        self.clock.seconds += CALL_SECONDS
        call = Call(len(self.calls) + 1, invocation.function, operation, calling_place())
        self.calls.append(call)
        effect = self.faults.of(call)
        if effect:
            self.trace(f"  call {call.number} {effect}: {call.site}")
            invocation.is_faulted = True
        elif operation in STARTS and self.refusals:
            raise refusal(self.refusals.pop(0), operation)
        return with_fault(effect, operation, do, invocation.die)

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Let the handlers' clients come through the gate, and give them their environment."""
        variables = {k: v for f in self.functions.values() for k, v in f.environment.items()}
        stand_ins = {name: _StandIn(self, service) for name, service in STAND_INS.items()}
        original, world = BaseClient._make_api_call, self
        ours = {clients.s3(), clients.dynamodb(), clients.sqs(), clients.events()}

        def gate(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
            if client not in ours:
                return world._route(client, operation, request, original)
            world.grants.note(world.current, client.meta.service_model.service_name, operation, request)
            return world.call(operation, lambda: world._route(client, operation, request, original))

        with (
            patch.dict(os.environ, {**ACCESS, **variables, **self.environment}),
            patch.multiple(clients, **{name: lambda one=one: one for name, one in stand_ins.items()}),
            patch.object(BaseClient, "_make_api_call", gate),
            silence(),
            redirect_stdout(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.filterwarnings("ignore", "No application metrics")
            yield

    def _route(self, client: BaseClient, operation: str, request: dict[str, Any], original: Any) -> Any:
        if operation == "SendMessage":
            self.wiring.send(request["QueueUrl"], request["MessageBody"], request.get("DelaySeconds", 0))
            return {}
        if operation == "SendMessageBatch":
            for entry in request["Entries"]:
                self.wiring.send(request["QueueUrl"], entry["MessageBody"], entry.get("DelaySeconds", 0))
            return {"Successful": [{"Id": entry["Id"]} for entry in request["Entries"]], "Failed": []}
        if operation == "PutEvents":
            return self.wiring.put_events(request["Entries"])
        way = short_cut(operation, request) if self.takes_short_cuts else None
        return way() if way else original(client, operation, request)


class _Events:
    """The session of the services: their events go to the simulated bus."""

    def __init__(self, world: World) -> None:
        self._world = world

    def client(self, service: str, /) -> Any:
        return self if service == "events" else self._world.session.client(service)

    def put_events(self, Entries: list[Event]) -> Any:  # noqa: N803 - as boto3 has it
        return self._world.wiring.put_events(Entries)
