"""The demonstration model's training: it learns, resumes where it stopped, and is served as it was trained."""

import shutil
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training has an environment of its own: make test-model")

import ctranslate2  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402
from transformers import PegasusForConditionalGeneration  # noqa: E402

from note_summarizer.artifact import load_artifact  # noqa: E402
from note_summarizer.convert import convert_checkpoint  # noqa: E402
from note_summarizer.demo.data import MAX_INPUT_TOKENS, MAX_OUTPUT_TOKENS, Phase, draw_pairs, write_batches  # noqa: E402
from note_summarizer.demo.muon import MuonWithAdamW  # noqa: E402
from note_summarizer.demo.recipe import Stage  # noqa: E402
from note_summarizer.demo.student import build_student  # noqa: E402
from note_summarizer.demo.tokenizer import load_tokenizer, train_tokenizer  # noqa: E402
from note_summarizer.demo.train import new_model, save_checkpoint, train  # noqa: E402
from note_summarizer.engine import SummaryEngine  # noqa: E402

STEPS = 12
# The trainer pins memory for a device that is not there, and says so.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def tokenizer_json(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    train_tokenizer((text for pair in draw_pairs(1, "train", 400) for text in (pair.note, pair.summary)), path)
    return path


@pytest.fixture
def stage(tmp_path: Path, tokenizer_json: Path) -> Path:
    """A folder with a dozen small batches."""
    folder = tmp_path / "stage"
    folder.mkdir()
    phases = [Phase(pairs=0, richness=(0, 0), tokens_per_batch=300, drills=400, drill_segments=2)]
    write_batches(folder / "all.jsonl", load_tokenizer(tokenizer_json), phases, seed=5)
    lines = (folder / "all.jsonl").read_text().splitlines()[:STEPS]
    (folder / "batches.jsonl").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def vocabulary(tokenizer_json: Path) -> int:
    return int(load_tokenizer(tokenizer_json).get_vocab_size())


def test_training_moves_every_weight_and_a_finished_stage_is_not_trained_again(stage: Path, vocabulary: int) -> None:
    before = {name: weight.clone() for name, weight in new_model(vocabulary).named_parameters()}
    trained = train(new_model(vocabulary), stage, rate=2e-3)
    # Pegasus' positions are sinusoids, which nothing trains.
    learned = {name: weight for name, weight in trained.named_parameters() if "embed_positions" not in name}
    assert [name for name, weight in learned.items() if torch.equal(weight, before[name])] == []
    again = train(new_model(vocabulary), stage, rate=2e-3)
    for one, other in zip(trained.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_an_interrupted_training_ends_as_an_uninterrupted_one(
    stage: Path, vocabulary: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("note_summarizer.demo.train.SAVE_STEPS", STEPS // 2)
    whole = train(new_model(vocabulary), stage, rate=2e-3)
    interrupted = tmp_path / "interrupted"
    shutil.copytree(stage, interrupted)
    shutil.rmtree(interrupted / "result")
    shutil.rmtree(interrupted / "trainer" / f"checkpoint-{STEPS}")
    resumed = train(new_model(vocabulary), interrupted, rate=2e-3)
    for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_matrices_are_muons_and_the_rest_is_adamws(vocabulary: int) -> None:
    model = new_model(vocabulary)
    optimizer = MuonWithAdamW(model, matrix_rate=1e-3, other_rate=1e-3, weight_decay=0.0)
    first, *_ = optimizer.param_groups
    assert all(weight.ndim == 2 for weight in first["params"])
    counted = sum(weight.numel() for group in optimizer.param_groups for weight in group["params"])
    assert counted == sum(weight.numel() for weight in model.parameters() if weight.requires_grad)


def test_the_converted_checkpoint_says_what_the_checkpoint_says(
    stage: Path, vocabulary: int, tokenizer_json: Path, tmp_path: Path
) -> None:
    save_checkpoint(train(new_model(vocabulary), stage, rate=2e-3), tokenizer_json, tmp_path / "checkpoint")
    artifact = convert_checkpoint(
        tmp_path / "checkpoint",
        tmp_path / "served",
        name="tiny",
        version="0",
        max_input_tokens=MAX_INPUT_TOKENS,
        max_output_tokens=MAX_OUTPUT_TOKENS,
        quantization="float32",
    )
    notes = [pair.note for pair in draw_pairs(3, "validation", 4, (0.1, 0.3))]
    tokenizer = Tokenizer.from_file(str(tokenizer_json))
    model = PegasusForConditionalGeneration.from_pretrained(tmp_path / "checkpoint", dtype=torch.float32).eval()
    translator = ctranslate2.Translator(str(tmp_path / "served"))
    for note in notes:
        encoded = tokenizer.encode(note)
        expected = model.generate(torch.tensor([encoded.ids]), num_beams=1, max_new_tokens=20)[0][1:].tolist()
        (found,) = translator.translate_batch([encoded.tokens], beam_size=1, max_decoding_length=20)
        ids = [tokenizer.token_to_id(token) for token in found.hypotheses[0]]
        assert ids == [token for token in expected if token != 1][: len(ids)]
    assert SummaryEngine.open(load_artifact(artifact.folder)).summarize(notes)


def test_the_demonstrations_student_is_trained_in_stages_and_not_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("note_summarizer.demo.recipe.SHORTLIST_NOTES", 40)
    phases = (Phase(pairs=6, richness=(0.3, 0.5), tokens_per_batch=600),)
    stages = [Stage(name, phases, rate=1e-4, seed=seed) for seed, name in enumerate(("first", "second"))]
    teacher = Path("model_build/demo_model/checkpoint")
    made = build_student(teacher, tmp_path, "student", "1", stages)
    assert PegasusForConditionalGeneration.from_pretrained(tmp_path / "checkpoint").config.decoder_layers == 2
    assert (made.beam_size, made.shortlist) == (2, True)
    assert load_artifact(made.folder) == made
    weights = [(tmp_path / name / "result" / "model.safetensors").stat().st_mtime_ns for name in ("first", "second")]
    assert build_student(teacher, tmp_path, "student", "1", stages).sha256 == made.sha256
    assert weights == [
        (tmp_path / name / "result" / "model.safetensors").stat().st_mtime_ns for name in ("first", "second")
    ]
