"""Packaging as a whole: the same bytes each time, tried before it counts, nothing left of what fails."""

import importlib
import json
import os
import shutil
import signal
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

import torch
from safetensors.torch import load_file, save_file
from tests.model.seq2seq_checkpoints import describe, write_pegasus
from typer.testing import CliRunner

from chartbrief.app import app
from note_summarizer.artifact import ArtifactError, load_artifact, sha256_of
from note_summarizer.errors import CheckpointError, DataError, OptionsError, OutputError
from note_summarizer.packaging import package_model as steps
from note_summarizer.packaging.package_model import FLOAT32, PackageOptions, package_model
from note_summarizer.packaging.routes import SampleRequest, answers_through
from note_summarizer.packaging.verify_archive import Check, verify_archive

pytestmark = pytest.mark.filterwarnings("default")
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_pegasus(tmp_path_factory.mktemp("source") / "tiny-pegasus")
    (folder / "predictions.jsonl").write_text("somebody's note")
    return folder


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packs without trying; one test tries for all."""
    monkeypatch.setattr(steps, "verify_archive", lambda *_, **__: [Check("model.safetensors", 3, 3, 0.1)])


def pack(source: Path | str, out: Path, **options: object) -> steps.Package:
    return package_model(PackageOptions(str(source), out, **options), NOW, lambda _: None, lambda _: None)  # type: ignore[arg-type]


def test_the_command_packs_tries_and_tells(checkpoint: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "model.tar.gz"
    command = ["model", "package", str(checkpoint), "--out", str(out), "--json", "--version", "7"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert (told["name"], told["version"], told["sha256"]) == ("tiny-pegasus", "7", sha256_of(out))
    (check,) = told["checks"]
    assert (check["weights"], check["summaries"], check["equal"]) == ("model.safetensors", 3, 3)
    assert not any("predictions" in name for name in told["files"])
    receipt = json.loads((out.parent / "model.tar.gz.json").read_text())
    assert (receipt["sha256"], receipt["size"]) == (told["sha256"], out.stat().st_size)
    assert sorted(path.name for path in out.parent.iterdir()) == ["model.tar.gz", "model.tar.gz.json"]


@pytest.mark.usefixtures("untried")
def test_packing_again_from_another_folder_gives_the_same_file(checkpoint: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(checkpoint, tmp_path / "moved" / "tiny-pegasus")
    first = pack(checkpoint, tmp_path / "a.tar.gz", quantization=FLOAT32)
    second = pack(moved, tmp_path / "b.tar.gz", quantization=FLOAT32)
    assert first.receipt.sha256 == second.receipt.sha256 == sha256_of(tmp_path / "b.tar.gz")
    # What was packed can be packed: without the converted model it is the package of the checkpoint.
    again = pack(tmp_path / "a.tar.gz", tmp_path / "c.tar.gz")
    assert again.receipt.sha256 == pack(checkpoint, tmp_path / "d.tar.gz").receipt.sha256


@pytest.mark.usefixtures("untried")
def test_a_checkpoint_as_the_hub_has_it_is_rewritten_the_same_each_time(tmp_path: Path) -> None:
    old = write_pegasus(tmp_path / "old", weights="pytorch")
    first, second = (pack(old, tmp_path / f"{name}.tar.gz", name="old") for name in "ab")
    assert first.receipt.sha256 == second.receipt.sha256
    assert {"model.safetensors", "tokenizer.json", "config.json"} < set(first.files)


@pytest.mark.usefixtures("untried")
def test_an_existing_archive_is_kept_unless_forced(checkpoint: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.tar.gz"
    out.write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists: give another --out, or --force"):
        pack(checkpoint, out)
    assert out.read_bytes() == b"mine"
    pack(checkpoint, out, force=True)
    assert sha256_of(out) == json.loads((tmp_path / "model.tar.gz.json").read_text())["sha256"]


@pytest.mark.usefixtures("untried")
def test_the_entry_point_is_the_same_without_the_console_command(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = importlib.import_module("package").main
    command = [str(checkpoint), "--out", str(tmp_path / "model.tar.gz"), "--name", "ward"]
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "ward"
    assert main(command) == 2
    assert "exists: give another --out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"out": Path("model.tgz")}, OptionsError),
        ({"name": "Patient Doe"}, OptionsError),
        ({"version": ""}, OptionsError),
        ({"source": "model_build/demo_model/served"}, CheckpointError),
        ({"source": "./nowhere"}, CheckpointError),
        ({"shortlist": "samples/pairs/handover.csv"}, OptionsError),  # without a converted model
        ({"shortlist": "./nowhere.csv", "quantization": FLOAT32}, DataError),
    ],
)
def test_what_cannot_work_is_told_at_once(
    tmp_path: Path, change: dict[str, object], error: type[Exception], checkpoint: Path
) -> None:
    options = PackageOptions(str(checkpoint), tmp_path / "model.tar.gz")
    with pytest.raises(error):
        package_model(replace(options, **change), NOW, lambda _: None, lambda _: None)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_model_without_summaries_is_not_packaged(checkpoint: Path, tmp_path: Path) -> None:
    silent = shutil.copytree(checkpoint, tmp_path / "silent")
    weights = load_file(silent / "model.safetensors")
    weights["final_logits_bias"] = torch.zeros_like(weights["final_logits_bias"])
    weights["final_logits_bias"][0, 1] = 1000.0
    save_file(weights, silent / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ArtifactError, match="no summary for 3 of 3 invented notes"):
        pack(silent, tmp_path / "out" / "model.tar.gz")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_leaves_nothing(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half_written(members: object, path: Path) -> str:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(steps, "write_archive", half_written)
    done = CliRunner().invoke(app, ["model", "package", str(checkpoint), "--out", str(tmp_path / "model.tar.gz")])
    assert (done.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "The disk is full" in done.output


def test_sigterm_leaves_nothing(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(members: object, path: Path) -> str:
        path.write_bytes(b"half")
        os.kill(os.getpid(), signal.SIGTERM)
        return "never"

    monkeypatch.setattr(steps, "write_archive", ended)
    done = CliRunner().invoke(app, ["model", "package", str(checkpoint), "--out", str(tmp_path / "model.tar.gz")])
    assert (done.exit_code, list(tmp_path.iterdir())) == (128 + signal.SIGTERM, [])


@pytest.mark.usefixtures("untried")
def test_a_package_that_lacks_a_module_or_has_other_weights_does_not_pass(checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    with tarfile.open(pack(checkpoint, tmp_path / "model.tar.gz").archive) as archive:
        archive.extractall(folder, filter="data")
    (folder / "code" / "note_summarizer" / "generation.py").unlink()
    with pytest.raises(ArtifactError, match=r"the Hugging Face handler ended with (not in the package|ModuleNotFound)"):
        answers_through("handler", folder, [SampleRequest("", "application/json")], tmp_path)
    (folder / "model.safetensors").write_bytes(b"other")
    with pytest.raises(ArtifactError, match="its hash differs"):
        load_artifact(folder)


def test_answers_that_differ_from_the_checkpoints_do_not_pass(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = describe(checkpoint)
    answers = {"source": "as it was", "unpacked": "otherwise"}

    def answered(route: str, folder: Path, requests: object, scratch: Path, *, ctranslate2: bool = True) -> list[str]:
        model = {"sha256": source.sha256}
        good = json.dumps({"summary_text": answers[folder.name], "model": model})
        return ["\n".join([good, '{"error": {}}', good, good]), good]

    monkeypatch.setattr("note_summarizer.packaging.verify_archive.answers_through", answered)
    monkeypatch.setattr(steps, "verify_archive", lambda *_, **__: [])
    made = pack(checkpoint, tmp_path / "model.tar.gz").archive
    with pytest.raises(ArtifactError, match="gives 3 of 3 summaries otherwise than the checkpoint"):
        verify_archive(made, replace(source, sha256=source.sha256), tmp_path, exact=False, tell=lambda _: None)
