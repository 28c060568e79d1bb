"""An output folder as the page's script takes it: a row for each note, to filter and list, and its versions apart.

Rows are read when the page opens, versions when a note is opened or the texts are searched: 5,000 notes are several
megabytes that most readers look at a few of.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from chartbrief.note_files import source_of
from chartbrief.report.groups import Groups
from chartbrief.report.note_texts import Version
from chartbrief.report.record_views import CodesView, RecordView
from chartbrief.report.show_record import show_record

CHUNK = 100
_CATEGORY = 3


class Folder(NamedTuple):
    """What was read of an output folder.

    Attributes:
        run: the last run's figures, if they were kept.
        quarantine: source, record, stage, code and reason of all that was rejected.
    """

    run: Mapping[str, Any] | None
    records: tuple[RecordView, ...]
    texts: Mapping[Version, str]
    codes: Mapping[Version, CodesView]
    groups: Groups
    quarantine: tuple[Mapping[str, Any], ...]


class Shown(NamedTuple):
    """The page's data: `folder` has a row for each note, `chunks` the same notes' versions, `CHUNK` notes each."""

    folder: dict[str, Any]
    chunks: list[list[list[dict[str, Any]]]]


def show_folder(folder: Folder, name: str, written_at: str) -> Shown:
    """All that the page shows of a folder; `written_at` is an ISO 8601 time."""
    notes = sorted(_versions(folder.records), key=_order)
    shown = [[_show(view, folder) for view in versions] for versions in notes]
    rows = {
        "folder": name,
        "written_at": written_at,
        "run": folder.run,
        "chunk": CHUNK,
        "groups": [group._asdict() for group in folder.groups.groups],
        "categories": _categories(folder.codes.values()) | folder.groups.category_names,
        "quarantine": list(folder.quarantine),
        "notes": [_row(versions, folder) for versions in notes],
    }
    return Shown(rows, [shown[i : i + CHUNK] for i in range(0, len(shown), CHUNK)])


def _versions(records: Iterable[RecordView]) -> list[list[RecordView]]:
    """The versions of each note, the current one first."""
    by_note: dict[str, list[RecordView]] = defaultdict(list)
    for view in records:
        by_note[view.note_uid].append(view)
    for versions in by_note.values():
        versions.sort(key=lambda view: view.summarized_at, reverse=True)
        versions.sort(key=lambda view: view.status == "superseded")
    return list(by_note.values())


def _order(versions: list[RecordView]) -> tuple[str, int]:
    return versions[0].source.key, versions[0].source.record


def _show(view: RecordView, folder: Folder) -> dict[str, Any]:
    version = view.note_uid, view.content_sha256
    return show_record(view, folder.texts.get(version), folder.codes.get(version))


def _row(versions: list[RecordView], folder: Folder) -> dict[str, Any]:
    view = versions[0]
    codes = folder.codes.get((view.note_uid, view.content_sha256))
    findings = [*view.checks.findings, *(view.rejected.findings if view.rejected else ())]
    return {
        "uid": view.note_uid,
        "id": view.note_id,
        "patient": view.patient_id or "",
        "type": view.note_type or "",
        "at": view.authored_at or "",
        "source": f"{source_of(view.source.key)}:{view.source.record}",
        "summary": view.summary,
        "kind": view.summary_kind,
        "status": view.status,
        "review": view.needs_review,
        "risk": view.checks.risk + len(view.rejected.findings if view.rejected else ()),
        "findings": sorted({(finding.kind, finding.severity) for finding in findings}),
        "versions": len(versions),
        "categories": list(dict.fromkeys(c.code[:_CATEGORY] for c in codes.candidates)) if codes else [],
        "codes": [c.code for c in codes.candidates] if codes else [],
        "groups": folder.groups.of(view),
    }


def _categories(codes: Iterable[CodesView]) -> dict[str, str]:
    """Code categories, each with its own title if it is a candidate, else with its candidates' shortest."""
    titles: dict[str, tuple[int, str]] = {}
    for candidate in (candidate for view in codes for candidate in view.candidates):
        category = candidate.code[:_CATEGORY]
        title = (0 if candidate.code == category else len(candidate.title), candidate.title)
        titles[category] = min(titles.get(category, title), title)
    return {category: titles[category][1] for category in sorted(titles)}
