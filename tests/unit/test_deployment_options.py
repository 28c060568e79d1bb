"""What cannot work is refused before anything is started, all of it in one message."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.deployment.options import DeployOptions, EndpointOptions, Network
from note_summarizer.deployment.training_data import INPUT, options_in_container, plan_channels
from note_summarizer.deployment.training_job import TrainingJobOptions, check_hyperparameters
from note_summarizer.errors import DataError, OptionsError
from note_summarizer.training.options import TrainOptions, parse_hyperparameters, parse_options

GOOD = DeployOptions("s3://models/model.tar.gz")
JOB = TrainingJobOptions("team-models")
VPC = Network(("subnet-1",), ("sg-1",))


def test_what_can_work_passes() -> None:
    GOOD.check()
    replace(GOOD, endpoint=EndpointOptions("async", output="s3://answers/x"), network=VPC).check()
    JOB.check()
    replace(JOB, spot=True, max_wait_seconds=20000, network=VPC, checkpoints="s3://b/c").check()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (replace(GOOD, artifact="s3://models/model.zip"), "is not a model.tar.gz"),
        (replace(GOOD, artifact="nowhere/model.tar.gz"), "needs --bucket"),
        (replace(GOOD, metrics=Path("nowhere.json")), "--metrics nowhere.json does not exist"),
        (replace(GOOD, endpoint=EndpointOptions("async")), "--async-output"),
        (replace(GOOD, endpoint=EndpointOptions("serverless", memory_mb=4000)), "--memory"),
        (replace(GOOD, endpoint=EndpointOptions("serverless", concurrency=0)), "--concurrency"),
        (replace(GOOD, endpoint=EndpointOptions("serverless"), network=VPC), "serverless endpoints have no VPC"),
        (replace(GOOD, endpoint=EndpointOptions("realtime", "m5.xlarge")), "ml.m5.xlarge"),
        (replace(GOOD, endpoint=EndpointOptions("realtime", instance_count=0)), "--instance-count"),
        (replace(GOOD, network=Network(("subnet-1",))), "--subnet and --security-group go together"),
        (replace(GOOD, tags={"chartbrief:stage": "x"}), "reserved"),
        (replace(GOOD, stage="Production!"), "--stage"),
        (replace(JOB, bucket="s3://b"), "--bucket"),
        (replace(JOB, instance_count=2), "--instance-count must be 1"),
        (replace(JOB, max_wait_seconds=100), "belongs to --spot"),
        (replace(JOB, spot=True, max_wait_seconds=100), "shorter than --max-run"),
        (replace(JOB, max_run_seconds=3_000_000), "28 days"),
        (replace(JOB, checkpoints="here"), "--checkpoints"),
        (replace(JOB, network=Network(isolated=True)), "--isolated"),
    ],
)
def test_what_cannot_work_is_said(options: DeployOptions | TrainingJobOptions, said: str) -> None:
    with pytest.raises(OptionsError, match=said):
        options.check()


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(OptionsError) as told:
        replace(GOOD, endpoint=EndpointOptions("async", "big"), network=Network(("subnet-1",))).check()
    assert [part in str(told.value) for part in ("--async-output", "--instance-type", "--subnet")] == [True] * 3


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("x" * 2501, "2500 characters"),
        ("nurse's note", "apostrophe"),
        ("hf_" + "a" * 30, "looks like a secret"),
        ("AKIA" + "A" * 16, "looks like a secret"),
        ("https://b.s3.amazonaws.com/k?X-Amz-Signature=abc", "looks like a secret"),
    ],
)
def test_a_hyperparameter_that_harms_is_refused_without_its_value(value: str, said: str) -> None:
    with pytest.raises(OptionsError, match=said) as told:
        check_hyperparameters({"note_column": value})
    assert "note_column" in str(told.value)
    assert value not in str(told.value)


@given(
    st.builds(
        TrainOptions,
        train=st.just("a.csv"),
        checkpoint=st.just("google/pegasus-xsum"),
        note_column=st.text(min_size=1, max_size=20),
        epochs=st.none() | st.integers(1, 99),
        learning_rate=st.none() | st.floats(1e-6, 1, exclude_min=True),
        keep_checkpoints=st.booleans(),
        optimizer=st.sampled_from(["Adam", "AdamW", "Muon"]),
        seed=st.integers(-5, 5),
    )
)
def test_options_come_through_a_jobs_hyperparameters_unchanged(options: TrainOptions) -> None:
    parameters = options.hyperparameters()
    assert all(isinstance(value, str) for value in parameters.values())
    assert parse_options(parse_hyperparameters(parameters)) == options


def test_files_become_channels_under_names_of_ours(tmp_path: Path) -> None:
    notes = tmp_path / "Jane Doe 1950.jsonl.gz"
    notes.touch()
    options = TrainOptions(train=str(notes), test="s3://data/held-out.csv", from_scratch="tiny")
    channels = plan_channels(options)
    assert [channel.name for channel in channels] == ["train", "test"]
    moved = options_in_container(options, channels)
    assert (moved.train, moved.test) == (f"{INPUT}/train/train.jsonl.gz", f"{INPUT}/test/held-out.csv")
    assert moved.from_scratch == "tiny"


@pytest.mark.parametrize("source", ["nowhere.csv", "s3://data/folder/"])
def test_data_that_is_not_there_is_said(source: str) -> None:
    with pytest.raises(DataError, match=source):
        plan_channels(TrainOptions(train=source, from_scratch="tiny"))
