"""An object's versions as they are kept: what moto knows of each, and the place where its body lies in the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from chartbrief.local_cloud.journal import Journal, Place
from chartbrief.local_cloud.template import ACCOUNT

# moto's attribute → our short name, for what a version has beside its identity, if it has it.
_OPTIONAL = {
    "checksum_algorithm": "ca",
    "checksum_value": "cv",
    "checksum_type": "ct",
    "checksum_parts": "cp",
    "encryption": "x",
    "kms_key_id": "xk",
    "bucket_key_enabled": "xb",
}
Version = dict[str, Any]


class KeptBody:
    """A body in a journal, as the file in which moto looks for it."""

    def __init__(self, journal: Journal, place: Place) -> None:
        self.journal, self.place = journal, place
        self._at = 0

    def seek(self, offset: int) -> None:
        """Go to a place of the body."""
        self._at = offset

    def read(self, most: int = -1) -> bytes:
        """Return what comes next, all of it if no length is given."""
        left = self.place.length - self._at
        length = left if most < 0 else min(most, left)
        body = self.journal.read(Place(self.place.offset + self._at, length))
        self._at += length
        return body

    def close(self) -> None:
        """Do nothing: the journal is closed as a whole."""


def write_versions(versions: list[Any], place: Callable[[Any, Any], list[int]]) -> list[Version]:
    """Return the versions of an object, oldest first.

    Args:
        place: from a version and the one before it to where its body lies, for the record.
    """
    from moto.s3.models import FakeKey

    written: list[Version] = []
    before = None
    for version in versions:
        kept: Version = {"v": version._version_id, "t": version.last_modified.isoformat(), "n": version.serial}
        if isinstance(version, FakeKey):
            kept |= _facts(version) | {"b": place(version, before)}
            before = version
        written.append(kept)
    return written


def _facts(version: Any) -> Version:
    from moto.s3.models import s3_backends

    facts: Version = {"e": version.etag.strip('"'), "m": dict(version.metadata), "r": version._is_versioned}
    facts |= {short: value for name, short in _OPTIONAL.items() if (value := getattr(version, name)) is not None}
    if version.storage_class != "STANDARD":
        facts["s"] = version.storage_class
    tags = s3_backends[ACCOUNT]["aws"].tagger.get_tag_dict_for_resource(version.arn)
    return facts | ({"g": tags} if tags else {})


def read_versions(bucket: str, key: str, kept: list[Version], body: Callable[[list[int]], KeptBody]) -> Iterator[Any]:
    """Yield moto's versions of an object as they were kept."""
    from moto.s3.models import FakeDeleteMarker

    before: Any = SimpleNamespace(name=key)
    for version in kept:
        if "b" in version:
            before = _object(bucket, key, version, body(version["b"]))
        else:  # a mark of a deletion, which names what it stands before
            before = FakeDeleteMarker(before)
            before._version_id, before.last_modified = version["v"], datetime.fromisoformat(version["t"])
            before.serial = version["n"]
        yield before


def _object(bucket: str, name: str, version: Mapping[str, Any], body: KeptBody) -> Any:
    from moto.s3.models import FakeKey, s3_backends

    store = s3_backends[ACCOUNT]["aws"]
    key = FakeKey(
        name=name,
        bucket_name=bucket,
        value=b"",
        account_id=ACCOUNT,
        region_name=store.region_name,
        storage=version.get("s", "STANDARD"),
        etag=version["e"],
        is_versioned=version["r"],
        version_id=version["v"],
    )
    key.last_modified, key.serial = datetime.fromisoformat(version["t"]), version["n"]
    key.set_metadata(dict(version["m"]), replace=False)
    for attribute, short in _OPTIONAL.items():
        setattr(key, attribute, version.get(short))
    if "g" in version:
        store.tagger.tag_resource(key.arn, store.tagger.convert_dict_to_tags_input(version["g"]))
    keep_body(key, body)
    return key


def keep_body(key: Any, body: KeptBody) -> None:
    """Let a version read its body from the journal, and free the memory."""
    key._value_buffer.close()
    key._value_buffer, key.contentsize = body, body.place.length


def body_md5(key: Any) -> str:
    """Return the checksum of a version's body, however it was uploaded."""
    etag: str = key.etag.strip('"')
    return hashlib.md5(key.value, usedforsecurity=False).hexdigest() if "-" in etag else etag
