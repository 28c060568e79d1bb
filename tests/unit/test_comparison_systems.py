"""What `--system` means, and what is refused before anything is asked."""

from pathlib import Path

import pytest

from note_summarizer.comparison.engines import engine_of, option_of
from note_summarizer.comparison.name_floors import with_floors
from note_summarizer.comparison.systems import System, parse_systems
from note_summarizer.errors import OptionsError


def one(value: str, dialect: str | None = None) -> System:
    (system,) = parse_systems([value], dialect)
    return system


@pytest.mark.parametrize(
    ("value", "name", "kind", "target"),
    [
        ("runs/a", "runs/a", "model", "runs/a"),
        ("ours=runs/a", "ours", "model", "runs/a"),
        ("flan=endpoint:flan-t5-xl", "flan", "endpoint", "flan-t5-xl"),
        ("endpoint:flan-t5-xl?dialect=hf-seq2seq", "flan-t5-xl", "endpoint", "flan-t5-xl"),
        ("bedrock:us.amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0", "bedrock", "us.amazon.nova-lite-v1:0"),
        ("recorded:/data/vendor.csv", "vendor", "recorded", "/data/vendor.csv"),
        ("old=recorded:vendor.jsonl?option=bloom", "old", "recorded", "vendor.jsonl"),
        ("lead-1", "lead-1", "floor", "lead-1"),
        ("copy=lead-3", "copy", "floor", "lead-3"),
    ],
)
def test_a_system_is_what_it_says(value: str, name: str, kind: str, target: str) -> None:
    system = one(value)
    assert (system.name, system.kind, system.target) == (name, kind, target)


def test_what_is_said_behind_the_question_mark_is_kept() -> None:
    system = one("x=endpoint:e?dialect=ai21-j2&model=ai21.j2-mid-v1&instance=ml.g5.xlarge&instances=2&context=1000")
    assert (system.model, system.instance, system.count("instances", 1)) == ("ai21.j2-mid-v1", "ml.g5.xlarge", 2)
    assert system.spec.startswith("endpoint:e?dialect=ai21-j2&")
    assert option_of(system) == "jurassic-2"


def test_a_path_that_exists_is_a_path_whatever_is_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "a?b=c"
    folder.mkdir()
    assert one(str(folder)).target == str(folder)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "names nothing"),
        ("endpoint:", "names nothing"),
        ("x=", "names nothing"),
        ("x=endpoint:e?speaks=it", "'speaks' means nothing for this kind; it takes option"),
        ("x=lead-1?option=gpt2", "it takes nothing"),
        ("x=endpoint:e?dialect", "write key=value"),
        ("x=endpoint:e?dialect=", "dialect is empty"),
        ("x=endpoint:e?context=few", "context is a whole number above 0"),
        ("x=bedrock:m?max-output=0", "max-output is a whole number above 0"),
        ("x=endpoint:e?option=gpt3", "there is no option gpt3; choose one of pegasus"),
        ("x=bedrock:m?option=gpt2", "stands for bedrock or bedrock-batch"),
    ],
)
def test_what_cannot_be_understood_is_said(value: str, said: str) -> None:
    with pytest.raises(OptionsError, match=said.replace("?", r"\?")):
        parse_systems([value])


def test_two_systems_need_two_names() -> None:
    with pytest.raises(OptionsError, match="Two systems are called a"):
        parse_systems(["a=runs/a", "a=endpoint:b"])


def test_endpoints_take_the_common_dialect_unless_they_say_otherwise() -> None:
    assert one("endpoint:e", "ai21-j2").said == {"dialect": "ai21-j2"}
    assert one("endpoint:e?dialect=chartbrief", "ai21-j2").said == {"dialect": "chartbrief"}
    assert one("endpoint:e?option=bloom", "ai21-j2").said == {"option": "bloom"}
    assert one("runs/a", "ai21-j2").said == {}


def test_an_engine_is_the_pipelines_own() -> None:
    engine = engine_of(one("x=endpoint:e?dialect=ai21-j2&context=3000&max-output=90"))
    assert (engine.dialect, engine.context_tokens, engine.max_output_tokens) == ("ai21-j2", 3000, 90)
    assert engine.prompt
    ours = engine_of(one("x=endpoint:e?dialect=chartbrief"))
    assert (ours.is_ours, ours.prompt, ours.max_output_tokens) == (True, "", 0)
    bedrock = engine_of(one("bedrock:us.amazon.nova-lite-v1:0"))
    assert (bedrock.dialect, bedrock.model_id) == ("bedrock-converse", "us.amazon.nova-lite-v1:0")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("x=endpoint:e", "say what the endpoint's container speaks"),
        ("x=endpoint:e?dialect=klingon", "there is no dialect klingon"),
        ("x=bedrock:m?prompt=nothing-9", "there is no prompt nothing-9"),
        ("x=bedrock:m?context=300", "leaves no room for a note"),
    ],
)
def test_an_engine_that_cannot_be_is_refused(value: str, said: str) -> None:
    with pytest.raises(OptionsError, match=said):
        engine_of(one(value))


def test_floors_stand_behind_the_systems_once() -> None:
    named = parse_systems(["a=runs/a", "lead-1"])
    assert [s.name for s in with_floors(named, ["lead-1", "lead-3", "lead-3"])] == ["a", "lead-1", "lead-3"]
    assert with_floors(named, ["none"]) == named
    with pytest.raises(OptionsError, match="There is no floor"):
        with_floors(named, ["lead-9"])
    with pytest.raises(OptionsError, match="is a floor's name"):
        with_floors(parse_systems(["lead-3=runs/a"]), ["lead-3"])
