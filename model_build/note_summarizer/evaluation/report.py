"""Writing what judging found: scores.json, answers.jsonl and report.html."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from note_summarizer.errors import OutputError
from note_summarizer.evaluation.judgement import Judgement
from note_summarizer.evaluation.report_page import render_page

SCORES, ANSWERS, PAGE = "scores.json", "answers.jsonl", "report.html"


def write_report(judgement: Judgement, folder: Path) -> None:
    """Write the three files into a folder, which is made if need be; files of an earlier report are replaced.

    `answers.jsonl` and `report.html` hold the text of notes: they belong where the notes may be kept. `scores.json`
    holds none. No file is ever seen half-written.

    Raises:
        OutputError: the folder cannot be written.
        OSError: the disk is full.
    """
    texts = {
        SCORES: json.dumps(judgement.as_json(), indent=2, ensure_ascii=False) + "\n",
        ANSWERS: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in answer_rows(judgement)),
        PAGE: render_page(judgement),
    }
    write_files(folder, texts)


def write_files(folder: Path, texts: Mapping[str, str]) -> None:
    """Write texts as files of a folder, which is made if need be; no file is ever seen half-written.

    Raises:
        OutputError: the folder cannot be written.
        OSError: the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder, texts)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise OutputError(f"{folder} cannot be written ({error.strerror}): name another folder.") from error


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    partial = {name: folder / f"{name}.partial" for name in texts}
    try:
        for name, path in partial.items():
            path.write_text(texts[name], "utf-8")
        for name, path in partial.items():
            path.replace(folder / name)
    finally:
        for path in partial.values():
            path.unlink(missing_ok=True)


def answer_rows(judgement: Judgement) -> Iterator[dict[str, object]]:
    """Yield a row a note: its record and id, the reference, and each system's answer with its figures on this note."""
    rare = set(judgement.rare)
    for place, pair in enumerate(judgement.test):
        yield {
            "record": pair.record,
            "id": pair.id,
            "reference": pair.summary,
            "rare_reference": place in rare,
            "answers": {system.name: system.run.answers[place] for system in judgement.systems},
            "parts": {system.name: system.run.parts[place] for system in judgement.systems},
            "scores": {
                system.name: {
                    key: None if (value := count.value(place)) is None else round(value, 3)
                    for key, count in system.counts.items()
                }
                for system in judgement.systems
            },
        }
