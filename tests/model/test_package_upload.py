"""Uploading a package: in parts, with its hash, never over another object, and nothing left of an upload that ends."""

import hashlib
import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

moto = pytest.importorskip("moto", reason="AWS is moto's here")

import boto3  # noqa: E402

from note_summarizer.errors import DataError, OutputError  # noqa: E402
from note_summarizer.packaging import upload_archive  # noqa: E402
from note_summarizer.packaging.receipts import Receipt  # noqa: E402
from note_summarizer.packaging.upload_archive import Destination, checksum_of  # noqa: E402

MEGABYTE = 1024 * 1024
PART = 5 * MEGABYTE  # the smallest that S3 takes
ADDRESS = "s3://models/summarizer/"
KEY = "summarizer/model.tar.gz"
# An upload that is cut off leaves the transfer library's parts open until they are collected, in whatever test.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setattr(upload_archive, "PART_BYTES", PART)
    with moto.mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield client


@pytest.fixture(params=[2 * PART + 12_345, 1_000], ids=["in parts", "in one piece"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "model.tar.gz"
    path.write_bytes(os.urandom(request.param))
    return path


def receipt_for(archive: Path) -> Receipt:
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    return Receipt(
        name="tiny",
        version="1",
        sha256=sha256,
        size=archive.stat().st_size,
        weights={"model.safetensors": "0" * 64},
        when="2026-01-01T00:00:00+00:00",
        source="runs/1",
        location=f"s3://models/{KEY}",
    )


def upload(archive: Path, sent: Any = lambda _: None, *, force: bool = False) -> Destination:
    destination = Destination(ADDRESS, archive)
    destination.upload(archive, receipt_for(archive), sent, force=force)
    return destination


def test_what_arrives_is_what_was_sent_and_says_its_hash(s3: Any, archive: Path) -> None:
    sent: list[int] = []
    assert upload(archive, sent.append).address == f"s3://models/{KEY}"
    assert sum(sent) == archive.stat().st_size
    found = s3.head_object(Bucket="models", Key=KEY, ChecksumMode="ENABLED")
    assert found["Metadata"] == {
        "sha256": receipt_for(archive).sha256,
        "model-name": "tiny",
        "model-version": "1",
    }
    assert checksum_of(archive).startswith(found["ChecksumSHA256"])
    assert s3.get_object(Bucket="models", Key=KEY)["Body"].read() == archive.read_bytes()
    receipt = json.loads(s3.get_object(Bucket="models", Key=f"{KEY}.json")["Body"].read())
    assert receipt["sha256"] == receipt_for(archive).sha256


def test_an_object_that_exists_is_only_replaced_by_force(s3: Any, archive: Path) -> None:
    s3.put_object(Bucket="models", Key=KEY, Body=b"someone else's")
    with pytest.raises(OutputError, match="exists: give another name, or --force"):
        Destination(ADDRESS, archive).require_new()
    upload(archive, force=True)
    assert s3.head_object(Bucket="models", Key=KEY)["ContentLength"] == archive.stat().st_size


def test_s3_is_told_to_refuse_an_object_that_appeared_meanwhile(s3: Any, archive: Path) -> None:
    destination = Destination(ADDRESS, archive)
    conditions: list[object] = []
    for call in ("CompleteMultipartUpload", "PutObject"):
        destination._client.meta.events.register_last(
            f"before-parameter-build.s3.{call}", lambda params, **_: conditions.append(params.get("IfNoneMatch"))
        )
    destination.upload(archive, receipt_for(archive), lambda _: None, force=False)
    assert conditions == ["*", None]  # the receipt belongs to the archive, so it is written whatever was there
    destination.upload(archive, receipt_for(archive), lambda _: None, force=True)
    assert conditions[2:] == [None, None]


def test_an_upload_that_is_cut_off_leaves_no_parts(s3: Any, tmp_path: Path) -> None:
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(os.urandom(4 * PART))
    seen: list[int] = []

    def cut_off(more: int) -> None:
        seen.append(more)
        if sum(seen) > PART:
            raise OSError("the line is down")

    with pytest.raises(OSError, match="the line is down"):
        upload(archive, cut_off)
    assert_nothing_is_left(s3)


def test_an_upload_that_a_person_ends_leaves_no_parts(s3: Any, tmp_path: Path) -> None:
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(os.urandom(8 * PART))
    seen: list[int] = []
    pressed: list[bool] = []

    def press_control_c(more: int) -> None:
        seen.append(more)
        if sum(seen) > PART and not pressed:
            pressed.append(True)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        upload(archive, press_control_c)
    assert_nothing_is_left(s3)


def assert_nothing_is_left(s3: Any) -> None:
    assert s3.list_multipart_uploads(Bucket="models").get("Uploads", []) == []
    assert s3.list_objects_v2(Bucket="models")["KeyCount"] == 0


def test_what_arrives_otherwise_is_told(s3: Any, archive: Path) -> None:
    destination = upload(archive)
    whole = archive.read_bytes()
    for other in (whole[:-1] + bytes([whole[-1] ^ 1]), whole + b"?"):
        archive.write_bytes(other)
        with pytest.raises(OutputError, match="is not what was sent"):
            destination._compare(archive, receipt_for(archive))


def test_a_bucket_that_does_not_exist_is_told_before_anything_is_packed(s3: Any, archive: Path) -> None:
    with pytest.raises(OutputError, match="Uploading"):
        Destination("s3://nobodys/", archive).upload(archive, receipt_for(archive), lambda _: None, force=False)
    with pytest.raises(DataError, match="not an S3 address"):
        Destination("models/summarizer", archive)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("s3://models/a/b/", "a/b/model.tar.gz"),
        ("s3://models/a", "a/model.tar.gz"),
        ("s3://models", "model.tar.gz"),
        ("s3://models/a/v2.tar.gz", "a/v2.tar.gz"),
    ],
)
def test_an_address_is_a_prefix_or_a_whole_name(s3: Any, tmp_path: Path, address: str, key: str) -> None:
    assert Destination(address, tmp_path / "model.tar.gz").key == key
