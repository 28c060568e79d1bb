"""Asking a live system about a few notes, and how the two services word their answers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.functional.comparison_service import Reply, Service, serving

from note_summarizer.comparison.answers import Answers
from note_summarizer.comparison.ask_notes import ask_notes
from note_summarizer.comparison.back_off import Patience
from note_summarizer.comparison.engines import engine_of
from note_summarizer.comparison.services import ask_bedrock, ask_endpoint
from note_summarizer.comparison.systems import parse_systems

BEDROCK = "nova=bedrock:amazon.nova-lite-v1:0?context=8000&max-output=120"
JURASSIC = "j2=endpoint:j2-mid?dialect=ai21-j2&context=8000"
NOTES = ["Chest pain for two hours.", "Left wrist fracture, cast.", "Fever 38.9 C, paracetamol 1 g."]

Say = Callable[[dict[str, Any], int], Reply]


def converse(text: str, stop: str = "end_turn") -> Reply:
    message = {"role": "assistant", "content": [{"text": text}]}
    usage = {"inputTokens": 500, "outputTokens": 20, "totalTokens": 520}
    return Reply({"output": {"message": message}, "stopReason": stop, "usage": usage, "metrics": {"latencyMs": 9}})


def jurassic(body: dict[str, Any], text: str) -> Reply:
    return Reply({"id": 1, "prompt": {"text": body["prompt"]}, "completions": [{"data": {"text": text}}]})


def said_about(body: dict[str, Any]) -> str:
    """Return the note in a prompt: what stands between the last marks."""
    prompt = body["prompt"] if "prompt" in body else body["messages"][0]["content"][0]["text"]
    return str(prompt).rpartition("<note>")[2].rpartition("</note>")[0].strip()


def asked(spec: str, say: Say, notes: list[str] = NOTES, **said: Any) -> tuple[Answers, Service]:
    (system,) = parse_systems([spec])
    name, ask = ("bedrock-runtime", ask_bedrock) if system.kind == "bedrock" else ("sagemaker-runtime", ask_endpoint)
    patience = Patience(sleep=lambda seconds: None, random=Random(3), tries=said.pop("tries", 6))
    with serving(say) as (service, connect):
        client = connect(name, read_timeout=said.pop("read_timeout", 5))
        found = ask_notes(
            system, engine_of(system), notes, ask(client, system), concurrency=3, patience=patience, **said
        )
        client.close()
    return found, service


def codes(answers: Answers) -> list[str]:
    return [note.failure for note in answers.notes]
