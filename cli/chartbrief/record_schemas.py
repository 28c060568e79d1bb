"""The JSON Schemas of the published records, made of the models: `python -m chartbrief.record_schemas docs/schemas`.

A schema describes what is promised, so it takes fields it does not know, and requires only what every record of its
version has had from the first one on.
"""

import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from notes_pipeline import models, records

PUBLISHED: dict[str, type[BaseModel]] = {
    "summary": records.SummaryRecord,
    "quarantine": records.QuarantineRecord,
    "codes": records.NoteCodes,
}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ATTRIBUTE = re.compile(r"^(\w+(?:, \w+)*): (.+(?:\n {4,}.+)*)", re.MULTILINE)


def record_schema(name: str) -> dict[str, Any]:
    """Return the schema of a published record: `summary`, `quarantine` or `codes`."""
    schema = PUBLISHED[name].model_json_schema()
    schema["required"] = ["schema_version", *schema["required"]]
    for title, part in [(schema["title"], schema), *schema.get("$defs", {}).items()]:
        _describe(part, getattr(records, title, None) or getattr(models, title))
    return {"$schema": _DIALECT, **schema}


def schema_text(name: str) -> str:
    """Return the schema as its file holds it."""
    return json.dumps(record_schema(name), indent=2, ensure_ascii=False) + "\n"


def schema_file(folder: Path, name: str) -> Path:
    """Return where a record's schema lies in the folder of schemas."""
    return folder / f"{name}.schema.json"


def _describe(part: dict[str, Any], model: type) -> None:
    """Let a reader meet unknown fields, and say of the known ones what the model's docstring says."""
    part.pop("additionalProperties", None)
    text, _, attributes = (inspect.getdoc(model) or "").partition("\n\nAttributes:\n")
    part["description"] = " ".join(text.split())
    for names, meaning in _ATTRIBUTE.findall(inspect.cleandoc(attributes)):
        for name in names.split(", "):
            part["properties"][name]["description"] = " ".join(meaning.split())


def main(folder: Path) -> None:
    """Write every schema into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PUBLISHED:
        schema_file(folder, name).write_text(schema_text(name), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
