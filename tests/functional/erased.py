"""A ward with two patients and more in every place there is, and every byte of a stack to look for one of them in."""

import gzip
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from tests.functional.operators import operate
from tests.functional.stack import Stack

JANE, OTHER = "p-1001", "p-10012"
MIXED = (
    "note_id,patient_id,encounter_id,note\n"
    f"n-one,{JANE},visit-77,Janedoe has a fever of 39.2 and productive cough since Monday.\n"
    f"n-two,{OTHER},visit-78,Acute asthma with wheezing. Salbutamol given twice.\n"
    f"n-three,{JANE},visit-77,\n"
)
ALONE = f'{{"note_id": "n-four", "patient_id": "{JANE}", "note": "Janedoe was seen again. Pneumonia confirmed."}}\n'
REFUSED = json.dumps(
    [
        {"note_id": "n-five", "patient_id": JANE, "note": "Janedoe says please refuse me."},
        {"note_id": "n-six", "patient_id": OTHER, "note": "Type 2 diabetes mellitus. Metformin started."},
    ]
)
# Of the patient nobody may find: the id (also as a part of nothing), notes, visit, words of the text.
SECRETS = (b"n-one", b"n-three", b"n-four", b"n-five", b"visit-77", b"Janedoe")


def ward(stack: Stack, *, publish: bool = True) -> None:
    """Notes of both patients, summarized, coded, grouped; a note amended, one rejected, one refused."""
    stack.upload(stack.drop("ehr/mixed.csv", MIXED), stack.drop("ehr/alone.jsonl", ALONE))
    stack.upload(stack.drop("ehr/list.json.gz", gzip.compress(REFUSED.encode())))
    stack.upload(stack.drop("ehr/mixed.csv", MIXED.replace("productive", "dry")))
    stack.settle()
    if publish:
        stack.publish()
    stack.take("NotesUploadedQueue")


def everything(stack: Stack) -> dict[str, bytes]:
    """Every version of every object, and the ledger, as bytes to look into."""
    s3, found = stack.session.client("s3"), dict[str, bytes]()
    for bucket in ("NotesBucket", "WorkBucket", "SummariesBucket"):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=stack.name(bucket)):
            for item in page.get("Versions", []):
                place = {"Bucket": stack.name(bucket), "Key": item["Key"], "VersionId": item["VersionId"]}
                body = s3.get_object(**place)["Body"].read()
                found[f"{bucket}/{item['Key']}@{item['VersionId']}"] = _plain(item["Key"], body)
            for item in page.get("DeleteMarkers", []):
                found[f"{bucket}/{item['Key']}@marker"] = b""
    found["ledger"] = json.dumps(stack.rows("")).encode()
    return found


def _plain(key: str, body: bytes) -> bytes:
    if key.endswith(".parquet"):
        return json.dumps(pq.read_table(pa.BufferReader(body)).to_pylist(), default=str).encode()
    return gzip.decompress(body) if key.endswith(".gz") else body


def holders(stack: Stack, *secrets: bytes) -> list[str]:
    """Where any of some secrets stands, in an object or in a key."""
    return sorted(
        place for place, body in everything(stack).items() for secret in secrets if secret in body + place.encode()
    )


def holders_of_jane(stack: Stack) -> list[str]:
    """Where anything of the patient stands; her id is the beginning of the other patient's."""
    return holders(stack, *SECRETS, f'"{JANE}"'.encode(), f",{JANE},".encode())


def sound(stack: Stack) -> dict[str, Any]:
    """What the audit says, which has to be that all is well."""
    result = operate(stack, "audit", "--grace", "0", "--json")
    told: dict[str, Any] = json.loads(result.stdout)
    assert (result.exit_code, told["findings"]) == (0, [])
    return told
