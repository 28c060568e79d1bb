"""A zip archive: each member is cut as the file that it is; its records are numbered on from those of the one before.

A member that is written anew keeps its place. One that goes as a whole leaves as many empty records behind, under a
name that says nothing, since its own may name somebody.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from chartbrief.operate.forgetting.pieces.piece import EMPTY_RECORD, UNREADABLE, Layout, OnePiece, Piece
from notes_pipeline.core.formats.archive_contents import ignored_kind, is_xdm
from notes_pipeline.core.formats.archive_members import Archive, Member
from notes_pipeline.core.formats.parse_file import read_items
from notes_pipeline.core.formats.reading import Hints
from notes_pipeline.errors import InputError


@dataclass(frozen=True)
class _Cut:
    """A member as its pieces.

    Attributes:
        body: unpacked; None of a member that cannot be read.
        before: how many records the members before it have.
        records: how many it has.
    """

    member: Member
    body: bytes | None
    layout: Layout
    before: int
    records: int

    def pieces(self) -> list[Piece]:
        """Return its pieces, with their numbers in the archive; its name is searched with each."""
        found = self.layout.pieces
        cut = {number for piece in found for number in piece.numbers}
        if not cut or max(cut) > self.records:
            found = self.layout.uncut(tuple(range(1, self.records + 1))).pieces
        return [self._placed(piece) for piece in found]

    def _placed(self, piece: Piece) -> Piece:
        numbers = tuple(self.before + number for number in piece.numbers)
        return replace(piece, numbers=numbers, text=f"{self.member.path}\n{piece.text or piece.raw}")

    def written(self, numbers: Collection[int]) -> tuple[str, bytes]:
        """Return its name and content without some records.

        Raises:
            ValueError: it cannot be read, and so not be copied.
        """
        pieces = self.pieces()
        going = {number for piece in pieces for number in piece.numbers if number in numbers}
        staying = {number for piece in pieces if not piece.said.is_nobodys for number in piece.numbers} - going
        if going and not staying:
            empty = f"[{', '.join([EMPTY_RECORD] * self.records)}]" if self.records > 1 else EMPTY_RECORD
            return f"erased-{self.member.place}.json", empty.encode()
        if self.body is None:
            raise ValueError("a member that cannot be read cannot be copied")
        own = {number - self.before for number in going}
        return self.member.info.filename, self.layout.joined(own) if going else self.body


@dataclass(frozen=True)
class ArchiveLayout:
    """An archive as the pieces of its members."""

    cut: tuple[_Cut, ...]

    @property
    def pieces(self) -> list[Piece]:
        """Pieces of all members."""
        return [piece for each in self.cut for piece in each.pieces()]

    def joined(self, numbers: Collection[int]) -> bytes:
        """Return the archive without some records.

        Raises:
            ValueError: another's member cannot be read, and so not be copied.
        """
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in self.cut:
                name, body = each.written(numbers)
                info = zipfile.ZipInfo(name, each.member.info.date_time)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, each.member.info.external_attr
                info.create_system = each.member.info.create_system
                archive.writestr(info, body)
        return written.getvalue()

    def uncut(self, numbers: tuple[int, ...]) -> Layout:
        """Return the archive as one piece that holds these records."""
        return OnePiece([Piece("\n".join(piece.text for piece in self.pieces), numbers, said=UNREADABLE)])


def cut_archive(body: bytes, hints: Hints, cut: Callable[[bytes, Hints], Layout]) -> ArchiveLayout:
    """Return an archive as its pieces.

    Args:
        cut: cuts a member.

    Raises:
        InputError: it is no whole archive.
    """
    archive, found, before = Archive(body), list[_Cut](), 0
    in_xdm = is_xdm(archive.paths)
    for member in archive.members:
        content: bytes | None = None
        with suppress(InputError):
            content = b"".join(archive.blocks(member))
        inside = replace(hints, path=f"{hints.path}/{member.path}", media_type="")
        is_nobodys = content is not None and bool(ignored_kind(member, in_xdm=in_xdm) or not content)
        if content and not is_nobodys:
            found.append(_Cut(member, content, cut(content, inside), before, _last_record(content, inside)))
        else:
            said = replace(UNREADABLE, is_nobodys=is_nobodys)
            one = OnePiece([Piece((content or b"").decode("latin-1"), (1,), said=said)])
            found.append(_Cut(member, content, one, before, 1))
        before += found[-1].records
    return ArchiveLayout(tuple(found))


def _last_record(body: bytes, hints: Hints) -> int:
    last = 1
    with suppress(InputError):
        for item in read_items(body, hints):
            last = max(last, item[0] if isinstance(item, tuple) else item.record)
    return last
