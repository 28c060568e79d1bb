"""RTF, as word processors of dictation systems write it: ASCII, other characters by number."""

from __future__ import annotations

from note_summarizer.synthetic.rendering.chart_note import ChartNote, one_each

_HEAD = r"{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\fswiss Arial;}}{\colortbl;\red0\green0\blue0;}"


def rtf(note: ChartNote) -> str:
    """Return the text as a document, a paragraph a line."""
    lines = "".join(f"\\pard\\plain\\f0\\fs20 {_escaped(line)}\\par\n" for line in note.text.split("\n"))
    return f"{_HEAD}\n{lines}}}"


def _escaped(line: str) -> str:
    return "".join(map(_character, line))


def _character(character: str) -> str:
    if character in "\\{}":
        return f"\\{character}"
    if character == "\t":
        return "\\tab "
    if " " <= character <= "~":
        return character
    # By its UTF-16 code units, each a signed 16-bit number, with a "?" for readers that know no Unicode.
    units = character.encode("utf-16-le")
    numbers = [int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)]
    return "".join(f"\\u{number}?" for number in numbers)


render_rtf = one_each(".rtf", rtf)
