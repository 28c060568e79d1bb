"""What each family is asked with and answers; what is no summary is told apart by a code."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.dialects import DIALECTS, AnswerError

PROMPT = "Summarize.\n\n<note>\nFever.\n</note>\n<summary>"
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def wrapped(dialect: str, text: Any, **finish: Any) -> Any:
    """A response of a family with this text."""
    reason = finish.get("reason")
    return {
        "chartbrief": {"summary_text": text, "parts": 1},
        "hf-seq2seq": [{"summary_text": text}],
        "text-generation": [{"generated_text": text, "details": {"finish_reason": reason}}],
        "jumpstart-text": {"generated_texts": [text]},
        "ai21-j2": {
            "id": 1,
            "prompt": {"text": PROMPT, "tokens": [{}] * 9},
            "completions": [{"data": {"text": text, "tokens": [{}] * 3}, "finishReason": {"reason": reason}}],
        },
        "cohere-generate": {"id": "a", "prompt": PROMPT, "generations": [{"text": text, "finish_reason": reason}]},
        "bedrock-converse": {
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
            "stopReason": reason or "end_turn",
            "usage": {"inputTokens": 9, "outputTokens": 3, "totalTokens": 12},
        },
    }[dialect.removesuffix("-plain")]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_request_holds_the_prompt_once_and_the_limit(dialect: str) -> None:
    body = DIALECTS[dialect].request(PROMPT, 77)
    assert json.dumps(body).count(json.dumps(PROMPT)) == 1
    assert "77" in json.dumps(body)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_answer_is_its_text_without_what_stands_around_it(dialect: str) -> None:
    read = DIALECTS[dialect].read
    assert read(wrapped(dialect, "  Fever, HR 120.\n</summary>\n<note>\nanother")).text == "Fever, HR 120."
    assert read(wrapped(dialect, "Here is a summary of the note:\n\nFever.")).text == "Fever."
    assert read(wrapped(dialect, "**Summary:** Fever.")).text == "Fever."
    assert read(wrapped(dialect, "<summary>\nFever.\n</summary>")).text == "Fever."


@pytest.mark.parametrize(
    ("dialect", "reason"),
    [
        ("text-generation", "length"),
        ("ai21-j2", "length"),
        ("cohere-generate", "MAX_TOKENS"),
        ("bedrock-converse", "max_tokens"),
    ],
)
def test_an_answer_that_reached_its_limit_says_so(dialect: str, reason: str) -> None:
    assert DIALECTS[dialect].read(wrapped(dialect, "Fever.", reason=reason)).cut_off
    assert not DIALECTS[dialect].read(wrapped(dialect, "Fever.")).cut_off


def test_a_model_that_refuses_a_temperature_is_asked_without_one() -> None:
    usual, plain = (DIALECTS[name].request(PROMPT, 77) for name in ("bedrock-converse", "bedrock-converse-plain"))
    assert usual["inferenceConfig"].pop("temperature") == 0
    assert plain == usual


def test_prompts_and_tokens_are_read_where_a_family_tells_them() -> None:
    j2 = DIALECTS["ai21-j2"].read(wrapped("ai21-j2", "Fever."))
    assert (j2.prompt_echo, j2.input_tokens, j2.output_tokens) == (PROMPT, 9, 3)
    assert DIALECTS["cohere-generate"].read(wrapped("cohere-generate", "Fever.")).prompt_echo == PROMPT
    converse = DIALECTS["bedrock-converse"].read(wrapped("bedrock-converse", "Fever."))
    assert (converse.input_tokens, converse.output_tokens) == (9, 3)


def test_a_container_that_repeats_the_prompt_is_read_without_it() -> None:
    for dialect in ("text-generation", "jumpstart-text"):
        assert DIALECTS[dialect].read(wrapped(dialect, f"{PROMPT} Fever."), PROMPT).text == "Fever."


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "EmptyAnswer"),
        (" \n</summary>", "EmptyAnswer"),
        ("I'm sorry, but I cannot help with medical records.", "Refused"),
        ("I\u2019m unable to summarize this.", "Refused"),
        ("As an AI language model, I do not read notes.", "Refused"),
        ("Please provide the clinical note.", "Refused"),
        (None, "MalformedAnswer"),
        (7, "MalformedAnswer"),
    ],
)
def test_what_is_no_summary_has_a_code(dialect: str, text: Any, code: str) -> None:
    with pytest.raises(AnswerError) as raised:
        DIALECTS[dialect].read(wrapped(dialect, text))
    assert raised.value.code == code


@pytest.mark.parametrize(
    "text",
    ["Patient is unable to provide history, fever.", "Sorry state of wound, no infection.", "I and D of abscess."],
)
def test_clinical_wording_is_no_refusal(text: str) -> None:
    assert DIALECTS["hf-seq2seq"].read(wrapped("hf-seq2seq", text)).text == text


@pytest.mark.parametrize(
    ("dialect", "output"),
    [
        ("cohere-generate", wrapped("cohere-generate", "x", reason="ERROR_TOXIC")),
        ("bedrock-converse", wrapped("bedrock-converse", "x", reason="guardrail_intervened")),
        ("bedrock-converse", wrapped("bedrock-converse", "x", reason="content_filtered")),
    ],
)
def test_a_filter_that_withheld_the_answer_is_a_refusal(dialect: str, output: Any) -> None:
    with pytest.raises(AnswerError, match="Refused"):
        DIALECTS[dialect].read(output)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(output=JSON_VALUES)
def test_whatever_comes_back_is_an_answer_or_an_error_with_a_code(dialect: str, output: Any) -> None:
    assert read_or_code(dialect, output)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data())
def test_a_response_with_something_broken_in_it_is_too(dialect: str, data: st.DataObject) -> None:
    output = wrapped(dialect, "Fever.")
    holder, key = _somewhere(output, data)
    holder[key] = data.draw(JSON_VALUES)
    assert read_or_code(dialect, output)


def read_or_code(dialect: str, output: Any) -> str:
    """The answer's text, or the code of what is wrong with it."""
    try:
        return DIALECTS[dialect].read(output).text
    except AnswerError as error:
        return error.code if error.code.isalnum() else ""


def _somewhere(value: Any, data: st.DataObject) -> tuple[Any, Any]:
    holder, key = value, data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
    while isinstance(holder[key], dict | list) and holder[key] and data.draw(st.booleans()):
        holder = holder[key]
        key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    return holder, key


def test_the_words_of_an_error_object_are_never_taken_over() -> None:
    with pytest.raises(AnswerError) as raised:
        DIALECTS["chartbrief"].read({"error": {"code": "Zanzibarine fever.", "message": "Zanzibarine fever."}})
    assert "anzibarine" not in str(raised.value)
