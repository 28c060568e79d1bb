"""A zip archive: each member is read as the file that it is, and a member that cannot be used costs only itself.

Records are numbered on from member to member. The archive is unpacked twice: once to see that all of it is within the
limits, before the first record of it is used, and then one member at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain

from notes_pipeline.core.formats.archive_contents import ignored_kind, is_xdm, package_kind
from notes_pipeline.core.formats.archive_members import Archive, Member
from notes_pipeline.core.formats.detect import HEAD_BYTES, Form, detect
from notes_pipeline.core.formats.fhir.siblings import ResourceSiblings, is_sibling
from notes_pipeline.core.formats.parse_file import MAX_FILE_BYTES, WHOLE_FILE, read_items
from notes_pipeline.core.formats.reading import Hints, Ignored, Item
from notes_pipeline.core.formats.streams import read_lines
from notes_pipeline.errors import FileError, InputError, RecordError


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield what the members hold, in the order of the archive's directory.

    A reject's reason says at which place the member stands there, and which record of it is meant.

    Raises:
        FileError: it is no whole archive, over a limit, or a document of a format that is not read (.docx).
    """
    archive = Archive(body)
    if what := package_kind(archive.paths):
        raise FileError("UnknownFormat", f"it is {what}")
    in_xdm = is_xdm(archive.paths)
    ignored = {member.place: ignored_kind(member, in_xdm=in_xdm) for member in archive.members}
    read = [member for member in archive.members if not ignored[member.place]]
    _check_size(archive, read)
    hints = replace(hints, media_type="", siblings=_siblings(archive, read) or hints.siblings)
    last = 0
    for member in archive.members:
        before = last
        kind = ignored[member.place]
        for item in [Ignored(record=1, kind=kind)] if kind else _items(archive, member, hints):
            last = before + max(1, item[0] if isinstance(item, tuple) else item.record)
            yield _renumbered(item, last, member.place)


def _check_size(archive: Archive, members: Iterable[Member]) -> None:
    total = 0
    for member in members:
        total += _unpacked_size(archive, member, MAX_FILE_BYTES - total)
        if total > MAX_FILE_BYTES:
            raise FileError(
                "FileTooLarge", f"its members have over {MAX_FILE_BYTES:,} bytes: make several archives of it"
            )


def _unpacked_size(archive: Archive, member: Member, most: int) -> int:
    """Return how many bytes a member unpacks to, as far as it does; no more are counted than a block over `most`."""
    size = 0
    with suppress(InputError):  # it is told when the member's turn comes
        for block in archive.blocks(member):
            size += len(block)
            if size > most:
                break
    return size


def _siblings(archive: Archive, members: Iterable[Member]) -> ResourceSiblings | None:
    """Return what the patients and encounters of an export say, None if there are none."""
    found = [member for member in members if is_sibling(member.path)]
    return (
        ResourceSiblings.from_lines(chain.from_iterable(_lines(archive, member) for member in found)) if found else None
    )


def _lines(archive: Archive, member: Member) -> Iterator[bytes | None]:
    with suppress(InputError):
        yield from read_lines(archive.blocks(member))


def _items(archive: Archive, member: Member, hints: Hints) -> Iterator[Item]:
    """Yield what a member holds; that it cannot be read at all is an error of its record 0."""
    try:
        body = b"".join(archive.blocks(member))
        if not body:
            yield Ignored(record=1, kind="empty file")
            return
        _refuse_archive(body, member.path)
        found = read_items(body, replace(hints, path=f"{hints.path}/{member.path}"))
        first = next(found, None)
        if first is None:
            raise RecordError("EmptyFile", "it holds no record: leave it out, or send it once it has some")
    except InputError as error:
        yield WHOLE_FILE, RecordError(error.code, str(error))
        return
    yield from chain([first], found)


def _refuse_archive(body: bytes, path: str) -> None:
    if detect(path, body[:HEAD_BYTES]) is not Form.ZIP:
        return
    what = ""
    with suppress(InputError):
        what = package_kind(Archive(body).paths)
    if what:
        raise RecordError("UnknownFormat", f"it is {what}")
    raise RecordError("NestedArchive", "it is an archive in an archive: send the files that it holds")


def _renumbered(item: Item, record: int, place: int) -> Item:
    if not isinstance(item, tuple):
        return item.model_copy(update={"record": record})
    number, error = item
    where = f"member {place}" if number == WHOLE_FILE else f"member {place}, record {number}"
    return record, RecordError(error.code, f"{where}: {error}")
