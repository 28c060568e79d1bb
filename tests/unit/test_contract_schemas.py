"""The schemas of dialects that are not ours: valid, sourced, and met by what the pipeline sends."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chartbrief.local_cloud.contracts import schemas
from chartbrief.local_cloud.contracts.schemas import find_wrong
from chartbrief.local_cloud.contracts.server import FAMILIES
from notes_pipeline.core.dialects import DIALECTS

FOLDER = Path(schemas.__file__).parent / "schemas"


def test_every_dialect_of_a_container_that_is_not_ours_has_a_server() -> None:
    assert set(FAMILIES) == set(DIALECTS) - {"chartbrief", "bedrock-converse", "bedrock-converse-plain"}
    assert {folder.name for folder in FOLDER.iterdir()} == set(FAMILIES)


@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize("dialect", FAMILIES)
def test_a_schema_is_valid_and_says_where_it_comes_from(dialect: str, side: str) -> None:
    schema = json.loads((FOLDER / dialect / f"{side}.json").read_text())
    Draft202012Validator.check_schema(schema)
    assert "https://" in schema["$comment"]


@pytest.mark.parametrize("dialect", FAMILIES)
def test_what_the_pipeline_sends_is_as_documented(dialect: str) -> None:
    assert find_wrong(dialect, "request", DIALECTS[dialect].request("Summarize <note>x</note>", 256)) == []


@pytest.mark.parametrize("dialect", FAMILIES)
def test_missing_and_unknown_fields_and_wrong_types_are_found_where_they_are(dialect: str) -> None:
    request = DIALECTS[dialect].request("zanzibar", 256)
    prompt = next(name for name, value in request.items() if value == "zanzibar")
    unknown = find_wrong(dialect, "request", {**request, "surprise": 1})
    missing = find_wrong(dialect, "request", {n: v for n, v in request.items() if n != prompt})
    typed = find_wrong(dialect, "request", {**request, prompt: ["zanzibar"]})
    assert [(f.path, f.rule) for f in unknown] == [(("surprise",), "additionalProperties")]
    assert [(f.path, f.rule) for f in missing] == [((prompt,), "required")]
    assert [(f.path, f.rule) for f in typed] == [((prompt,), "type")]
    assert "zanzibar" not in repr(unknown + missing + typed)


@pytest.mark.parametrize(
    ("dialect", "change", "place"),
    [
        ("ai21-j2", {"maxTokens": 8192}, ("maxTokens",)),
        ("ai21-j2", {"numResults": 17}, ("numResults",)),
        ("ai21-j2", {"temperature": 1.1}, ("temperature",)),
        ("ai21-j2", {"countPenalty": {"scale": 2}}, ("countPenalty", "scale")),
        ("cohere-generate", {"max_tokens": 4097}, ("max_tokens",)),
        ("cohere-generate", {"num_generations": 6}, ("num_generations",)),
        ("cohere-generate", {"truncate": "MIDDLE"}, ("truncate",)),
        ("cohere-generate", {"stop_sequences": ["a"] * 5}, ("stop_sequences",)),
        ("text-generation", {"parameters": {"temperature": 0}}, ("parameters", "temperature")),
        ("text-generation", {"parameters": {"top_p": 1.5}}, ("parameters", "top_p")),
        ("hf-seq2seq", {"parameters": {"num_return_sequences": 2}}, ("parameters", "num_return_sequences")),
        ("jumpstart-text", {"max_new_tokens": 0}, ("max_new_tokens",)),
    ],
)
def test_values_out_of_the_documented_range_are_found(
    dialect: str, change: dict[str, Any], place: tuple[str, ...]
) -> None:
    request = DIALECTS[dialect].request("Summarize", 100) | change
    assert [finding.path for finding in find_wrong(dialect, "request", request)] == [place]
