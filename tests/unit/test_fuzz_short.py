"""The first few hundred inputs of `make fuzz`, for each format; and that the checks see what they are for."""

from pathlib import Path

import pytest
from tests.fuzz import campaign, checks
from tests.fuzz.campaign import check_seeds, run_campaign
from tests.fuzz.checks import CANARIES, Verdict, examine
from tests.fuzz.mutate import make_input
from tests.fuzz.seeds import FORMATS

from notes_pipeline.models import ParsedNote, Reject

INPUTS = 400
# On a machine that is busy there are fewer inputs, not a longer test.
SECONDS = 3


def test_the_seeds_themselves_are_read(tmp_path: Path) -> None:
    assert check_seeds(tmp_path) == []


@pytest.mark.parametrize("form", FORMATS.values(), ids=list(FORMATS))
def test_inputs_that_nobody_meant_end_as_notes_or_rejects(form: campaign.Format, tmp_path: Path) -> None:
    tally = run_campaign(form, 20_310_502, range(INPUTS), tmp_path, most_seconds=SECONDS)
    assert tally.failures == []
    assert tally.inputs
    assert tally.kinds


def test_the_same_number_is_the_same_input() -> None:
    form = FORMATS["hl7"]
    assert make_input(form, 1, 7) == make_input(form, 1, 7) != make_input(form, 1, 8)


def test_every_format_has_seeds_that_say_the_words_which_reasons_may_not() -> None:
    assert [name for name, form in FORMATS.items() if not form.seeds or not form.tokens] == []
    plain = [seed.body for name in ("text", "csv", "hl7", "cda", "html") for seed in FORMATS[name].seeds]
    assert all(any(word.encode() in body for body in plain) for word in CANARIES)


@pytest.mark.parametrize(
    "records",
    [
        [],
        [Reject(record=0, code="Broken", reason="x"), ParsedNote(record=1, text="x")],
        [ParsedNote(record=2, text="x"), ParsedNote(record=2, text="x")],
        [ParsedNote(record=1, text=" x")],
        [ParsedNote(record=1, text="x", note_id="\ud83d")],
        [Reject(record=1, code="Broken", reason=f"a.hl7, record 1: {CANARIES[0].lower()} is not known")],
    ],
)
def test_a_broken_promise_is_seen(records: list[ParsedNote | Reject], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "parse_file", lambda key, body, rules: iter(records))
    assert examine("a.hl7", b"x").violations


def test_a_hang_an_error_and_a_second_result_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object) -> None:
        while True:
            pass

    def crash(*_: object) -> None:
        raise RecursionError

    results = iter([[ParsedNote(record=1, text="x")], [ParsedNote(record=1, text="y")]])
    for broken in (hang, crash, lambda *_: next(results)):
        monkeypatch.setattr(checks, "parse_file", broken)
        assert examine("a.hl7", b"x", 0.05, twice=True).violations


def test_a_failing_input_is_kept_with_the_command_that_tries_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign, "examine", lambda name, body, twice=False: Verdict(violations=["it vanishes"]))
    tally = run_campaign(FORMATS["rtf"], 1, range(100), tmp_path)
    assert tally.inputs == len(tally.failures) == len(list(tmp_path.iterdir())) == campaign.MOST_FAILURES
    command, _ = tally.failures[0]
    assert command.startswith(f"python -m tests.fuzz --replay {tmp_path}")
    assert (tmp_path / command.rpartition("/")[2]).read_bytes() == make_input(FORMATS["rtf"], 1, 0).body
