"""An S3 Inventory report in place of a listing: CSV or Parquet, with its age, and younger drops treated rightly."""

import gzip
import io
import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.functional.audited import Ward
from tests.functional.operators import operate
from tests.functional.stack import Stack

COLUMNS = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate"
PARQUET = (
    "message s3.inventory { required binary bucket (UTF8); required binary key (UTF8);"
    " optional binary version_id (UTF8); optional boolean is_latest; optional boolean is_delete_marker;"
    " optional int64 last_modified_date (TIMESTAMP_MILLIS); }"
)


class Report:
    """A report of a ward's notes bucket as S3 would write it, in a bucket of its own."""

    def __init__(self, ward: Ward, form: str = "CSV") -> None:
        self.ward, self.s3, self.form = ward, ward.stack.session.client("s3"), form
        self.source = ward.stack.name("NotesBucket")
        self.s3.create_bucket(Bucket="reports")
        listed = self.s3.list_object_versions(Bucket=self.source)
        self.rows = [
            (item["Key"], item["VersionId"], marker, item["LastModified"])
            for marker, kind in ((False, "Versions"), (True, "DeleteMarkers"))
            for item in listed.get(kind, [])
        ]

    def publish(self, age: float = 0.0, **changes: Any) -> str:
        body = self._csv() if self.form == "CSV" else self._parquet()
        self.s3.put_object(Bucket="reports", Key="data/one", Body=body)
        manifest = {
            "sourceBucket": self.source,
            "destinationBucket": "arn:aws:s3:::reports",
            "version": "2016-11-30",
            "creationTimestamp": str(int((time.time() - age) * 1000)),
            "fileFormat": self.form,
            "fileSchema": COLUMNS if self.form == "CSV" else PARQUET,
            "files": [{"key": "data/one", "size": len(body), "MD5checksum": ""}],
        }
        text = json.dumps(manifest | changes).encode()
        self.s3.put_object(Bucket="reports", Key="notes/manifest.json", Body=text)
        return "s3://reports/notes/manifest.json"

    def _csv(self) -> bytes:
        lines = [
            f'"{self.source}","{quote_plus(key)}","{version}","true","{str(marker).lower()}","1","{at:%Y-%m-%dT%H:%M:%S.000Z}"'
            for key, version, marker, at in self.rows
        ]
        return gzip.compress("\n".join(lines).encode())

    def _parquet(self) -> bytes:
        columns = zip(*self.rows, strict=True)
        names = ("key", "version_id", "is_delete_marker", "last_modified_date")
        table = pa.table({name: list(column) for name, column in zip(names, columns, strict=True)})
        found = io.BytesIO()
        parquet.write_table(table, found)
        return found.getvalue()


@pytest.fixture
def ward(stack: Stack) -> Ward:
    return Ward(stack)


@pytest.mark.parametrize("form", ["CSV", "Parquet"])
def test_a_report_takes_the_place_of_the_list(ward: Ward, form: str) -> None:
    ward.stack.drop("ehr/ünseen, twice +1.csv", "note_id,note\n9,x\n")
    ward.remove("incoming/ehr/first.csv", "NotesBucket")
    address = Report(ward, form).publish()
    _, found = ward.audit("--inventory", address)
    assert [(item["code"], item["key"]) for item in found["findings"]] == [
        ("not-staged", "incoming/ehr/ünseen, twice +1.csv")
    ]
    assert found["versions"] == 5
    assert found["inventory_age_seconds"] < 60


def test_what_was_dropped_since_is_no_finding_and_its_age_is_told(ward: Ward) -> None:
    report = Report(ward)
    report.rows = [row for row in report.rows if "second" not in row[0]]
    before = (datetime.now(UTC) - datetime(2026, 3, 1, tzinfo=UTC)).total_seconds()
    address = report.publish(age=before)  # the stack's drops say they came on 14 March
    assert ward.audit("--inventory", address)[0] == 0
    told = operate(ward.stack, "audit", "--grace", "0", "--inventory", address).stdout
    assert "the inventory is" in told
    assert "files dropped since are not among those checked" in told


def test_what_a_report_missed_is_looked_for_in_the_bucket(ward: Ward) -> None:
    report = Report(ward)
    report.rows = [row for row in report.rows if "second" not in row[0]]
    status, found = ward.audit("--inventory", report.publish())
    assert (status, found["findings"], found["refuted"]) == (0, [], 1)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sourceBucket": "others"}, "is of the bucket others"),
        ({"fileFormat": "ORC"}, "is of ORC files"),
        ({"fileSchema": "Bucket, Key, Size"}, "lacks VersionId, IsDeleteMarker, LastModifiedDate"),
        ({"files": None}, "is not the manifest.json of an S3 Inventory report"),
    ],
)
def test_a_report_that_cannot_be_used_is_refused(stack: Stack, changes: dict[str, Any], told: str) -> None:
    ward = Ward.__new__(Ward)
    ward.stack = stack
    result = operate(stack, "audit", "--inventory", Report(ward).publish(**changes))
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_a_report_that_is_not_there_is_refused(stack: Stack) -> None:
    stack.session.client("s3").create_bucket(Bucket="reports")
    result = operate(stack, "audit", "--inventory", "s3://reports/none/manifest.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is no inventory manifest at s3://reports/none/manifest.json" in result.stderr
