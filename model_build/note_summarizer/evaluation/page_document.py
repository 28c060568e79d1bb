"""One page that opens without a network: styles and script are in it, and no other script can run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from importlib import resources


def page_document(title: str, head: str, sections: Sequence[tuple[str, str, str]], style: str = "") -> str:
    """Return a whole page.

    Args:
        head: what stands above the list of sections, as HTML.
        sections: key, title and HTML of each; one without HTML is left out.
        style: rules beside the common ones.
    """
    common, script = (_resource(name) for name in ("page.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    found = [section for section in sections if section[2]]
    bodies = "".join(f'<section id="{key}"><h2>{name}</h2>{body}</section>' for key, name, body in found)
    links = "".join(f'<a href="#{key}">{name}</a>' for key, name, _ in found)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title><style>{common}{style}</style></head><body>"
        f"{head}<nav>{links}</nav>{bodies}<script>{script}</script></body></html>\n"
    )


def _resource(name: str) -> str:
    return resources.files("note_summarizer.evaluation").joinpath("page", name).read_text("utf-8")
