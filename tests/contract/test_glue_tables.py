"""The tables that Athena sees have the columns that the Parquet files have, where the files are."""

from typing import Any

import pyarrow as pa
import pytest
from tests.contract.reading import of_type

from notes_pipeline.core.patient_groups import published
from notes_pipeline.core.summary_table import CODES, SUMMARIES

TABLES = {table["TableInput"]["Name"]: table["TableInput"] for table in of_type("AWS::Glue::Table").values()}
SCHEMAS = {"summaries": SUMMARIES, "codes": CODES, "patient_groups": published.PATIENTS, "groups": published.GROUPS}
FOLDERS = {
    "summaries": "table/",
    "codes": "codes/",
    "patient_groups": "groups/current/patients/",
    "groups": "groups/current/groups/",
}
NAMES = {"int32": "int", "int64": "bigint", "double": "double", "bool": "boolean", "string": "string"}


def hive(kind: pa.DataType) -> str:
    """A type of Arrow's as Glue writes it."""
    if pa.types.is_list(kind):
        return f"array<{hive(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{','.join(f'{field.name}:{hive(field.type)}' for field in kind)}>"
    return "timestamp" if pa.types.is_timestamp(kind) else NAMES[str(kind)]


def test_there_is_a_table_for_each_kind_of_file() -> None:
    assert set(TABLES) == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_table_has_the_columns_of_its_files(name: str) -> None:
    columns = {column["Name"]: column["Type"] for column in TABLES[name]["StorageDescriptor"]["Columns"]}
    assert list(columns.items()) == [(field.name, hive(field.type)) for field in SCHEMAS[name]]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_table_is_where_its_files_are(name: str) -> None:
    location = TABLES[name]["StorageDescriptor"]["Location"]["Fn::Sub"]
    assert location == f"s3://${{SummariesBucket}}/{FOLDERS[name]}"


@pytest.mark.parametrize("name", ["summaries", "codes"])
def test_the_days_of_a_table_are_worked_out(name: str) -> None:
    parameters: dict[str, Any] = TABLES[name]["Parameters"]
    assert TABLES[name]["PartitionKeys"] == [{"Name": "dt", "Type": "string"}]
    assert (parameters["projection.enabled"], parameters["projection.dt.type"]) == ("true", "date")
    template = parameters["storage.location.template"]["Fn::Sub"]
    assert template == f"s3://${{SummariesBucket}}/{FOLDERS[name]}dt=${{!dt}}/"
