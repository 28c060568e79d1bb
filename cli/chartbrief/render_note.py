"""One summary record for a person, as `chartbrief show` prints it."""

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from chartbrief.note_files import source_of
from chartbrief.records import SummaryView
from chartbrief.render_run import plain


def render_note(console: Console, view: SummaryView) -> None:
    """Print the summary in a frame, and under it where it came from and what to look at."""
    console.print(Panel(plain(view.summary), title=plain(view.note_id), subtitle=view.status, expand=False))
    facts = Table.grid(padding=(0, 2))
    for name, value in _facts(view).items():
        if value:
            facts.add_row(name, plain(value))
    console.print(facts)


def _facts(view: SummaryView) -> dict[str, str]:
    return {
        "patient": view.patient_id or "",
        "encounter": view.encounter_id or "",
        "note type": view.note_type or "",
        "written": view.authored_at or "",
        "source": f"{source_of(view.source.key)}, record {view.source.record}",
        "kind": "an extract: sentences of the note, in place of the model's summary" * (view.summary_kind == "extract"),
        "parts": f"{view.parts} (longer than the model's input: summarized in parts)" if view.parts > 1 else "",
        "review": "; ".join(view.review_reasons) or ("yes" if view.needs_review else ""),
        "record": f"by_note/{view.note_uid}/{view.content_sha256}.json",
    }
