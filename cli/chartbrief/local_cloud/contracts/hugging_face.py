"""Hugging Face's containers, and the open models of JumpStart.

- `text-generation`: Text Generation Inference, https://huggingface.github.io/text-generation-inference/ (422 with
  `error` and `error_type`; 429 when it is overloaded)
- `hf-seq2seq`: the inference toolkit's pipelines, https://huggingface.co/docs/sagemaker/reference#inference-toolkit-api;
  whatever a handler raises is a 400 with `code`, `type` and `message`:
  https://github.com/aws/sagemaker-huggingface-inference-toolkit
- `jumpstart-text`: JumpStart's containers for Flan-T5, BLOOM and GPT-2, on the same server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chartbrief.local_cloud.contracts.family import Answered, Ask, Family, Refusal
from chartbrief.local_cloud.contracts.schemas import place

# What `generate` and TGI write where a request does not say.
_GENERATE_TOKENS, _TGI_TOKENS = 20, 100
_FINISH = {"end": "eos_token", "length": "length", "stop": "stop_sequence"}


def _read_parameters(request: Mapping[str, Any]) -> Ask:
    given = request.get("parameters", {})
    return Ask(request["inputs"], given.get("max_new_tokens", given.get("max_length", _GENERATE_TOKENS)))


def _read_tgi(request: Mapping[str, Any]) -> Ask:
    given = request.get("parameters", {})
    return Ask(request["inputs"], given.get("max_new_tokens", _TGI_TOKENS), stops=given.get("stop", ()))


def _read_text_inputs(request: Mapping[str, Any]) -> Ask:
    most = request.get("max_new_tokens", request.get("max_length", _GENERATE_TOKENS))
    results, stops = request.get("num_return_sequences", 1), request.get("stopping_criteria", ())
    return Ask(request["text_inputs"], most, results, stops)


def _respond_summary(answered: Answered) -> Any:
    return [{"summary_text": answered.completion.text}]


def _respond_tgi(answered: Answered) -> Any:
    given, completion = answered.request.get("parameters", {}), answered.completion
    head = answered.prompt if given.get("return_full_text") else ""
    found: dict[str, Any] = {"generated_text": head + completion.text}
    if given.get("details"):
        counts = {"finish_reason": _FINISH[completion.finish], "generated_tokens": len(completion.tokens)}
        found["details"] = {**counts, "seed": None, "prefill": [], "tokens": []}
    return [found]


def _respond_texts(answered: Answered) -> Any:
    head = answered.prompt if answered.request.get("return_full_text") else ""
    return {"generated_texts": [head + answered.completion.text] * answered.results}


def _refuse_toolkit(refusal: Refusal) -> tuple[int, Any]:
    status = {"throttle": 503, "server-error": 500}.get(refusal.kind, 400)
    return status, {"code": status, "type": "InternalServerException", "message": _reason(refusal)}


def _refuse_tgi(refusal: Refusal) -> tuple[int, Any]:
    if refusal.kind == "content-type":
        return 415, "Expected request with `Content-Type: application/json`"
    if refusal.kind == "not-json":
        return 400, "Failed to parse the request body as JSON"
    if refusal.kind == "throttle":
        return 429, {"error": "Model is overloaded", "error_type": "overloaded"}
    if refusal.kind == "server-error":
        return 500, {"error": "Incomplete generation", "error_type": "incomplete_generation"}
    return 422, {"error": f"Input validation error: {_reason(refusal)}", "error_type": "validation"}


def _reason(refusal: Refusal) -> str:
    if refusal.kind == "fields":
        return f"{place(refusal.findings[0].path)}: {refusal.findings[0].text}"
    if refusal.kind == "too-long":
        return f"`inputs` tokens + `max_new_tokens` must be <= {refusal.limit}. Given: {refusal.given}"
    reasons = {
        "content-type": "the content type is not supported by this framework",
        "not-json": "the body is not valid JSON",
        "throttle": "Model has no worker to serve the request: retry later",
    }
    return reasons.get(refusal.kind, "Worker died.")


HF_SEQ2SEQ = Family("hf-seq2seq", 1024, False, _read_parameters, _respond_summary, _refuse_toolkit)
TEXT_GENERATION = Family("text-generation", 2048, True, _read_tgi, _respond_tgi, _refuse_tgi)
JUMPSTART_TEXT = Family("jumpstart-text", 2048, True, _read_text_inputs, _respond_texts, _refuse_toolkit)
