"""Bytes inside of a document, and what they are: by what they hold, and what is said of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from notes_pipeline.core.formats.detect import HEAD_BYTES, MEDIA_TYPES, Form, detect
from notes_pipeline.errors import FileError, RecordError

_SIGNED = (Form.HTML, Form.RTF, Form.CDA, Form.PDF, Form.ZIP, Form.HL7)
# What is said to be plain text is, whatever it begins with, but for whole documents of another format.
_NO_PLAIN_TEXT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:\{\\rtf1?\s*\\(?:ansi|mac|pca?|a?deff|fbidis)|%PDF-\d|<!DOCTYPE\s+html|<html[\s>]|"
    rb"(?:<\?xml[^>]{0,200}>\s*)?(?:<\?xml-stylesheet[^>]{0,500}>\s*)?<(?:\w+:)?ClinicalDocument\b|"
    rb"MSH\|\^~\\&#?\|(?:[^|\r\n]*\|){6,20}[^\r\n]*[\r\n]+[A-Z][A-Z0-9]{2}\|)",
    re.I,
)
_NOT_TEXT = ("image/", "audio/", "video/", "multipart/", "application/msword", "application/vnd.", "application/dicom")


@dataclass(frozen=True)
class Payload:
    """An attachment's bytes and what they are said to be."""

    body: bytes
    media_type: str
    name: str

    @cached_property
    def form(self) -> Form:
        """Its format.

        Raises:
            InputError: it is of a format that holds no text.
        """
        media = self.media_type.lower().partition(";")[0].strip()
        if media.startswith(_NOT_TEXT):
            raise _unreadable(f"is of a kind ({_family(media)}) that holds no text that is read")
        if media == "text/plain" and not _NO_PLAIN_TEXT.match(self.body):
            return Form.TEXT
        try:
            found = detect(self.name, self.body[:HEAD_BYTES], media if media in MEDIA_TYPES else "text/plain")
        except FileError:
            raise _unreadable("holds no text that is read") from None
        is_text = (media.startswith("text/") and found not in _SIGNED) or self._shows_no_sign_of(found)
        return Form.TEXT if is_text else found

    def _shows_no_sign_of(self, form: Form) -> bool:
        """Say whether bytes that are said to be of a format cannot be: what all of its documents hold is not there."""
        signs = {Form.PDF: (b"%PDF-",), Form.RTF: (rb"{\rtf",), Form.HTML: (b"<", b"&"), Form.CDA: (b"<",)}
        return form in signs and not any(sign in self.body for sign in signs[form])


def _family(media: str) -> str:
    return media.partition("/")[0] if media.startswith(_NOT_TEXT[:4]) else "office document or image"


def _unreadable(what: str) -> RecordError:
    return RecordError("UnreadableAttachment", f"its attachment {what}: send its text")
