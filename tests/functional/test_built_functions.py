"""The built functions, alone with what Lambda gives them, take every envelope and summarize a drop between them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from tests.functional.books import books
from tests.functional.built_functions import BUILT, EmulatedFunction, runtime_packages, why_not
from tests.functional.envelope_sources import DONE, ENVELOPES, function_for, read_envelope

from chartbrief.cloud import CHECKOUT, DEFAULT_TEMPLATE
from chartbrief.local_cloud import LocalCloud
from chartbrief.local_cloud.functions_runtime import InvocationError
from chartbrief.local_cloud.wiring import Function
from chartbrief.options import local_option
from notes_pipeline.core.parquet import from_parquet

MODEL = [str(CHECKOUT / "tests/functional/toy_model_server.py")]
PARAMETERS = {"ModelName": "toy", "EndpointName": "none", "MaxWaitSeconds": "0"}
PATIENCE_SECONDS = 60
DROP = "note_id,patient_id,note\n1,p,Fever since Monday. Cough.\n2,p,\n3,q,Chest pain. ECG normal.\n"

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


class Emulated:
    """The cloud, and its functions by name."""

    cloud: LocalCloud
    functions: dict[str, EmulatedFunction]

    def __init__(self, folder: Path) -> None:
        self._packages = folder / "runtime"
        self._packages.mkdir()
        runtime_packages(self._packages)
        self.cloud = LocalCloud(
            DEFAULT_TEMPLATE,
            local_option(),
            folder,
            PARAMETERS,
            model_command=MODEL,
            make_runtimes=self._make,
        )

    def _make(self, functions: Sequence[Function], logs: Path, endpoints: Mapping[str, str]) -> list[EmulatedFunction]:
        def start(function: Function) -> EmulatedFunction:
            layers = [layer["Ref"] for layer in self._layers(function.name)]
            return EmulatedFunction(function, self._packages, layers, logs / f"{function.name}.log", endpoints)

        self.functions = {function.name: start(function) for function in functions}
        return list(self.functions.values())

    def _layers(self, name: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.cloud._template.resources[name]["Properties"].get("Layers", [])
        return found


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    made = Emulated(tmp_path_factory.mktemp("emulated"))
    with made.cloud:
        yield made


@pytest.mark.parametrize("name", [path.stem for path in ENVELOPES])
def test_a_built_function_takes_an_envelope(emulated: Emulated, name: str) -> None:
    event = read_envelope(name)
    assert emulated.functions[function_for(emulated.cloud.resources, event)].invoke(event) == DONE


def test_what_the_functions_raise_reaches_the_caller(emulated: Emulated) -> None:
    with pytest.raises(InvocationError, match="UnexpectedBatchTypeError"):
        emulated.functions["TransformFinishedFunction"].invoke({})


def test_a_drop_goes_through_all_four_and_into_the_tables(emulated: Emulated) -> None:
    cloud = emulated.cloud
    s3, places, before = cloud.session().client("s3"), cloud.outputs, books(cloud)
    s3.put_object(Bucket=places["NotesBucket"], Key="incoming/ehr/monday.csv", Body=DROP.encode())
    tables: list[str] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not tables and time.monotonic() < deadline:
        time.sleep(0.2)
        listed = s3.list_objects_v2(Bucket=places["SummariesBucket"], Prefix="table/")
        tables = [item["Key"] for item in listed.get("Contents", [])]
    assert books(cloud) - before == {"summarized": 2, "quarantined": 1}
    bodies = [s3.get_object(Bucket=places["SummariesBucket"], Key=key)["Body"].read() for key in tables]
    assert {row["note_id"] for body in bodies for row in from_parquet(body)} == {"1", "3"}


def test_a_function_sees_nothing_of_this_environment_but_what_was_built(emulated: Emulated, tmp_path: Path) -> None:
    function = emulated.functions["NotesUploadedFunction"].function
    packages = tmp_path / "runtime"
    packages.mkdir()
    runtime_packages(packages)
    assert not {"pyarrow", "pydantic", "aws_lambda_powertools", "moto"} & {path.name for path in packages.iterdir()}
    elsewhere = Function("ParquetLayer", function.handler, 5, 1, {})
    assert BUILT.joinpath("ParquetLayer").is_dir()  # an artifact without our code: nobody else gives it
    alone = EmulatedFunction(elsewhere, packages, [], tmp_path / "log", {})
    try:
        alone.warm()
        with pytest.raises(InvocationError, match="ImportModuleError"):
            alone.invoke({})
    finally:
        alone.stop()
