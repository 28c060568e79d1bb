"""The local AWS that a run has kept, alone: no functions, no model, nothing that moves. For operators' commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chartbrief.deployment import Deployment
from chartbrief.errors import UsageError
from chartbrief.kept_state import has_state, read_description
from chartbrief.local_cloud.processes import Child, free_port
from chartbrief.local_cloud.resources import Resources
from chartbrief.local_cloud.services import aws_environment, aws_process
from chartbrief.local_cloud.sessions import LocalSession
from chartbrief.local_cloud.state import keep_state, settle_state
from chartbrief.local_cloud.template import Template
from chartbrief.output_folder import claim

_START_SECONDS = 180.0


@contextmanager
def open_kept(state: Path) -> Iterator[Deployment]:
    """Open the local AWS of a state; what is changed in it is kept.

    Raises:
        UsageError: the folder holds no state, it cannot be used, or a run is using it.
        CloudFailedError: it did not start.
    """
    if not has_state(state):
        raise UsageError(f"{state} holds no state. Name the .chartbrief folder of a run's output with --state.")
    path, given = read_description(state)
    declared, port = Template(path, {}).parameters, free_port()
    template = Template(path, {name: value for name, value in given.items() if name in declared})
    environment, service = aws_environment(port), aws_process(port)
    session = LocalSession(environment)
    with claim(state), _running(Child.start(service.name, service.command, state / "logs" / "kept.log")) as moto:
        moto.wait_for(service.ready_url, _START_SECONDS)
        resources = Resources(template, session)
        resources.create_all()
        names = {name: resources.attribute(name, "Ref") for name in template.resources}
        url = environment["AWS_ENDPOINT_URL"]
        keep_state(url, state, names.get("LedgerTable", ""), names.get("SummariesBucket", ""))
        yield Deployment(session.client, names, dict(template.parameters), environment)
        settle_state(url)


@contextmanager
def _running(child: Child) -> Iterator[Child]:
    try:
        yield child
    finally:
        child.stop()
