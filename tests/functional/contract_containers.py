"""Containers that are not ours over a model without weights, asked as the pipeline asks, and behind the executor."""

import json
from typing import Any

import httpx
from tests.functional.first_sentence import FirstSentence

from chartbrief.local_cloud.contracts.server import FAMILIES, Container
from chartbrief.local_cloud.executor import container as executor
from notes_pipeline.core.dialects import DIALECTS

JSON = "application/json"
NOTE = "Fever since Monday. Cough."
PROMPT = f"Summarize. <note>\nNo note. Example.\n</note>\n<note>\n{NOTE}\n</note>"


def container(dialect: str, context_tokens: int | None = None) -> Container:
    return Container(FAMILIES[dialect], FirstSentence(), context_tokens)


def ask(asked: Container, dialect: str, prompt: str = PROMPT, most: int = 50, **more: Any) -> tuple[int, Any]:
    """Status and parsed body of the answer to what the pipeline would send."""
    request = DIALECTS[dialect].request(prompt, most) | more
    status, body = asked.invoke(json.dumps(request).encode(), JSON)
    return status, json.loads(body)


class InProcess(executor.Container):
    """The executor's view of a container in this process."""

    def __init__(self, asked: Container) -> None:
        super().__init__("http://contract")
        self.asked = asked

    def wait_until_ready(self) -> None:
        return

    def execution_parameters(self) -> dict[str, Any]:
        return {}

    def post(self, body: bytes, content_type: str, accept: str, timeout: float) -> httpx.Response:
        status, answer = self.asked.invoke(body, content_type)
        return httpx.Response(status, content=answer)
