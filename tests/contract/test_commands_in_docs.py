"""Commands that pages on models show can be given as they stand, and template parameters can be set as shown."""

import re
import shlex
from typing import Any

import pytest
import typer
from tests.contract.reading import read
from typer.main import get_command

from chartbrief.app import app
from chartbrief.cloud import CHECKOUT
from chartbrief.local_cloud.template import Template

PAGES = (
    *("operations.md", "operators-commands.md", "options.md", "deploy-model.md", "compare.md", "pretraining.md"),
    *("package-model.md", "distill-model.md"),
)
SETTING = re.compile(r"\b([A-Z][a-z][A-Za-z]+)=([^\s`,;…]+)")
USAGE = typer.BadParameter.__mro__[1]  # what every refusal of a command line is


def commands_of(page: str) -> list[str]:
    """Commands in blocks of a shell, and those in a sentence that have options or arguments."""
    text = read("docs", page).replace("\\\n", " ")
    blocks = "\n".join(re.findall(r"```(?:sh|bash|shell)?\n(.*?)```", text, re.DOTALL))
    sentences = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    spoken = [found.replace("\n", " ") for found in re.findall(r"`(chartbrief [^`]+ --[^`]+)`", sentences)]
    return [*re.findall(r"^\s*(chartbrief .*)$", blocks, re.MULTILINE), *spoken]


COMMANDS = [(page, command) for page in PAGES for command in commands_of(page)]


def problem_of(command: str) -> str | None:
    """Say what is wrong with a command, without running it."""
    words = shlex.split(command, comments=True)[1:]
    found: Any = get_command(app)
    context = found.context_class(found, info_name="chartbrief")
    while hasattr(found, "commands"):
        found = found.commands.get(words[0]) if words else None
        if found is None:
            return f"there is no command {words[:1]}"
        words, context = words[1:], found.context_class(found, info_name=words[0], parent=context)
    try:
        given, left, _ = found.make_parser(context).parse_args(words)
    except USAGE as error:
        return error.format_message()
    missing = [p.name for p in found.params if p.required and given.get(p.name) in (None, (), [])]
    return f"left over {left}, missing {missing}" if left or missing else None


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=[f"{page}: {command[:70]}" for page, command in COMMANDS])
def test_a_command_can_be_given_as_it_stands(page: str, command: str) -> None:
    if "..." not in command:
        assert problem_of(command) is None


def test_what_is_no_command_is_found() -> None:
    assert len(COMMANDS) > 20
    assert problem_of("chartbrief model deploy --jumpstat x") is not None
    assert problem_of("chartbrief model deploi x") == "there is no command ['deploi']"
    assert "missing ['train']" in str(problem_of("chartbrief model train --out runs/x"))


@pytest.mark.parametrize("page", PAGES)
def test_template_parameters_that_are_shown_can_be_set(page: str) -> None:
    shown = [(name, value.rstrip(".")) for name, value in SETTING.findall(read("docs", page))]
    for name, value in shown:
        assert Template(CHECKOUT / "template.yaml", {name: value}).parameters[name] == value
