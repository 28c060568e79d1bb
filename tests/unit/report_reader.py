"""The page as a browser's parser takes it apart."""

import json
from html.parser import HTMLParser
from typing import Any


class Reader(HTMLParser):
    """The page's elements as a browser's parser finds them: scripts by id (or ""), and the policy."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: dict[str, str] = {}
        self.tags: list[str] = []
        self.policy = ""
        self._script: str | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        self._script = (given.get("id") or "") if tag == "script" else None

    def handle_endtag(self, tag: str) -> None:
        self._script = None

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.scripts[self._script] = self.scripts.get(self._script, "") + data

    def data(self, name: str) -> Any:
        return json.loads(self.scripts[f"data-{name}"])


def by_id(read: Reader, note_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    rows = read.data("folder")["notes"]
    [place] = [i for i, row in enumerate(rows) if row["id"] == note_id]
    return rows[place], read.data("chunk-0")[place]


def cut16(text: str, pair: list[int]) -> str:
    """What a browser's `text.slice(start, end)` gives."""
    return text.encode("utf-16-le")[2 * pair[0] : 2 * pair[1]].decode("utf-16-le")
