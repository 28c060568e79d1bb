"""HTML pages, the text preformatted or in paragraphs."""

from __future__ import annotations

from html import escape

from note_summarizer.synthetic.rendering.chart_note import ChartNote, one_each


def preformatted(note: ChartNote) -> str:
    """Return a page with the text as it is laid out."""
    return _page(note, f"<pre>{escape(note.text)}</pre>")


def paragraphs(note: ChartNote) -> str:
    """Return a page with a paragraph for what stands between empty lines, its lines broken by `<br>`."""
    return _page(note, "\n".join(f"<p>{_lines(block)}</p>" for block in note.text.split("\n\n")))


def _lines(block: str) -> str:
    return escape(block).replace("\n", "<br>\n")


def _page(note: ChartNote, body: str) -> str:
    title = escape(note.note_type or "Note")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


render_preformatted = one_each(".html", preformatted)
render_paragraphs = one_each(".html", paragraphs)
