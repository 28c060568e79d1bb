"""Hugging Face containers and the open models of JumpStart.

- `hf-seq2seq`: the inference toolkit's summarization and text2text pipelines: `inputs` and `parameters`; a list with
  one object that has `summary_text` or `generated_text`.
  https://huggingface.co/docs/sagemaker/reference#inference-toolkit-api
- `text-generation`: Text Generation Inference and the toolkit's text-generation pipeline: the same request, and
  `generated_text`. https://huggingface.co/docs/text-generation-inference/basic_tutorials/consuming_tgi
- `jumpstart-text`: JumpStart's own containers for Flan-T5, BLOOM and GPT-2: `text_inputs` with generation arguments
  beside it, and `generated_texts`.
  https://sagemaker.readthedocs.io/en/stable/overview.html and the notebooks introduction_to_amazon_algorithms/
  jumpstart-foundation-models/text2text-generation-flan-t5.ipynb of https://github.com/aws/amazon-sagemaker-examples
"""

from __future__ import annotations

from typing import Any

from notes_pipeline.core.dialects.answers import Answer, AnswerError, Dialect, answer_of, first_object, item


def _inputs(prompt: str, max_output_tokens: int) -> dict[str, Any]:
    return {"inputs": prompt, "parameters": {"max_new_tokens": max_output_tokens, "do_sample": False}}


def _inputs_without_echo(prompt: str, max_output_tokens: int) -> dict[str, Any]:
    request = _inputs(prompt, max_output_tokens)
    request["parameters"]["return_full_text"] = False
    return request


def _text_inputs(prompt: str, max_output_tokens: int) -> dict[str, Any]:
    # `max_length` alone would count the prompt in, for models that go on with it.
    return {
        "text_inputs": prompt,
        "max_new_tokens": max_output_tokens,
        "num_return_sequences": 1,
        "do_sample": False,
    }


def _read_generated(output: Any, prompt: str = "") -> Answer:
    found = first_object(output)
    details = found.get("details")
    finish = details.get("finish_reason") if isinstance(details, dict) else None
    text = found.get("summary_text", found.get("generated_text"))
    return answer_of(text, prompt=prompt, cut_off=finish == "length")


def _read_texts(output: Any, prompt: str = "") -> Answer:
    # The same container in another version answers [[{"generated_text": ...}]].
    while isinstance(output, list) and len(output) == 1:
        output = output[0]
    found = first_object(output)
    texts = found.get("generated_texts", found.get("generated_text"))
    if isinstance(texts, list):
        if not texts:
            raise AnswerError("EmptyAnswer")
        texts = item(texts, 0)
    return answer_of(texts, prompt=prompt)


HF_SEQ2SEQ = Dialect("hf-seq2seq", _inputs, _read_generated)
TEXT_GENERATION = Dialect("text-generation", _inputs_without_echo, _read_generated)
JUMPSTART_TEXT = Dialect("jumpstart-text", _text_inputs, _read_texts)
