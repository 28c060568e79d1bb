"""JumpStart's bucket for tests: manifests and specifications, made here in the shape that AWS publishes them in.

The shape is that of the SageMaker SDK's own tests (tests/unit/sagemaker/jumpstart/constants.py of
https://github.com/aws/sagemaker-python-sdk); no model here is a real one's exact specification.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.model.deployments import QUICK
from tests.model.sagemaker_account import REGION, ROLE, Account

from note_summarizer.deployment.deploy_jumpstart import JumpStartDeployment, deploy_jumpstart
from note_summarizer.deployment.jumpstart_options import JumpStartOptions

CATALOGUE = f"jumpstart-cache-prod-{REGION}"
T5, GPT2 = "huggingface-text2text-flan-t5-xl", "huggingface-textgeneration-gpt2"
GATED = "meta-textgeneration-llama-2-7b"
NOVEL = "huggingface-textgeneration-novel-7b"
J2 = "ai21-jurassic-2-grande-instruct"
J2_LIGHT, COHERE, CHAT = "ai21-jurassic-2-light", "cohere-gpt-medium", "cohere-command-r"
RANKED = "huggingface-textgeneration1-bloomz-7b1-fp16"
PACKAGE = f"arn:aws:sagemaker:{REGION}:865070037744:model-package/j2-grande-instruct-v1-0-1"
OFFER = "https://aws.amazon.com/marketplace/pp/prodview-invented"
IMAGE = f"763104351884.dkr.ecr.{REGION}.amazonaws.com/huggingface-pytorch-inference:invented"
SUMMARY = "Pneumonia of the right lower lobe, ceftriaxone and azithromycin started."
GENERATED = [{"generated_text": SUMMARY}]


def specification(identifier: str, version: str, **changes: Any) -> dict[str, Any]:
    """One version of an open model."""
    return {
        "model_id": identifier,
        "url": f"https://huggingface.co/{identifier}",
        "version": version,
        "min_sdk_version": "2.189.0",
        "training_supported": False,
        "incremental_training_supported": False,
        "training_vulnerable": False,
        "training_dependencies": [],
        "training_vulnerabilities": [],
        "deprecated": False,
        "metrics": [],
        "model_kwargs": {},
        "fine_tuning_supported": False,
        "validation_supported": False,
        "resource_name_base": f"hf-{identifier.rpartition('huggingface-')[2]}",
        **_hosting(identifier),
        **changes,
    }


def _hosting(identifier: str) -> dict[str, Any]:
    folder = f"{identifier.rpartition('-')[0]}/{identifier}/artifacts/inference-prepack/v1.0.0"
    image = {"regional_properties": {"image_uri": "$gpu_ecr_uri_1"}}
    return {
        "hosting_ecr_specs": {"framework": "huggingface", "framework_version": "2.0.0", "py_version": "py310"},
        "hosting_artifact_key": f"{folder}/",
        "hosting_script_key": "source-directory-tarballs/huggingface/inference/v1.0.0/sourcedir.tar.gz",
        "hosting_prepacked_artifact_key": f"{folder}/",
        "hosting_prepacked_artifact_version": "1.0.0",
        "hosting_use_script_uri": False,
        "hosting_instance_type_variants": {
            "regional_aliases": {REGION: {"gpu_ecr_uri_1": IMAGE}},
            "variants": dict.fromkeys(("g5", "p3", "g4dn"), image),
        },
        "inference_vulnerable": False,
        "inference_vulnerabilities": [],
        "inference_dependencies": [],
        "inference_environment_variables": [
            _variable("SAGEMAKER_PROGRAM", "inference.py", needed=True),
            _variable("SAGEMAKER_SUBMIT_DIRECTORY", "/opt/ml/model/code", needed=False),
            _variable("MODEL_CACHE_ROOT", "/opt/ml/model", needed=True),
        ],
        "inference_volume_size": 128,
        "inference_enable_network_isolation": True,
        "default_inference_instance_type": "ml.g4dn.2xlarge",
        "supported_inference_instance_types": ["ml.g4dn.xlarge", "ml.g4dn.2xlarge", "ml.p3.2xlarge"],
        "deploy_kwargs": {"model_data_download_timeout": 1800, "container_startup_health_check_timeout": 2400},
        "default_payloads": {"example": _example({"inputs": "Summarize: ...", "parameters": {"max_new_tokens": 50}})},
    }


def _variable(name: str, default: str, needed: bool) -> dict[str, Any]:
    said = {"name": name, "type": "text", "default": default, "scope": "container"}
    return {**said, "required_for_model_class": needed}


def _example(body: dict[str, Any]) -> dict[str, Any]:
    return {"content_type": "application/json", "prompt_key": next(iter(body)), "body": body}


def _archived(identifier: str, version: str, **changes: Any) -> dict[str, Any]:
    """A version whose weights are one archive, asked as JumpStart's first containers were."""
    key = f"huggingface-infer/prepack/v1.1.2/infer-prepack-{identifier}.tar.gz"
    example = {"example": _example({"text_inputs": "Hello", "max_length": 50})}
    given = {"default_payloads": example, **changes}
    return specification(identifier, version, hosting_artifact_key=key, hosting_prepacked_artifact_key=key, **given)


OPEN = [
    specification(T5, "2.1.0"),
    _archived(T5, "1.2.1"),
    specification(T5, "9.0.0", min_sdk_version="99.0.0"),
    _archived(GPT2, "1.3.0", default_payloads={}),
    _archived(GPT2, "0.9.0", deprecated=True, deprecated_message="Version 0.9.0 is no longer offered."),
    _archived(GPT2, "0.8.0", inference_vulnerable=True, inference_vulnerabilities=["a==1 (CVE-0000-0000)"]),
    _archived(GPT2, "0.7.0", hosting_use_script_uri=True, hosting_prepacked_artifact_version=None)
    | {"hosting_prepacked_artifact_key": None},
    specification(
        GATED, "4.0.0", gated_bucket=True, hosting_eula_key="fmhMetadata/eula/llamaEula.txt", url="https://ai.meta.com"
    ),
    specification(NOVEL, "1.0.0", default_payloads={}),
    specification(
        RANKED,
        "2.0.0",
        inference_configs={name: {"component_names": [name]} for name in ("tgi", "lmi")},
        inference_config_components={
            "tgi": {"default_inference_instance_type": "ml.p3.2xlarge"},
            "lmi": {
                "default_inference_instance_type": "ml.g4dn.xlarge",
                "inference_environment_variables": [_variable("OPTION_ROLLING_BATCH", "vllm", needed=True)],
            },
        },
        inference_config_rankings={"overall": {"description": "", "rankings": ["lmi", "tgi"]}},
    ),
]


def _sold(identifier: str, version: str, **changes: Any) -> dict[str, Any]:
    """A model of AWS Marketplace."""
    open_model = specification(identifier, version)
    return {
        **{name: value for name, value in open_model.items() if not name.startswith("hosting_")},
        "default_inference_instance_type": "ml.g4dn.12xlarge",
        "supported_inference_instance_types": ["ml.g4dn.12xlarge", "ml.p3.16xlarge"],
        "inference_environment_variables": [],
        "hosting_model_package_arns": {REGION: PACKAGE},
        "model_subscription_link": OFFER,
        **changes,
    }


PROPRIETARY = [
    _sold(J2, "1.0.001", default_payloads={"a": _example({"prompt": "Hello", "maxTokens": 50, "temperature": 0})}),
    _sold(COHERE, "1.5.0", default_payloads={"a": _example({"prompt": "Hello", "max_tokens": 50, "temperature": 0})}),
    _sold(CHAT, "1.0.0", default_payloads={"a": _example({"message": "Hello", "chat_history": []})}),
    _sold(J2_LIGHT, "1.0.0", hosting_model_package_arns={"eu-west-1": PACKAGE}),
]


def put_catalogue(account: Account, patched: pytest.MonkeyPatch) -> None:
    """Put JumpStart's bucket into the account's region, and have the SDK forget what it read before."""
    from sagemaker.core.jumpstart.accessors import JumpStartModelsAccessor

    patched.setattr(JumpStartModelsAccessor, "_cache", None)
    patched.setattr(JumpStartModelsAccessor, "_cache_kwargs", {})
    account.aws.s3.create_bucket(Bucket=CATALOGUE)
    for manifest, folder, listed in (
        ("models_manifest.json", "community_models", OPEN),
        ("proprietary-sdk-manifest.json", "proprietary-models", PROPRIETARY),
    ):
        headers = [_put(account, folder, found) for found in listed]
        account.aws.s3.put_object(Bucket=CATALOGUE, Key=manifest, Body=json.dumps(headers))


def _put(account: Account, folder: str, found: dict[str, Any]) -> dict[str, Any]:
    key = f"{folder}/{found['model_id']}/specs_v{found['version']}.json"
    account.aws.s3.put_object(Bucket=CATALOGUE, Key=key, Body=json.dumps(found))
    named = {"model_id": found["model_id"], "version": found["version"], "min_version": found["min_sdk_version"]}
    return {**named, "spec_key": key, "search_keywords": []}


def deploy(account: Account, identifier: str, told: list[str] | None = None, **changes: Any) -> JumpStartDeployment:
    options = replace(JumpStartOptions(identifier, role=ROLE), **changes)
    tell = told.append if told is not None else lambda _: None
    return deploy_jumpstart(options, tell, aws=account.aws, patience=QUICK)
