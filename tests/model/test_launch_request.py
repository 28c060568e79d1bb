"""What a training job is asked of SageMaker, with every option given."""

import json
import re
from collections.abc import Iterator

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from tests.model.sagemaker_account import BUCKET, ROLE, Account, sagemaker_account
from tests.model.training_service import LINES, Service, launch, started, write_code, write_notes

from note_summarizer.deployment import launch_training as launching
from note_summarizer.deployment.follow_job import LOGS
from note_summarizer.deployment.options import Network
from note_summarizer.deployment.training_job import TrainingJobOptions

EVERYTHING = TrainingJobOptions(
    BUCKET,
    role=ROLE,
    instance_type="ml.m5.2xlarge",
    spot=True,
    max_run_seconds=3600,
    max_wait_seconds=7200,
    checkpoints=f"s3://{BUCKET}/earlier",
    kms_key="alias/team",
    network=Network(("subnet-1",), ("sg-1",)),
    encrypt_traffic=True,
    tags={"team": "icu"},
)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account in which one job was started."""
    folder = tmp_path_factory.mktemp("launch")
    code = write_code(folder / "code")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(launching, "source_folder", lambda: code)
        with sagemaker_account(patched) as account:
            Service(account)
            launch(account, write_notes(folder), EVERYTHING)
            yield account


def test_no_name_of_a_file_leaves_this_machine(account: Account) -> None:
    assert "Jane" not in json.dumps(started(account))
    assert not [key for key in account.objects() if "Jane" in key or "demo_model" in key]
    assert [key for key in account.objects() if key.endswith("/train/train.jsonl")]
    assert re.fullmatch(r"chartbrief-train-\d+", started(account)["TrainingJobName"])


def test_machine_network_keys_spot_and_tags_are_as_asked(account: Account) -> None:
    asked = started(account)
    assert asked["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}
    assert asked["ResourceConfig"]["VolumeKmsKeyId"] == asked["OutputDataConfig"]["KmsKeyId"] == "alias/team"
    assert asked["VpcConfig"] == {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    assert (asked["EnableManagedSpotTraining"], asked["EnableInterContainerTrafficEncryption"]) == (True, True)
    assert asked["CheckpointConfig"] == {"S3Uri": f"s3://{BUCKET}/earlier", "LocalPath": "/opt/ml/checkpoints"}
    assert {"Key": "team", "Value": "icu"} in asked["Tags"]


def test_on_a_cpu_the_container_is_pytorchs_as_hugging_faces_is_for_gpus_alone(account: Account) -> None:
    assert "/pytorch-training:" in started(account)["AlgorithmSpecification"]["TrainingImage"]


def test_every_upload_is_encrypted_with_the_key(account: Account) -> None:
    uploads = [request for request in account.asked("PutObject") if "/output/" not in request["Key"]]
    assert len(uploads) > 5
    assert {request.get("SSEKMSKeyId") for request in uploads} == {"alias/team"}


def test_the_training_takes_the_place_of_the_sdks_script(account: Account) -> None:
    (key,) = [key for key in account.objects() if key.endswith("sm_train.sh")]
    script = account.aws.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    assert "exec $SM_PYTHON_CMD train.py" in script  # SIGTERM reaches the first process alone
    assert "install_requirements.py requirements.txt" in script


def test_cloudwatch_reads_the_metrics_off_the_lines_that_are_printed(account: Account) -> None:
    definitions = started(account)["AlgorithmSpecification"]["MetricDefinitions"]
    assert [d["Name"] for d in definitions for line in LINES if re.search(d["Regex"], line)] == [
        "train_loss",
        "validation_rouge1",
    ]
    assert LOGS == "/aws/sagemaker/TrainingJobs"
