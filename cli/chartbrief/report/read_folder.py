"""Reading all that the page shows of an output folder; what an earlier version did not write is simply absent."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from chartbrief.note_files import source_of
from chartbrief.records import QuarantineView, read_view
from chartbrief.report.groups import load_groups
from chartbrief.report.note_texts import Version, load_texts
from chartbrief.report.record_views import CodesView, RecordView
from chartbrief.report.run_figures import load_figures
from chartbrief.report.show_folder import Folder


def read_folder(out: Path) -> Folder:
    """All records, texts, codes, groups and figures under `out`.

    Raises:
        ConsoleError: A file there is not a record of this pipeline.
    """
    records = tuple(read_view(path, RecordView) for path in sorted((out / "by_note").glob("*/*.json")))
    return Folder(
        run=load_figures(out),
        records=records,
        texts=load_texts(out),
        codes=dict(_codes(out, records)),
        groups=load_groups(out),
        quarantine=tuple(_quarantine(sorted((out / "quarantine").glob("*/*.json")))),
    )


def _codes(out: Path, records: Iterable[RecordView]) -> Iterator[tuple[Version, CodesView]]:
    for view in records:
        path = out / "codes" / "by_note" / view.note_uid / f"{view.content_sha256}.json"
        if path.is_file():
            yield (view.note_uid, view.content_sha256), read_view(path, CodesView)


def _quarantine(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        view = read_view(path, QuarantineView)
        yield {
            "source": source_of(view.source.key) if view.source else path.parent.name,
            "record": view.source.record if view.source else int(path.stem),
            "stage": view.stage,
            "code": view.code,
            "reason": view.reason,
        }
