"""Keys and sizes of an endpoint's volumes: given where there is a volume, and only there."""

from collections.abc import Iterator

import pytest

pytest.importorskip("sagemaker", reason="model tests have an environment of their own: make test-model")

from tests.model.jumpstart import GENERATED, T5, deploy, put_catalogue
from tests.model.sagemaker_account import Account, sagemaker_account

NO_KEY = "it is given no key"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with sagemaker_account(monkeypatch) as account:
        put_catalogue(account, monkeypatch)
        account.endpoint_answers(GENERATED)
        yield account


def test_a_volume_has_the_size_that_the_model_needs_and_the_key(account: Account) -> None:
    told: list[str] = []
    deploy(account, T5, told, kms_key="alias/team", instance_type="ml.p3.2xlarge")
    (config,) = account.asked("CreateEndpointConfig")
    assert (config["KmsKeyId"], config["ProductionVariants"][0]["VolumeSizeInGB"]) == ("alias/team", 128)
    assert not any(NO_KEY in line for line in told)


def test_local_storage_is_given_neither(account: Account) -> None:
    told: list[str] = []
    deploy(account, T5, told, kms_key="alias/team", instance_type="ml.g4dn.xlarge")
    (config,) = account.asked("CreateEndpointConfig")
    assert not {"KmsKeyId", "VolumeSizeInGB"} & {*config, *config["ProductionVariants"][0]}
    assert any(line.startswith("ml.g4dn.xlarge encrypts") and NO_KEY in line for line in told)
