"""Zip archives, good and broken, whose members have marks in their names and in what they hold."""

import io
import struct
import zipfile

from tests.functional.canaries import Canaries

Files = dict[str, bytes]


def archives(canaries: Canaries) -> Files:
    """An archive with members of all kinds, one that was cut off, a document that is an archive."""
    mark, text = canaries.mark, canaries.text
    inner = _zip({f"{mark('note_id-inner')}.txt": text("note-inner").encode()})
    members = {
        f"{mark('note_id-folder')}/{mark('note_id-member')}.txt": text("note-member-text").encode(),
        f"{mark('broken-member')}.txt": text("broken-member-text").encode() * 9,
        f"{mark('locked-member')}.txt": text("locked-member-text").encode(),
        f"{mark('nested-member')}.zip": inner,
        f"{mark('odd-member')}.bin": b"\x01" + text("odd-member-text").encode(),
        f"{mark('json-member')}.json": f'{{"note": "{text("json-member-text")}'.encode(),
        f"{mark('control-member')}\t.txt": text("control-member-text").encode(),
        f"{mark('xml-member')}.xml": f"<ClinicalDocument><{mark('xml-member-tag')}>".encode(),
        f"__MACOSX/._{mark('system-member')}": b"x",
        f"{mark('empty-folder')}/": b"",
    }
    whole = _zip(members, comment=mark("archive-comment"))
    broken = _damaged(whole, f"{mark('broken-member')}.txt", 40)
    word = _zip({"[Content_Types].xml": b"x", "word/document.xml": text("word").encode(), f"{mark('part')}": b"x"})
    return {
        "all.zip": _locked(broken, f"{mark('locked-member')}.txt"),
        "cut.zip": whole[:-30],
        "letter.zip": word,
        "zipped": inner,
    }


def _zip(members: dict[str, bytes], comment: str = "") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as written:
        written.comment = comment.encode()
        for name, body in members.items():
            written.writestr(name, body)
    return held.getvalue()


def _damaged(archive: bytes, name: str, length: int) -> bytes:
    """The archive with bytes of a member's content overwritten."""
    start = archive.index(name.encode()) + len(name)
    return archive[:start] + b"\xff" * length + archive[start + length :]


def _locked(archive: bytes, name: str) -> bytes:
    """The archive with a member that says that it is encrypted."""
    changed = bytearray(archive)
    for signature, flags, named in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        at = archive.find(signature)
        while at >= 0:
            if archive.startswith(name.encode(), at + named):
                struct.pack_into("<H", changed, at + flags, 1)
            at = archive.find(signature, at + 1)
    return bytes(changed)
