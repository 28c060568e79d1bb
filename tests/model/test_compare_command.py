"""`chartbrief model compare`, from files to files: what it prints, writes, refuses, and keeps to itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rouge_score", reason="model tests have an environment of their own: make test-model")

from tests.functional.comparison_service import Reply, serving
from tests.model.evaluated_pairs import SERVED, pairs
from typer.testing import CliRunner, Result

from chartbrief.model import app
from note_summarizer.comparison import compare_files as files
from note_summarizer.pairs.pair import Pair

# datasets and pyarrow leave files and forks behind that Python warns of.
pytestmark = pytest.mark.filterwarnings("default")

TEST = pairs(8)
CANARIES = {word for pair in TEST for word in pair.note.split() if len(word) > 7}


def write(path: Path, given: list[Pair]) -> str:
    path.write_text("".join(json.dumps({"note": p.note, "summary": p.summary, "id": p.id}) + "\n" for p in given))
    return str(path)


def record(path: Path, **said: Any) -> str:
    rows = [{"id": p.id, "summary": p.summary, "latency_seconds": 0.5, **said} for p in reversed(TEST)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return f"recorded:{path}"


def compare(tmp_path: Path, *options: str) -> Result:
    test = write(tmp_path / "test.jsonl", TEST)
    return CliRunner().invoke(app, ["compare", "--test", test, "--out", str(tmp_path / "out"), *options])


def test_a_model_a_recorded_file_and_floors_are_compared(tmp_path: Path) -> None:
    said = record(tmp_path / "perfect.jsonl", input_tokens=500, output_tokens=40)
    model = f"ours={SERVED}?instance=ml.m5.large"
    recorded = f"perfect={said}?option=bedrock&model=amazon.nova-lite-v1:0"
    told = compare(tmp_path, "--system", model, "--system", recorded, "--threads", "1", "--prices", str(own(tmp_path)))
    assert told.exit_code == 0, told.output
    assert "To use perfect: SummarizerOption=bedrock ModelId=amazon.nova-lite-v1:0" in told.stdout
    assert "nearest is left out" in told.stdout
    assert not any(word in told.output for word in CANARIES)
    out = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    assert sorted(out) == ["answers.jsonl", "comparison.html", "comparison.md", "scores.json"]
    assert not any(word in out["comparison.md"] or word in out["scores.json"] for word in CANARIES)
    ours, perfect, *floors = json.loads(out["scores.json"])["systems"]
    assert perfect["scores"]["rouge1"]["mean"] == 100
    assert perfect["cost_per_1000_notes_usd"] == pytest.approx((500 * 1.0 + 40 * 10.0) / 1000)
    assert (perfect["speed"]["p50"], perfect["speed"]["notes_per_second"]) == (0.5, 2.0)
    assert ours["speed"]["timed"] == len(TEST)
    assert ours["cost"]["basis"] == "instance"
    assert ours["peak_memory_mb"] > 10
    assert [floor["name"] for floor in floors] == ["lead-1", "lead-3"]
    again = compare(tmp_path, "--system", recorded)
    assert (again.exit_code, "--force" in again.stderr) == (1, True)
    # What it wrote can be compared again, without asking.
    (tmp_path / "out").rename(tmp_path / "earlier")
    reused = f"recorded:{tmp_path}/earlier/answers.jsonl?system=ours&option=pegasus"
    later = json.loads(compare(tmp_path, "--system", reused, "--floor", "none", "--json").stdout)
    assert later["systems"][0]["scores"] == ours["scores"]


def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    price = 'identifier = "amazon.nova-lite-v1:0"\ninput = 1.0\noutput = 10.0\nseen = 2027-01-30\nsource = "us"\n'
    path.write_text(f'checked = 2027-01-31\nregion = "eu-central-1"\n[[model]]\n{price}')
    return path


def test_live_options_are_asked_within_their_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def say(body: dict[str, Any], turn: int) -> Reply:
        if "prompt" in body:
            return Reply({"id": 1, "prompt": {"text": body["prompt"]}, "completions": [{"data": {"text": "Stable."}}]})
        message = {"role": "assistant", "content": [{"text": "Chest pain."}]}
        usage = {"inputTokens": 400, "outputTokens": 10, "totalTokens": 410}
        return Reply({"output": {"message": message}, "stopReason": "end_turn", "usage": usage})

    options = ["--system", "nova=bedrock:amazon.nova-lite-v1:0", "--system", "j2=endpoint:j2?option=jurassic-2"]
    with serving(say) as (service, connect):
        monkeypatch.setattr(files, "_connect", lambda region: connect)
        refused = compare(tmp_path, *options, "--max-cost", "0.00001")
        assert (refused.exit_code, service.asked) == (2, [])
        assert "Nothing was asked." in refused.stderr
        told = compare(tmp_path, *options, "--json", "--floor", "none", "--limit", "5", "--prices", str(own(tmp_path)))
    assert told.exit_code == 0, told.output
    assert "nova: 5 requests" in told.stderr
    found = json.loads(told.stdout)
    assert len(service.asked) == 10
    nova, j2 = found["systems"]
    assert nova["cost_per_1000_notes_usd"] == pytest.approx((400 * 1.0 + 10 * 10.0) / 1000)
    assert (j2["cost_per_1000_notes_usd"], j2["option"]) == (None, "jurassic-2")
    assert found["test_notes"] == 5
    assert [c["parameters"].split()[0] for c in found["recommendation"]["changes"]] == [
        "SummarizerOption=bedrock",
        "SummarizerOption=jurassic-2",
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--floor", "none"], "nothing to compare"),
        (["--floor", "lead-9"], "There is no floor"),
        (["--system", "x=endpoint:e"], "say what the endpoint's container speaks"),
        (["--system", "x=recorded:nowhere.csv"], "does not exist"),
        (["--system", "x=bedrock:acme.unpriced-v9"], "no price is known"),
        (["--baseline", "y"], "The baseline 'y' is not judged"),
        (["--prices", "nowhere.toml"], "cannot be read as a file of prices"),
        (["--summary-column", "brief"], "no column brief"),
    ],
)
def test_what_cannot_work_ends_in_one_sentence_and_leaves_nothing(
    tmp_path: Path, options: list[str], said: str
) -> None:
    told = compare(tmp_path, *options)
    assert told.exit_code == 2
    assert said in told.stderr
    assert "Traceback" not in told.output
    assert not (tmp_path / "out").exists()


def test_what_was_recorded_is_compared_without_loading_torch(tmp_path: Path) -> None:
    test, said = write(tmp_path / "test.jsonl", TEST), record(tmp_path / "perfect.jsonl")
    arguments = ["compare", "--test", test, "--system", said, "--out", str(tmp_path / "out")]
    code = (
        "import sys; from typer.testing import CliRunner; from chartbrief.model import app;"
        f" told = CliRunner().invoke(app, {arguments!r}); print(told.exit_code, *sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    status, *loaded = ran.stdout.split()
    assert status == "0"
    assert not {"torch", "transformers", "ctranslate2", "boto3"} & set(loaded)
