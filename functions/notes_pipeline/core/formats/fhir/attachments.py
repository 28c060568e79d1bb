"""Attachments (https://hl7.org/fhir/R4/datatypes.html#Attachment): bytes in a resource, or in a Binary beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from itertools import groupby
from urllib.parse import unquote_to_bytes

from notes_pipeline.core.formats.base64_data import decoded, unpacked_body
from notes_pipeline.core.formats.detect import Form, extension
from notes_pipeline.core.formats.fhir.identities import Held
from notes_pipeline.core.formats.fhir.values import Element, text_of
from notes_pipeline.core.formats.fhir.whole_data import check_whole
from notes_pipeline.core.formats.payload import Payload
from notes_pipeline.core.formats.reading import Document
from notes_pipeline.core.formats.registry import read_embedded
from notes_pipeline.errors import InputError, RecordError

# A document in several formats is read in the one that keeps most of what it says.
_PREFERRED = (Form.TEXT, Form.HTML, Form.RTF, Form.CDA)


def read_best(attachments: Iterable[Element], held: Held) -> Document:
    """Return a document that is attached in one or in several formats.

    What is attached in the same format, and says something else, is another part of it.

    Raises:
        InputError: none of them can be read; why not the first.
    """
    payloads: list[Payload] = []
    errors: list[InputError] = []
    for attachment in attachments:
        try:
            payloads.append(_payload(attachment, held))
        except InputError as error:
            errors.append(error)
    for _, same_format in groupby(sorted(payloads, key=_rank), key=_rank):
        parts: list[Document] = []
        for payload in same_format:
            try:
                parts.append(_read(payload, held))
            except InputError as error:
                errors.append(error)
        if parts:
            return _joined(parts)
    raise errors[0] if errors else RecordError("NoAttachment", "it has no attachment: put its text into one")


def _read(payload: Payload, held: Held) -> Document:
    hints = replace(held.hints, path=payload.name, media_type=payload.media_type)
    document = read_embedded(payload.form, payload.body, hints)
    if not document.text.strip():
        raise RecordError("EmptyNote", "its attachment is empty: send its text, or leave the record out")
    return document


def _joined(parts: list[Document]) -> Document:
    """Return parts in their order as one, equal ones once; of all else what the first says that says it."""
    if len(parts) == 1:
        return parts[0]
    texts = dict.fromkeys(part.text.strip() for part in parts)
    names = [each.name for each in fields(Document) if each.name != "text"]
    told = {name: next(filter(None, (getattr(part, name) for part in parts)), None) for name in names}
    return Document("\n\n".join(texts), **told)


def _rank(payload: Payload) -> int:
    try:
        return _PREFERRED.index(payload.form)
    except (InputError, ValueError):
        return len(_PREFERRED)


def _payload(attachment: Element, held: Held) -> Payload:
    """Return an attachment's bytes.

    Raises:
        RecordError: they are not in the file, or not whole.
    """
    media_type, url = text_of(attachment, "contentType"), text_of(attachment, "url")
    name = next((n for n in (text_of(attachment, "title"), url) if extension(n)), "")
    data = text_of(attachment, "data")
    if data:
        body = decoded(data)
    elif url.startswith("data:"):
        told, body = _inline(url)
        media_type = media_type or told
    else:
        told, data = _in_binary(url, held)
        media_type, body = media_type or told, decoded(data)
    plain = unpacked_body(body)
    check_whole(attachment, (plain, body, data.encode("utf-8", "replace")))
    return Payload(plain, media_type, name)


def _in_binary(url: str, held: Held) -> tuple[str, str]:
    """Return media type and data of the Binary that an address means."""
    if not url:
        raise RecordError("NoAttachment", "its attachment has neither data nor an address: put its text into data")
    found = held.holdings.refers_to(url, held.entry)
    if not found:
        raise RecordError(
            "AttachmentElsewhere",
            "its attachment is at an address that the file does not hold: send a bundle that has the Binary too, or "
            "put the attachment's data into the resource",
        )
    data = text_of(found.resource, "data") or text_of(found.resource, "content")
    if found.type != "Binary" or not data:
        raise RecordError("NoAttachment", "the resource that its attachment is in holds no data: send it with its data")
    held.holdings.count_use(found, len(data))
    return text_of(found.resource, "contentType"), data


def _inline(url: str) -> tuple[str, bytes]:
    """Return media type and bytes of a `data:` address (RFC 2397)."""
    head, _, rest = url[5:].partition(",")
    media_type, is_base64 = head.removesuffix(";base64"), head.endswith(";base64")
    plain = unquote_to_bytes(rest)
    return media_type, decoded(plain.decode("latin-1")) if is_base64 else plain
