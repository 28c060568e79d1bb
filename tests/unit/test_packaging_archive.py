"""What goes into a package, and that equal contents are equal bytes."""

import ast
import io
import os
import tarfile
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.artifact import ModelArtifact, load_artifact, sha256_of
from note_summarizer.errors import OptionsError
from note_summarizer.packaging.handler_code import ROOT, handler_code
from note_summarizer.packaging.members import Member, members_of, requirements_text
from note_summarizer.packaging.sample_notes import sample_notes
from note_summarizer.packaging.write_archive import write_archive

DEMO = ROOT / "demo_model" / "served"
IN_THE_CONTAINER = {"torch", "transformers", "tokenizers"}
ASKED_FOR = {"ctranslate2", "rapidfuzz"}


def checkpoint(folder: Path) -> ModelArtifact:
    """A folder with a checkpoint's files and others that are nobody's business."""
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(os.urandom(100))
    (folder / "tokenizer.json").write_bytes((DEMO / "tokenizer.json").read_bytes())
    for name in ("config.json", "generation_config.json"):
        (folder / name).write_text("{}")
    for name in ("predictions.jsonl", "optimizer.pt", "train.csv"):
        (folder / name).write_text("a patient's note")
    demo = load_artifact(DEMO)
    weights = folder / "model.safetensors"
    unconverted = replace(demo, quantization="", shortlist=False)
    return replace(unconverted, folder=folder, weights=weights.name, sha256=sha256_of(weights), align_items=False)


def packed(members: list[Member], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_archive(members, folder / "model.tar.gz")
    return folder / "model.tar.gz"


def names_in(archive: Path) -> list[str]:
    with tarfile.open(archive) as opened:
        return opened.getnames()


def test_the_handlers_code_is_what_it_imports_and_no_more() -> None:
    files = handler_code()
    found: set[str] = set()
    for path in files.values():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                found.add(node.module or "")
            elif isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
    ours = {name for name in found if name.startswith("note_summarizer")}
    assert ours
    for name in ours:
        stem = name.replace(".", "/")
        assert f"{stem}.py" in files or f"{stem}/__init__.py" in files
    outside = {name.split(".")[0] for name in found - ours}
    assert {"starlette", "pydantic", "boto3", "typer"} & outside == set()
    assert outside & (IN_THE_CONTAINER | ASKED_FOR) == IN_THE_CONTAINER | ASKED_FOR
    assert not any("demo" in name or "training" in name or "packaging" in name for name in files)


def test_a_package_holds_the_checkpoint_and_nothing_else_of_its_folder(tmp_path: Path) -> None:
    artifact = checkpoint(tmp_path / "run")
    names = names_in(packed(members_of(artifact, None), tmp_path / "out"))
    assert names == sorted(names)
    roots = {name for name in names if "/" not in name}
    assert roots == {
        "artifact.json",
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
    }
    assert {"code/inference.py", "code/requirements.txt", "code/note_summarizer/engine.py"} < set(names)


def test_a_package_from_another_folder_and_day_is_the_same_file(tmp_path: Path) -> None:
    artifact = checkpoint(tmp_path / "one")
    other = tmp_path / "elsewhere" / "two"
    other.mkdir(parents=True)
    for path in sorted(artifact.folder.iterdir(), reverse=True):
        (other / path.name).write_bytes(path.read_bytes())
        (other / path.name).chmod(0o600)
        os.utime(other / path.name, (1, 1))
    first = packed(members_of(artifact, None), tmp_path / "a")
    second = packed(list(reversed(members_of(replace(artifact, folder=other), None))), tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()


def test_an_archive_says_nothing_of_when_or_by_whom(tmp_path: Path) -> None:
    archive = packed([Member("b/c", b"1"), Member("a", b"")], tmp_path)
    raw = archive.read_bytes()
    assert raw[3] == 0  # no flags: no name
    assert raw[4:8] == bytes(4)  # no time
    with tarfile.open(archive) as opened:
        for info in opened:
            assert (info.mtime, info.uid, info.gid, info.uname, info.gname, info.mode) == (0, 0, 0, "", "", 0o644)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True), st.binary(max_size=200), max_size=6))
def test_what_is_packed_is_what_is_unpacked(
    tmp_path_factory: pytest.TempPathFactory, contents: dict[str, bytes]
) -> None:
    path = tmp_path_factory.mktemp("packed") / "a.tar.gz"
    sha256 = write_archive([Member(name, content) for name, content in contents.items()], path)
    assert sha256 == sha256_of(path)
    with tarfile.open(path) as opened:
        found = {info.name: (opened.extractfile(info) or io.BytesIO()).read() for info in opened}
    assert found == contents


def test_large_weights_are_not_held_in_memory(tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    with weights.open("wb") as file:
        file.truncate(64_000_000)
    tracemalloc.start()
    write_archive([Member("weights", weights)], tmp_path / "a.tar.gz")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


def test_a_converted_model_is_described_first_and_the_checkpoint_as_its_fallback(tmp_path: Path) -> None:
    artifact = checkpoint(tmp_path / "run")
    members = {member.name: member.content for member in members_of(artifact, DEMO)}
    description = members["artifact.json"]
    assert isinstance(description, bytes)
    unpacked = tmp_path / "unpacked"
    (unpacked / "ctranslate2").mkdir(parents=True)
    for name, content in members.items():
        if not name.startswith("code/"):
            (unpacked / name).write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    loaded = load_artifact(unpacked)
    assert loaded.weights == "ctranslate2/model.bin"
    assert loaded.sha256 == sha256_of(DEMO / "model.bin")
    assert loaded.without_converted() == replace(artifact, folder=unpacked)


@pytest.mark.parametrize(
    ("aligns", "converted", "install", "wanted"),
    [
        (False, False, True, []),
        (True, False, True, ["rapidfuzz"]),
        (True, True, True, ["ctranslate2", "rapidfuzz"]),
        (False, True, True, ["ctranslate2"]),
        (False, True, False, []),
    ],
)
def test_the_container_installs_only_what_the_model_needs(
    aligns: bool, converted: bool, install: bool, wanted: list[str]
) -> None:
    artifact = replace(load_artifact(DEMO), align_items=aligns)
    lines = requirements_text(artifact, converted=converted, install=install).splitlines()
    names = [line.split("=")[0].rstrip(">") for line in lines if not line.startswith("#")]
    assert names == wanted


def test_a_model_that_needs_a_package_cannot_do_without() -> None:
    with pytest.raises(OptionsError, match="--no-requirements"):
        requirements_text(replace(load_artifact(DEMO), align_items=True), converted=False, install=False)


@pytest.mark.parametrize("limit", [9, 160, 1024])
def test_one_sample_note_is_longer_than_any_tokenizer_lets_the_model_read(limit: int) -> None:
    *short, long = sample_notes(limit)
    assert len(long.split()) > limit
    assert len(short) == 2
