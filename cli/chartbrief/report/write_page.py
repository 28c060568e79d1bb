"""The page as one file: styles, scripts and data in it, and a policy that lets nothing else run and nothing connect."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from chartbrief.report.show_folder import Shown

STYLES = ("colours.css", "layout.css", "list.css", "note.css", "run.css", "print.css")
# In the order in which they use each other.
SCRIPTS = (
    "elements.js",
    "data.js",
    "filters.js",
    "list.js",
    "text.js",
    "links.js",
    "findings.js",
    "note.js",
    "chart.js",
    "run.js",
    "page.js",
)
# What could end the script element, or a line in an older engine; and halves of surrogate pairs, which are no UTF-8.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def write_page(shown: Shown) -> Iterator[str]:
    """The page's HTML, in pieces."""
    style, script = _style(), _script()
    page = _resource("page.html")
    for name, value in {"policy": _policy(style, script), "style": style, "script": script}.items():
        page = page.replace(f"<!--{name}-->", value)
    head, middle, tail = re.split("<!--(?:rows|versions)-->\n", page)
    yield head
    yield _block(shown.folder, "folder")
    yield middle
    for number, chunk in enumerate(shown.chunks):
        yield _block(chunk, f"chunk-{number}")
    yield tail


def to_script_json(value: Any) -> str:
    """JSON that no HTML parser mistakes for anything else, whatever the texts in it say."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _block(value: Any, name: str) -> str:
    return f'<script type="application/json" id="data-{name}">{to_script_json(value)}</script>\n'


def _policy(style: str, script: str) -> str:
    allowed = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _style() -> str:
    return "\n" + "".join(_resource(name) for name in STYLES)


def _script() -> str:
    return '\n(() => {\n"use strict";\n' + "".join(_resource(name) for name in SCRIPTS) + "})();\n"


@cache
def _resource(name: str) -> str:
    return resources.files("chartbrief.report").joinpath("page", name).read_text("utf-8")
