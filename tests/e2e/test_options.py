"""Every way to summarize on a few notes: the books close, records say who wrote them, and no log holds a note."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.e2e.command import SAMPLES, Command, Ended

from chartbrief.errors import UsageError
from chartbrief.options import local_option
from notes_pipeline.core.options import OPTIONS, option_facts

OTHERS = [option for option in OPTIONS if option != "pegasus"]  # the default has its own tests
CANARY = "Zanzibarine lilac fever with quaggatic tremor, HR 113. Blorvamycin 313 mg given, seen again on Monday."
# So many of them in one file make a job; the urgent note goes another way.
FILES = ("ed/chest-pain.txt", "ed/shift-2031-05-02.csv", "urgent/ed/anaphylaxis.txt")


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notes")
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((SAMPLES / name).read_bytes())
    canaries = [{"note_id": f"CANARY-NOTE-{n}", "note": f"{CANARY} Bed {n}."} for n in range(12)]
    (folder / "ed/canaries.jsonl").write_text("".join(json.dumps(note) + "\n" for note in canaries))
    return folder


@pytest.fixture(scope="module")
def outs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outs")


@pytest.fixture(scope="module")
def ended(command: Command, notes: Path, outs: Path) -> dict[str, Ended]:
    """A run of every option whose model is there; a few at a time, since each waits now and then."""
    with ThreadPoolExecutor(3) as pool:
        runs = {
            option: pool.submit(command.run, "run", notes, "--out", outs / option, "--option", option, "--json")
            for option in OTHERS
            if not _missing(option)
        }
    return {option: run.result() for option, run in runs.items()}


def _missing(option: str) -> str:
    try:
        local_option(option)
    except UsageError as missing:
        return str(missing)
    return ""


@pytest.mark.parametrize("option", OTHERS)
def test_an_option_closes_the_books(option: str, ended: dict[str, Ended], outs: Path) -> None:
    if option not in ended:
        pytest.skip(_missing(option))
    assert ended[option].status == 0, ended[option].stderr
    report = ended[option].json()
    assert (report["pending"], report["quarantined"], report["received"]) == (0, 1, report["summarized"] + 1)
    assert report["steps"]["model"] > 0
    records = [json.loads(path.read_bytes()) for path in (outs / option).glob("by_note/*/*.json")]
    assert len(records) == report["summarized"]
    if local_option(option).is_stood_in_for:
        assert {record["model"]["name"] for record in records} == {f"local.{option_facts(option).identifier}"}
        assert {record["model"]["prompt"] for record in records} == {option_facts(option).prompt}


def test_no_log_holds_a_note_or_an_identifier(ended: dict[str, Ended], outs: Path) -> None:
    logs = {path: path.read_text("utf-8", "replace") for path in outs.glob("*/.chartbrief/logs/*.log")}
    assert len(logs) > 5 * len(ended)
    secrets = ("Zanzibarine", "lorvamycin", "CANARY", "gardening")
    assert [(path.name, word) for path, text in logs.items() for word in secrets if word in text] == []
