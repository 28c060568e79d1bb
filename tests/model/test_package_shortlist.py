"""A packaged model's vocabulary shortlist."""

import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

from note_summarizer.artifact import load_artifact
from note_summarizer.packaging.package_model import INT8, PackageOptions, package_model

pytestmark = pytest.mark.filterwarnings("default")


def test_a_shortlist_learnt_from_pairs_travels_along(tmp_path: Path) -> None:
    pairs, out = "samples/pairs/handover.csv", tmp_path / "model.tar.gz"
    options = PackageOptions("model_build/demo_model/checkpoint", out, quantization=INT8, shortlist=pairs)
    made = package_model(options, datetime(2026, 1, 2, tzinfo=UTC), lambda _: None, lambda _: None)
    assert [check.summaries for check in made.checks] == [3, 3]
    with tarfile.open(out) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    served = load_artifact(tmp_path / "unpacked")
    assert served.shortlist
    always = served.weights_file.with_name("vmap.txt").read_text("utf-8").splitlines()[0]
    assert len(always.split(" ")) > 20
    assert not served.without_converted().shortlist
