"""Names of what is deployed: valid, readable, the same for the same thing and another for another."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.deployment.names import (
    LONGEST,
    artifact_key,
    endpoint_name,
    group_name,
    model_name,
    parameter_names,
)
from note_summarizer.errors import OptionsError

SHA = "3fa2b1c8" + "0" * 56
SAGEMAKER = re.compile("[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")  # CreateModel, CreateEndpoint
WORDS = st.text(min_size=1, max_size=80).filter(lambda text: any(c.isascii() and c.isalnum() for c in text.lower()))


@given(WORDS, WORDS, st.text("0123456789abcdef", min_size=64, max_size=64), st.sampled_from(["realtime", "async"]))
def test_every_name_is_one_that_sagemaker_takes(name: str, version: str, sha256: str, kind: str) -> None:
    model = model_name(name, version, sha256, {"image": name})
    for found in (model, endpoint_name(model, kind, {"count": 1}), group_name(name)):
        assert SAGEMAKER.fullmatch(found), found
        assert len(found) <= LONGEST
    assert sha256[:8] in model


def test_a_name_says_model_version_and_hash() -> None:
    model = model_name("Ward Summaries", "2.1", SHA, {})
    assert model.startswith("chartbrief-ward-summaries-2-1-3fa2b1c8-")
    assert endpoint_name(model, "serverless", {}).startswith(f"{model}-sl-")
    assert model_name("chartbrief-demo", "1", SHA, {}).startswith("chartbrief-demo-1-")
    assert artifact_key("Ward", "2.1", SHA) == "chartbrief/models/ward/2-1-3fa2b1c8/model.tar.gz"


def test_the_same_is_named_the_same_and_other_settings_otherwise() -> None:
    settings = {"image": "a", "environment": {"X": "1", "Y": "2"}}
    turned = {"environment": {"Y": "2", "X": "1"}, "image": "a"}
    assert model_name("m", "1", SHA, settings) == model_name("m", "1", SHA, turned)
    assert model_name("m", "1", SHA, settings) != model_name("m", "1", SHA, {**settings, "image": "b"})
    assert model_name("m", "1", SHA, settings) != model_name("m", "1", "4" + SHA[1:], settings)


@pytest.mark.parametrize("stage", ["", "Prod", "a/b", "thirteen-letters", "9"])
def test_a_stage_is_a_short_word(stage: str) -> None:
    with pytest.raises(OptionsError, match="--stage"):
        parameter_names(stage)


def test_what_no_name_can_be_made_of_is_said() -> None:
    with pytest.raises(OptionsError, match="--name and --version"):
        model_name("_", "1", SHA, {})
