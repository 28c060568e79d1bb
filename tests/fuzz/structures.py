"""Changes that leave a file of its format: a value, an element, a segment or a member is another, or gone."""

import base64
import gzip
import io
import json
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from tests.fuzz.mutate import change_bytes, change_parts, change_words

_OPENED = re.compile(rb"<([A-Za-z][\w:.-]*)([^<>]*)>")
_ATTRIBUTE = re.compile(rb"""[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*')""")
_ODD: tuple[Any, ...] = (None, True, 0, -1, 1e300, "", " ", [], {}, [[]], [None], {"": None}, "\ud83d", "\0", "9" * 400)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)


def change_json(rng: Random, body: bytes, tokens: Sequence[bytes]) -> bytes:
    """Return a document with one value changed."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return change_bytes(rng, body, tokens)
    slots = list(_slots(document))
    if not slots:
        return body
    held, key = rng.choice(slots)
    change = rng.randrange(7)
    if change == 0:
        del held[key]
    elif isinstance(held, dict) and change == 1:
        held[rng.choice(tokens).decode("utf-8", "replace")] = held.pop(key)
    else:
        held[key] = _other_value(rng, held[key], slots, tokens)
    return json.dumps(document, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")


def _other_value(rng: Random, value: Any, slots: Sequence[tuple[Any, Any]], tokens: Sequence[bytes]) -> Any:
    change = rng.randrange(5)
    if change == 0:
        return rng.choice(_ODD)
    if change == 1:
        return rng.choice(tokens).decode("utf-8", "replace")
    if change == 2:
        return [value] * rng.choice((1, 2, 5))
    if change == 3:
        held, key = rng.choice(slots)
        return json.loads(json.dumps(held.get(key) if isinstance(held, dict) else held[key]))
    return _other_text(rng, value, tokens)


def _slots(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in list(inner):
        yield value, key
        yield from _slots(held)


def _other_text(rng: Random, value: Any, tokens: Sequence[bytes]) -> Any:
    """Return a text with a word changed; of one that is base64, what it stands for."""
    if not isinstance(value, str):
        return rng.choice(_ODD)
    raw = value.encode("utf-8", "surrogatepass")
    try:
        return base64.b64encode(change_bytes(rng, base64.b64decode(raw, validate=True), tokens)).decode()
    except ValueError:
        return change_words(rng, raw, tokens).decode("utf-8", "replace")


def change_lines(rng: Random, body: bytes, tokens: Sequence[bytes]) -> bytes:
    """Return lines of JSON with one changed, gone or repeated."""
    lines = body.split(b"\n")
    if rng.random() < 0.2:
        return b"\n".join(change_parts(rng, lines, tokens))
    at = rng.randrange(len(lines))
    lines[at] = change_json(rng, lines[at], tokens)
    return b"\n".join(lines)


def change_markup(rng: Random, body: bytes, tokens: Sequence[bytes]) -> bytes:
    """Return a document with an element changed, gone, repeated, exchanged, or in itself."""
    found = list(_OPENED.finditer(body))
    if not found:
        return change_bytes(rng, body, tokens)
    start, end = _element(body, rng.choice(found))
    whole = body[start:end]
    change = rng.randrange(7)
    if change == 0:
        whole = b""
    elif change == 1:
        whole *= rng.choice((2, 3, 20))
    elif change == 2:
        other_start, other_end = _element(body, rng.choice(found))
        whole = body[other_start:other_end]
    elif change == 3:
        name = rng.choice(found)[1]
        whole = b"<%b>" % name * (depth := rng.choice((1, 3, 40))) + whole + b"</%b>" % name * depth
    elif change == 4:
        whole = _ATTRIBUTE.sub(b"", whole, count=rng.choice((1, 2, 0)))
    elif change == 5:
        whole = re.sub(
            rb"""(=\s*)(["'])[^"']*""", lambda match: match[1] + match[2] + rng.choice(tokens), whole, count=1
        )
    else:
        whole = re.sub(rb">[^<]+<", lambda match: b">" + rng.choice(tokens) + b"<", whole, count=1)
    return body[:start] + whole + body[end:]


def _element(body: bytes, opened: re.Match[bytes]) -> tuple[int, int]:
    close = b"</" + opened[1] + b">"
    end = body.find(close, opened.end())
    return opened.start(), opened.end() if end < 0 or opened[2].endswith(b"/") else end + len(close)


def change_message(rng: Random, body: bytes, tokens: Sequence[bytes]) -> bytes:
    """Return HL7 v2 with a segment or a field changed, gone, repeated or exchanged."""
    mark = b"\r" if b"\r" in body else b"\n"
    segments = body.split(mark)
    if rng.random() < 0.4:
        return mark.join(change_parts(rng, segments, tokens))
    at = rng.randrange(len(segments))
    separator = rng.choice((b"|", b"|", b"|", b"^", b"~", b"&", b"\\"))
    segments[at] = separator.join(change_parts(rng, segments[at].split(separator), tokens))
    return mark.join(segments)


def change_gzip(rng: Random, body: bytes, tokens: Sequence[bytes]) -> bytes:
    """Return a gzip file of something else, or of several."""
    try:
        held = gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return change_bytes(rng, body, tokens)
    held = change_lines(rng, held, tokens)
    at = rng.randrange(len(held) + 1)
    parts = [held[:at], held[at:]] if rng.random() < 0.3 else [held]
    return b"".join(gzip.compress(part, 1, mtime=0) for part in parts)


def change_archive(rng: Random, body: bytes, tokens: Sequence[bytes]) -> bytes:
    """Return an archive with members changed, gone, renamed, or packed otherwise."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:  # noqa: BLE001 - a broken one is changed as bytes; the library's errors are many
        return change_bytes(rng, body, tokens)
    if members:
        at = rng.randrange(len(members))
        name, content = members[at]
        change = rng.randrange(4)
        if change == 0:
            members[at : at + 1] = []
        elif change == 1:
            members[at] = (rng.choice(tokens).decode("utf-8", "replace") or "x", content)
        else:
            members[at] = (name, rng.choice((change_bytes, change_words))(rng, content, tokens))
    held = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w") as archive:
        warnings.simplefilter("ignore")  # names that come twice
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name[:200] or "x"), content, rng.choice(_METHODS))
    return held.getvalue()
