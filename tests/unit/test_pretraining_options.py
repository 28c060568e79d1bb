"""Options that cannot work are told before anything starts."""

import pytest

from note_summarizer.errors import OptionsError
from note_summarizer.pretraining.options import PretrainOptions, parse_pretrain_options


def test_text_is_read_as_what_the_option_is() -> None:
    options = parse_pretrain_options({"notes": ["a.jsonl"], "steps": "30", "ratio": "0.4", "lower_case": "true"})
    assert (options.steps, options.choice.ratio, options.lower_case) == (30, 0.4, True)
    assert options.notes == ("a.jsonl",)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"steps": 3, "minutes": 2.0}, "say how long once"),
        ({"checkpoint": "x", "vocabulary": 4000}, "a checkpoint has a tokenizer of its own"),
        ({"tokenizer": "x", "lower_case": True}, "for a tokenizer that is trained here"),
        ({"ratio": 0.1, "spread": 0.2}, "every draw must lie above 0"),
        ({"notes": []}, "notes: "),
        ({"minutes": 0}, "minutes: "),
        ({"strategy": "random"}, "strategy: "),
        ({"stepps": 3, "seed": "x"}, "stepps: "),
    ],
)
def test_what_cannot_work_is_told_by_name(given: dict[str, object], said: str) -> None:
    with pytest.raises(OptionsError, match="These options cannot work") as told:
        parse_pretrain_options({"notes": ["a.jsonl"], **given})
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_defaults_are_the_papers_sampled_ratio_and_noise() -> None:
    options = PretrainOptions(notes=("a.jsonl",))
    assert (round(options.ratio - options.spread, 2), round(options.ratio + options.spread, 2)) == (0.15, 0.45)
    assert (options.strategy, options.unique, options.noise) == ("independent", False, 0.2)
