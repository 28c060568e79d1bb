"""Writing what a comparison found: comparison.html, comparison.md, scores.json and answers.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from note_summarizer.comparison.compared import Compared, ComparedSystem
from note_summarizer.comparison.markdown import render_markdown
from note_summarizer.comparison.page import render_page
from note_summarizer.errors import OutputError
from note_summarizer.evaluation.report import write_files

PAGE, TEXT, SCORES, ANSWERS = "comparison.html", "comparison.md", "scores.json", "answers.jsonl"


def refuse_to_overwrite(folder: Path, *, force: bool) -> None:
    """Check that a comparison may be written into a folder, before anything is asked for it.

    Raises:
        OutputError: it holds a comparison already and that may not be replaced, or it is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file: name a folder with --out.")
    found = [name for name in (PAGE, TEXT, SCORES, ANSWERS) if (folder / name).exists()]
    if found and not force:
        raise OutputError(f"{folder} holds a report already ({', '.join(found)}): name another --out, or add --force.")


def write_comparison(compared: Compared, folder: Path) -> None:
    """Write the four files into a folder, which is made if need be; no file is ever seen half-written.

    `comparison.html` and `answers.jsonl` hold the text of notes; `comparison.md` and `scores.json` hold none.

    Raises:
        OutputError: the folder cannot be written.
        OSError: the disk is full.
    """
    texts = {
        SCORES: json.dumps(compared.as_json(), indent=2, ensure_ascii=False) + "\n",
        ANSWERS: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in answer_rows(compared)),
        TEXT: render_markdown(compared),
        PAGE: render_page(compared),
    }
    write_files(folder, texts)


def answer_rows(compared: Compared) -> Iterator[dict[str, object]]:
    """Yield a row a note: its record and id, the reference, and what each system made of it."""
    for place, pair in enumerate(compared.judgement.test):
        yield {
            "record": pair.record,
            "id": pair.id,
            "reference": pair.summary,
            "answers": {system.name: _row(compared, system, place) for system in compared.systems},
        }


def _row(compared: Compared, system: ComparedSystem, place: int) -> dict[str, object]:
    answer, check = system.answers.notes[place], system.checks[place]
    counts = compared.judged(system.name).counts
    return {
        "summary": answer.text,
        "failure": answer.failure,
        "latency_seconds": answer.seconds,
        "input_tokens": answer.input_tokens,
        "output_tokens": answer.output_tokens,
        "cost": answer.cost,
        "parts": answer.parts,
        "cut_off": answer.cut_off,
        "rejected": check.rejected if check else None,
        "for_review": check.review if check else None,
        "findings": [finding.model_dump(mode="json") for finding in check.findings] if check else [],
        "scores": {key: None if (v := count.value(place)) is None else round(v, 3) for key, count in counts.items()},
    }
