"""A small ward whose notes went every way there is, and what an audit says of it."""

import json
from collections.abc import Mapping
from typing import Any

from tests.functional.operators import operate
from tests.functional.stack import Stack

from notes_pipeline.core.identify import digest, object_id
from notes_pipeline.models import SourceObject

FIRST = "note_id,note\n1,Fever and cough. Given fluids.\n2,Chest pain. HR 120.\n3,\n4,Please refuse me. No.\n"
# Of note 1 the text is amended, of note 2 the same; note 5 comes twice in the file, the second time with another text.
SECOND = "note_id,note\n1,Fever and no cough. Given fluids.\n2,Chest pain. HR 120.\n5,Rash. Itching.\n5,Rash. Gone.\n"


class Ward:
    """A stack in which some files were dropped, summarized, and looked at by audits that see everything."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
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
        item: dict[str, Any] = self._table().get_item(Key={"pk": pk, "sk": sk})["Item"]
        return item

    def put(self, row: Mapping[str, Any]) -> None:
        self._table().put_item(Item=dict(row))

    def change(self, pk: str, sk: str, **fields: Any) -> None:
        self.put({**self.row(pk, sk), **fields})

    def delete(self, pk: str, sk: str) -> None:
        self._table().delete_item(Key={"pk": pk, "sk": sk})

    def note(self, note_id: str) -> dict[str, Any]:
        return self.row(f"NOTE#{self.uid(note_id)}", "NOTE")

    def receipt(self, drop: int, record: int) -> tuple[str, str]:
        return f"OBJECT#{self.drops[drop]}", f"RECORD#{record:06d}"

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

    def _table(self) -> Any:
        import boto3

        return boto3.resource("dynamodb", "us-east-1").Table(self.stack.name("LedgerTable"))
