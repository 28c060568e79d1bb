"""The local cloud with the built functions in Lambda's containers, as SAM runs them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.sam_local.cold_and_warm import HEAD, measured
from tests.sam_local.engine import Engine, NoEngineError
from tests.sam_local.front import Front
from tests.sam_local.start_lambda import ContainerRuntime, StartLambda

from chartbrief.cloud import DEFAULT_TEMPLATE, FieldNames, local_parameters
from chartbrief.local_cloud import LocalCloud
from chartbrief.local_cloud.wiring import Function
from chartbrief.options import local_option

_measured: list[str] = []


@dataclass
class SamCloud:
    """The cloud, what SAM runs for it, and its functions by name."""

    cloud: LocalCloud
    engine: Engine
    service: StartLambda
    functions: dict[str, ContainerRuntime]
    endpoints: Mapping[str, str]
    remarks: list[str]


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Skip where nothing can run a container, or nobody asked for it."""
    if "SAM" not in os.environ:
        pytest.skip("these tests need the SAM CLI and a container engine: make sam-local")
    try:
        found = Engine()
    except NoEngineError as error:
        pytest.skip(str(error))
    yield found
    found.close()


@pytest.fixture(scope="session")
def sam(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamCloud]:
    """The template's stack, its functions in containers; one for all tests, as its containers take a while to start."""
    folder, way, found = tmp_path_factory.mktemp("sam"), engine.way_home(), dict[str, ContainerRuntime]()
    services: list[StartLambda] = []
    given: dict[str, str] = {}
    with ExitStack() as open_things:

        def containers(
            functions: Sequence[Function], logs: Path, endpoints: Mapping[str, str]
        ) -> list[ContainerRuntime]:
            fed = {f.name: (f, open_things.enter_context(Front(way.listen, f.name, endpoints))) for f in functions}
            given.update(endpoints)
            services.append(StartLambda(fed, endpoints["AWS_ENDPOINT_URL"], engine, logs))
            open_things.callback(services[0].stop)
            found.update({function.name: ContainerRuntime(function, services[0]) for function in functions})
            return list(found.values())

        parameters = local_parameters(FieldNames())
        made = LocalCloud(DEFAULT_TEMPLATE, local_option(), folder, parameters, make_runtimes=containers)
        cloud = open_things.enter_context(made)
        everything = SamCloud(cloud, engine, services[0], found, given, _measured)
        yield everything
        _measured[:0] = [HEAD, *measured(engine, services[0].containers(), found)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured, passed or not."""
    for line in _measured:
        terminalreporter.write_line(line)
