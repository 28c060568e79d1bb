"""A small ward whose notes went every way there is, and what an audit says of it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws
from tests.functional.operators import operate
from tests.functional.stack import Stack

from notes_pipeline.aws import clients
from notes_pipeline.aws.note_ledger import receipt_key
from notes_pipeline.core.identify import digest, object_id
from notes_pipeline.models import SourceObject

FIRST = "note_id,note\n1,Fever and cough. Given fluids.\n2,Chest pain. HR 120.\n3,\n4,Please refuse me. No.\n"
# Of note 1 the text is amended, of note 2 the same; note 5 comes twice in the file, the second time with another text.
SECOND = "note_id,note\n1,Fever and no cough. Given fluids.\n2,Chest pain. HR 120.\n5,Rash. Itching.\n5,Rash. Gone.\n"


class Ward:
    """A stack in which some files were dropped, summarized, and looked at by audits that see everything."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._table = boto3.resource("dynamodb", "us-east-1").Table(stack.name("LedgerTable"))
        self.drops = [self._drop("ehr/first.csv", FIRST), self._drop("ehr/second.csv", SECOND)]
        self.drops.append(self._drop("ed/walk-in.txt", "Sprained ankle. Rest."))
        self.drops.append(self._drop("ed/scan.pdf", b"%PDF"))

    def _drop(self, key: str, body: bytes | str) -> str:
        """Drop a file and let everything that follows happen; return its object id."""
        message = self.stack.drop(key, body)
        self.stack.upload(message)
        self.stack.settle()
        detail = message["detail"]["object"]
        bucket = self.stack.name("NotesBucket")
        return object_id(SourceObject(bucket=bucket, key=detail["key"], version_id=detail["version-id"]))

    def audit(self, *options: str) -> tuple[int, dict[str, Any]]:
        """Return the exit status and the JSON of an audit for which nothing is too young."""
        result = operate(self.stack, "audit", "--json", "--grace", "0", "--stale", "1h", *options)
        return result.exit_code, json.loads(result.stdout)

    def findings(self, *options: str) -> list[tuple[str, str]]:
        """Return kind and code of what an audit finds."""
        _, found = self.audit(*options)
        return sorted((item["kind"], item["code"]) for item in found["findings"])

    def uid(self, note_id: str, system: str = "ehr") -> str:
        return digest(system, note_id)[:32]

    def row(self, pk: str, sk: str) -> dict[str, Any]:
        item: dict[str, Any] = self._table.get_item(Key={"pk": pk, "sk": sk})["Item"]
        return item

    def put(self, row: Mapping[str, Any]) -> None:
        self._table.put_item(Item=dict(row))

    def change(self, pk: str, sk: str, **fields: Any) -> None:
        self.put({**self.row(pk, sk), **fields})

    def delete(self, pk: str, sk: str) -> None:
        self._table.delete_item(Key={"pk": pk, "sk": sk})

    def note(self, note_id: str) -> dict[str, Any]:
        return self.row(f"NOTE#{self.uid(note_id)}", "NOTE")

    def receipt(self, drop: int, record: int) -> tuple[str, str]:
        return f"OBJECT#{self.drops[drop]}", receipt_key(record)

    def summary_key(self, note_id: str) -> str:
        return f"by_note/{self.uid(note_id)}/{self.note(note_id)['content_sha256']}.json"

    def read(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.stack.objects("SummariesBucket", key)[key])
        return found

    def write(self, key: str, record: Mapping[str, Any]) -> None:
        self._s3().put_object(Bucket=self.stack.name("SummariesBucket"), Key=key, Body=json.dumps(record).encode())

    def remove(self, key: str, bucket: str = "SummariesBucket") -> None:
        self._s3().delete_object(Bucket=self.stack.name(bucket), Key=key)

    def _s3(self) -> Any:
        return self.stack.session.client("s3")

    def versions(self) -> set[tuple[str, str]]:
        listed = self._s3().list_object_versions(Bucket=self.stack.name("NotesBucket"), Prefix="incoming/")
        return {(version["Key"], version["VersionId"]) for version in listed["Versions"]}

    @contextmanager
    def put_right_again(self) -> Iterator[None]:
        """Undo, when the block is left, what was done in it to rows and records, and drops; versions stay deleted."""
        rows, records, versions = self.all_rows(), self.stack.objects("SummariesBucket"), self.versions()
        yield
        for place in self.all_rows().keys() - rows.keys():
            self.delete(*place)
        for row in rows.values():
            self.put(row)
        for key in self.stack.objects("SummariesBucket").keys() - records.keys():
            self.remove(key)
        for key, body in records.items():
            self._s3().put_object(Bucket=self.stack.name("SummariesBucket"), Key=key, Body=body)
        for key, version in self.versions() - versions:
            self._s3().delete_object(Bucket=self.stack.name("NotesBucket"), Key=key, VersionId=version)

    def all_rows(self) -> dict[tuple[str, str], dict[str, Any]]:
        return {(row["pk"], row["sk"]): row for row in self._table.scan()["Items"]}


@pytest.fixture(scope="module")
def shared_ward() -> Iterator[Ward]:
    """One ward for all tests of a module, each of which puts it right again."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patched.setenv(name, "testing")
        patched.delenv("AWS_PROFILE", raising=False)
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        clients.forget()
        with mock_aws():
            yield Ward(Stack())
        clients.forget()
