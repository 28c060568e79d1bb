"""What the patients and encounters of a bulk export say, read from the files beside a dropped one when it is asked for.

Files of an export lie in one folder, in any number, and are announced in any order: what is there at that moment is
read. Parts of a large file are many calls, and each has the same files beside it: a process keeps what it read last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from notes_pipeline.aws.objects import Bucket, ListedObject
from notes_pipeline.core.formats.detect import EXTENSIONS, Form, extension
from notes_pipeline.core.formats.fhir.siblings import ResourceSiblings, is_sibling
from notes_pipeline.core.formats.parse_file import too_large
from notes_pipeline.core.formats.reading import EncounterFacts, NoSiblings, Siblings
from notes_pipeline.core.formats.streams import read_lines, unpacked_if_packed
from notes_pipeline.errors import FileError, MissingError
from notes_pipeline.models import SourceObject

# Of all files together, unpacked: half a minute of a call's fifteen, and 150 MB of its memory.
MOST_BYTES = 500_000_000
_KINDS = ("Patient", "Encounter")


class FolderSiblings:
    """The exported files in the folder of a dropped file of lines; a file of another format has none.

    Only lines have: they are an export, and of single documents each would read all of it again.
    """

    def __init__(self, notes: Bucket, source: SourceObject) -> None:
        self._notes, self._source = notes, source

    @property
    def unread(self) -> int:
        """How many of the files were wanted, and are too large or broken: what they say is not known."""
        return self._found[1] if "_found" in self.__dict__ else 0

    def patient(self, system: str, value: str) -> str | None:
        """Return the id of the patient whose identifier this is.

        Raises:
            DependencyError: S3 failed.
        """
        return self._found[0].patient(system, value)

    def encounter(self, encounter_id: str) -> EncounterFacts | None:
        """Return what is said of an encounter.

        Raises:
            DependencyError: S3 failed.
        """
        return self._found[0].encounter(encounter_id)

    @cached_property
    def _found(self) -> tuple[Siblings, int]:
        if EXTENSIONS.get(extension(self._source.key)) is not Form.JSON_LINES:
            return NoSiblings(), 0
        return _read(self._notes, tuple(_files(self._notes, self._source.key)))


def _files(notes: Bucket, key: str) -> list[ListedObject]:
    """Return the files, those of patients first: encounters name them."""
    folder = key[: key.rfind("/") + 1]
    listed, is_whole = notes.folder(folder)
    if not is_whole:  # so many files are no reason to list them all for each: those with the usual names are found
        listed = [file for kind in _KINDS for file in notes.folder(folder + kind)[0]]
    found = [file for file in listed if file.key != key and is_sibling(file.key)]
    return sorted(found, key=lambda file: (not _is_of_patients(file), file.key))


def _is_of_patients(file: ListedObject) -> bool:
    return _KINDS[0] in file.key.rpartition("/")[2]


@lru_cache(maxsize=1)
def _read(notes: Bucket, files: tuple[ListedObject, ...]) -> tuple[Siblings, int]:
    """Return what files say, and how many of them were not read to their ends.

    Of patients all are known or none is: one that is not might have an identifier of another.
    """
    unread: list[ListedObject] = []
    found = ResourceSiblings.from_lines(_lines(notes, files, unread))
    if any(_is_of_patients(file) for file in unread):
        return NoSiblings(), len(files)
    return found, len(unread)


def _lines(notes: Bucket, files: Iterable[ListedObject], unread: list[ListedObject]) -> Iterator[bytes | None]:
    left = MOST_BYTES
    for file in files:
        try:
            if file.size > left:
                raise too_large(lines=True)
            for line in read_lines(unpacked_if_packed(notes.pieces(file.key))):
                left -= 1 + len(line or b"")
                if left < 0:
                    raise too_large(lines=True)
                yield line
        except (FileError, MissingError):
            unread.append(file)
            left = max(left, 0)
