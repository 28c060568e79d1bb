"""The module of each format, imported when a file of it comes."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from notes_pipeline.core.formats.detect import Form
from notes_pipeline.core.formats.reading import Document, Hints, Parser
from notes_pipeline.errors import InputError

# Formats that are one document, wherever they stand: as a file, or inside of another document.
_DOCUMENTS = (Form.TEXT, Form.HTML, Form.RTF, Form.CDA)


def parser_of(form: Form) -> Parser:
    """Return the `parse` of a format's module."""
    return cast("Parser", import_module(f"{__package__}.{form.value}").parse)


def read_embedded(form: Form, body: bytes, hints: Hints) -> Document:
    """Return the document that is held by another, as an attachment or in a field.

    Raises:
        InputError: it is of a format that holds no readable document, or is none of its own format.
    """
    if form is Form.PDF:
        from notes_pipeline.core.formats.pdf import not_read

        not_read(body)
    if form not in _DOCUMENTS:
        raise InputError("UnreadableAttachment", "its attachment is of no format that is read: send its text")
    read = import_module(f"{__package__}.{form.value}").read_document
    return cast("Document", read(body, hints))
