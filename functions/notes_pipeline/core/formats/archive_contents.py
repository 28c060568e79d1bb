"""What an archive and its members are, by their names: packages that are documents of another kind, and what is no
document at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

from notes_pipeline.core.formats.archive_members import MAX_NAME_CHARACTERS, Member

# Names that only these packages have, at their top: ISO/IEC 29500-2 (Office), OpenDocument 1.3 part 2, JAR.
_PACKAGES: tuple[tuple[str, str], ...] = (
    ("word/", "a Word document: save it as plain text, RTF or HTML"),
    ("xl/", "an Excel workbook: save it as CSV"),
    ("ppt/", "a PowerPoint presentation: save its text"),
    ("[Content_Types].xml", "an Office document: save it as plain text, RTF or HTML"),
    ("mimetype", "an OpenDocument file or an e-book: save it as plain text, RTF or HTML"),
    ("Index/Document.iwa", "a Pages document: save it as plain text or RTF"),
    ("META-INF/MANIFEST.MF", "a program: send what it exports"),
)
_OFFICE = frozenset({"word/", "xl/", "ppt/"})
_SYSTEM_FILES = re.compile(r"(?:^|/)(?:__MACOSX/.*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)", re.I | re.S)
_STYLES = re.compile(r".*\.(?:xsl|xslt|css)", re.I | re.S)
# IHE ITI TF-2, 3.32.4.1.2: documents and their metadata lie in folders under IHE_XDM; INDEX.HTM and README.TXT beside
# it are for people who open the medium.
_XDM_FOLDER = re.compile(r"(?:^|.*/)IHE_XDM/", re.I | re.S)
_XDM_METADATA = re.compile(r"(?:^|.*/)METADATA\.XML", re.I | re.S)
_XDM_INDEX = re.compile(r"(?:^|.*/)(?:INDEX\.HTML?|[^/]*README[^/]*\.(?:TXT|HTML?)|AUTORUN\.INF)", re.I | re.S)
_XDM_PICTURES = re.compile(r".*\.(?:png|gif|jpe?g|ico|svg|js)", re.I | re.S)


def package_kind(paths: Iterable[str]) -> str:
    """Return what an archive is that is one document of another format, and what to do; "" for any other."""
    names = set()
    for path in paths:
        top, slash, _ = path.partition("/")
        names |= {path, top + slash}
    for sign, what in _PACKAGES:
        if sign in names and (sign not in _OFFICE or "[Content_Types].xml" in names):
            return what
    return ""


def is_xdm(paths: Iterable[str]) -> bool:
    """Say whether an archive is a package of documents as IHE's profile XDM has it."""
    return any(_XDM_FOLDER.match(path) for path in paths)


def ignored_kind(member: Member, *, in_xdm: bool) -> str:
    """Return what a member is that holds no note, "" for one that may.

    Args:
        in_xdm: the archive is an XDM package.
    """
    path = member.path
    if len(path) > MAX_NAME_CHARACTERS:
        return ""
    if _SYSTEM_FILES.search(path):
        return "system file"
    if path.endswith("/") or member.is_link:
        return "directory" if path.endswith("/") else "link"
    if _STYLES.fullmatch(path):
        return "style sheet"
    return _xdm_kind(path) if in_xdm else ""


def _xdm_kind(path: str) -> str:
    if _XDM_FOLDER.match(path):
        return "XDM metadata" if _XDM_METADATA.fullmatch(path) else ""
    is_index = _XDM_INDEX.fullmatch(path) or _XDM_PICTURES.fullmatch(path)
    return "XDM index" if is_index else ""
