"""The template as it is written, and as plain structures."""

from functools import cache
from typing import Any

from chartbrief.cloud import CHECKOUT, DEFAULT_TEMPLATE
from chartbrief.local_cloud.template import Template

TEMPLATE = Template(DEFAULT_TEMPLATE, {})
TEXT = DEFAULT_TEMPLATE.read_text("utf-8")


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = TEMPLATE._document
    return found


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Properties by logical id; functions with the globals merged in."""
    return {name: body["Properties"] for name, body in TEMPLATE.resources.items() if body["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")
QUEUES = of_type("AWS::SQS::Queue")
BUCKETS = of_type("AWS::S3::Bucket")


def snake(function: str) -> str:
    """NotesUploadedFunction → notes_uploaded."""
    name = function.removesuffix("Function")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def read(*path: str) -> str:
    return CHECKOUT.joinpath(*path).read_text("utf-8")
