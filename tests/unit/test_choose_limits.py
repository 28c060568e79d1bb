"""What is read and said at once fits the positions of the model, whatever is asked for; or it is refused in words."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from note_summarizer.artifact import Family
from note_summarizer.errors import OptionsError
from note_summarizer.model_family import Positions, positions_of
from note_summarizer.training.choose_limits import Limits, choose_limits
from note_summarizer.training.families import training_family
from note_summarizer.training.options import parse_options


def limits(family: Family, positions: Positions, prompt: int = 5, longest: int = 50, **options: int | None) -> Limits:
    trained = options.pop("trained_on", None)
    asked = parse_options({"train": "a.csv", "checkpoint": "x", **options})
    return choose_limits(
        asked, training_family(family), positions, trained_on=trained, prompt_tokens=prompt, longest_summary=longest
    )


@given(
    family=st.sampled_from(["seq2seq", "causal"]),
    positions=st.integers(16, 2048),
    prompt=st.integers(0, 40),
    longest=st.integers(1, 3000),
    note=st.one_of(st.none(), st.integers(16, 3000)),
    summary=st.one_of(st.none(), st.integers(4, 3000)),
    trained_on=st.one_of(st.none(), st.integers(16, 3000)),
)
def test_prompt_note_and_summary_fit_fixed_positions(
    family: Family, positions: int, prompt: int, longest: int, note: int | None, summary: int | None,
    trained_on: int | None,
) -> None:  # fmt: skip
    given = {"max_input_tokens": note, "max_output_tokens": summary, "trained_on": trained_on}
    try:
        found = limits(family, Positions(positions, fixed=True), prompt, longest, **given)
    except OptionsError as error:
        event(str(error).split(":")[0])
        return
    own = training_family(family).sequence(found.max_input_tokens, prompt, found.max_output_tokens)
    assert own <= positions
    assert found.max_output_tokens <= positions
    assert note in (None, found.max_input_tokens)
    assert summary in (None, found.max_output_tokens)
    assert found.max_input_tokens >= 9


def test_what_is_left_open_is_the_longest_summary_and_for_the_note_all_the_rest() -> None:
    assert limits("causal", Positions(1024, fixed=True)) == Limits(1024 - 5 - 56, 56)
    assert limits("causal", Positions(1024, fixed=True), longest=5000) == Limits(1024 - 5 - 512, 512)
    assert limits("seq2seq", Positions(1024, fixed=True)) == Limits(1019, 56)
    assert limits("seq2seq", Positions(1024, fixed=True), prompt=0, trained_on=512) == Limits(512, 56)


def test_what_knows_distances_alone_reads_as_far_as_is_asked_for() -> None:
    assert limits("causal", Positions(2048, fixed=False), max_input_tokens=5000).max_input_tokens == 5000
    assert limits("seq2seq", Positions(512, fixed=False), max_input_tokens=1024).max_input_tokens == 1024
    with pytest.raises(OptionsError, match=r"has 1024 positions, no more.*ask for at most 963"):
        limits("causal", Positions(1024, fixed=True), max_input_tokens=1000)
    with pytest.raises(OptionsError, match="max-output-tokens: this model has 1024 positions, no more"):
        limits("seq2seq", Positions(1024, fixed=True), max_output_tokens=1025)


@pytest.mark.parametrize(
    ("config", "count", "fixed"),
    [
        ({"model_type": "gpt2", "n_positions": 1024}, 1024, True),
        ({"model_type": "bloom", "seq_length": 2048}, 2048, False),
        ({"model_type": "t5", "n_positions": 512}, 512, False),
        ({"model_type": "bart", "max_position_embeddings": 1024}, 1024, True),
        ({"model_type": "bloom"}, 512, False),
    ],
)
def test_positions_are_what_the_configuration_calls_them(config: dict[str, object], count: int, fixed: bool) -> None:
    assert positions_of(config) == Positions(count, fixed=fixed)
