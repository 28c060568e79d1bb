"""RTF documents, and what is read of them."""

import pytest

from notes_pipeline.core.formats.detect import Form
from notes_pipeline.core.formats.reading import Hints
from notes_pipeline.core.formats.registry import read_embedded
from notes_pipeline.errors import InputError

HEAD = r"{\rtf1\ansi\ansicpg1252\deff0"
FONTS = (
    r"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fswiss\fcharset161 Arial Greek;}{\f2\fcharset204 Arial Cyr;}"
    r"{\f3\fcharset238{\*\panose 020b0604}Arial{\*\falt Arial CE};}{\f4\froman\fcharset2 Symbol;}"
    r"{\f5\fnil\fcharset2 Wingdings;}{\f6\fcharset128 MS Mincho;}{\f7\fcharset200 Odd;}{\f8\fcharset2 Odd Signs;}"
    r"{\f9 Helvetica CE;}{\f10\cpg437 Terminal;}}"
)


def read(body: str | bytes) -> str:
    """Return the text of a document."""
    data = body.encode("latin-1") if isinstance(body, str) else body
    return read_embedded(Form.RTF, data, Hints("letter.rtf")).text


def body(text: str) -> str:
    """Return the text of a document with some signs in its body."""
    return read(f"{HEAD}{FONTS}{text}}}")


def refused(document: str | bytes) -> InputError:
    with pytest.raises(InputError) as found:
        read(document)
    return found.value
