"""Options: the same from arguments and from a training job's texts; what is left open is settled by size."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.errors import DataError, OptionsError
from note_summarizer.training.choose_limits import Limits
from note_summarizer.training.choose_settings import Settings, choose_settings
from note_summarizer.training.job_layout import JobLayout, parse_arguments
from note_summarizer.training.measure_lengths import measure_lengths
from note_summarizer.training.options import TrainOptions, parse_hyperparameters, parse_options

BASE = {"train": "a.csv", "checkpoint": "google/pegasus-xsum"}


@given(
    epochs=st.one_of(st.none(), st.integers(1, 100)),
    learning_rate=st.one_of(st.none(), st.floats(1e-8, 1.0)),
    name=st.one_of(st.none(), st.sampled_from(["ward-7", "1", "true", "null"])),
    note_column=st.text(min_size=1),
    prompt=st.one_of(st.none(), st.just("\n\nTL;DR:"), st.text()),
    keep=st.booleans(),
)
def test_options_survive_the_way_through_hyperparameters(
    epochs: int | None, learning_rate: float | None, name: str | None, note_column: str, prompt: str | None, keep: bool
) -> None:
    options = parse_options(
        {**BASE, "epochs": epochs, "learning_rate": learning_rate, "name": name, "note_column": note_column,
         "prompt_suffix": prompt, "keep_checkpoints": keep}
    )  # fmt: skip
    texts = json.loads(json.dumps(options.hyperparameters()))
    assert all(isinstance(text, str) for text in texts.values())
    assert parse_options(parse_hyperparameters(texts)) == options


def test_plain_texts_are_read_as_what_the_option_is() -> None:
    found = parse_options(parse_hyperparameters({"train": "a.csv", "from-scratch": "tiny", "epochs": "3"}))
    assert (found.epochs, found.from_scratch, found.learning_rate) == (3, "tiny", None)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"train": "a.csv"}, "checkpoint"),
        ({**BASE, "from_scratch": "tiny"}, "either"),
        ({"train": "a.csv", "from_scratch": "tiny", "lora": 8}, "lora"),
        ({**BASE, "epochs": 0}, "epochs"),
        ({**BASE, "epochs": "many", "warmup": 1.5}, "warmup.*epochs"),
        ({**BASE, "learning_rat": 1}, "learning-rat"),
        ({**BASE, "precision": "fp8"}, "precision"),
    ],
)
def test_every_option_that_cannot_work_is_named_at_once(given: dict[str, object], named: str) -> None:
    with pytest.raises(OptionsError, match=named):
        parse_options(given)


def settle(options: TrainOptions, pairs: int, parameters: int) -> Settings:
    return choose_settings(
        options, limits=Limits(384, 56), pairs=pairs, parameters=parameters, beams=4, native_bf16=False, validation=3,
    )  # fmt: skip


def test_small_models_take_larger_steps_and_few_notes_more_epochs() -> None:
    options = parse_options(BASE)
    few, many = settle(options, 34, 8_000_000), settle(options, 50_000, 568_000_000)
    assert few.learning_rate > many.learning_rate
    assert few.variants > many.variants == 1
    assert few.repetition_penalty > many.repetition_penalty == 1
    assert few.steps >= 240
    assert many.epochs == 3
    assert settle(options, 1200, 8_000_000).epochs == 8
    assert few.best_by == "loss"  # three validation notes
    assert few.limits == Limits(384, 56)
    asked = settle(
        parse_options({**BASE, "epochs": 7, "learning_rate": 0.5, "batch_size": 2, "variants": 1}), 34, 8_000_000
    )
    assert (asked.epochs, asked.learning_rate, asked.steps) == (7, 0.5, 7 * 17)


def test_bfloat16_is_chosen_only_where_it_is_native_or_asked_for() -> None:
    assert not settle(parse_options(BASE), 34, 1).bf16
    assert settle(parse_options({**BASE, "precision": "bf16"}), 34, 1).bf16


@given(st.lists(st.integers(1, 2000), min_size=1), st.integers(1, 1000))
def test_what_lies_beyond_the_limit_is_counted(lengths: list[int], limit: int) -> None:
    report = measure_lengths(lengths, limit)
    assert report.over == sum(length > limit for length in lengths)
    kept = sum(min(length, limit) for length in lengths)
    assert report.tokens_over_share == pytest.approx(1 - kept / sum(lengths))
    assert (report.over == 0) == ("all fit" in report.told("notes"))


def test_a_jobs_layout_is_the_containers_and_its_variables_move_it(tmp_path: Path) -> None:
    assert JobLayout.of({}).model == Path("/opt/ml/model")
    moved = JobLayout.of({"SM_BASE_DIR": str(tmp_path), "SM_MODEL_DIR": "/elsewhere"})
    assert (moved.model, moved.checkpoints) == (Path("/elsewhere"), tmp_path / "checkpoints")


def test_a_channel_is_one_data_file(tmp_path: Path) -> None:
    train = tmp_path / "input" / "data" / "train"
    train.mkdir(parents=True)
    layout = JobLayout.of({"SM_BASE_DIR": str(tmp_path)})
    with pytest.raises(DataError, match="channel train holds 0"):
        layout.channels({})
    (train / "pairs.csv").write_text("")
    (train / "_SUCCESS").write_text("")
    assert layout.channels({}) == {"train": str(train / "pairs.csv")}


def test_hyperparameters_come_from_the_variable_or_the_file_without_the_toolkits_own(tmp_path: Path) -> None:
    config = tmp_path / "input" / "config"
    config.mkdir(parents=True)
    (config / "hyperparameters.json").write_text(
        json.dumps({"epochs": "3", "scheduler": '"cosine"', "sagemaker_program": '"train.py"'})
    )
    layout = JobLayout.of({"SM_BASE_DIR": str(tmp_path)})
    assert layout.hyperparameters({}) == {"epochs": 3, "scheduler": "cosine"}
    assert layout.hyperparameters({"SM_HPS": '{"epochs": 4}'}) == {"epochs": 4}
    with pytest.raises(OptionsError):
        layout.hyperparameters({"SM_HPS": "{"})


def test_arguments_are_names_with_values() -> None:
    assert parse_arguments(["--learning-rate", "1e-4", "--train", "a.csv"]) == {"learning_rate": 1e-4, "train": "a.csv"}
    with pytest.raises(OptionsError):
        parse_arguments(["--force"])


def test_a_model_from_nothing_sees_a_few_thousand_pairs_in_variants_some_four_thousand_times() -> None:
    options = parse_options({"train": "a.csv", "from_scratch": "tiny"})
    found = settle(options, 2700, 2_000_000)
    assert (found.batch_size, found.variants, found.epochs, found.steps) == (8, 4, 3, 4050)
    assert found.learning_rate == 2e-3  # Muon's
    assert options.chosen_optimizer == "Muon"
    assert options.chosen_dropout == 0
