"""New models are what their size says, convert, and learn alike with either arithmetic of Muon."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="model tests have an environment of their own: make test-model")

import ctranslate2  # noqa: E402
from transformers import AutoModelForSeq2SeqLM, PegasusForConditionalGeneration  # noqa: E402

from note_summarizer.convert import convert_weights  # noqa: E402
from note_summarizer.errors import OptionsError  # noqa: E402
from note_summarizer.load_checkpoint import load_tokenizer  # noqa: E402
from note_summarizer.pretraining.learn import labelled_loss  # noqa: E402
from note_summarizer.pretraining.muon_in_float32 import MuonInFloat32, orthogonalized  # noqa: E402
from note_summarizer.pretraining.new_model import SIZES, new_model  # noqa: E402
from note_summarizer.pretraining.train_tokenizer import train_tokenizer  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
TEXTS = ["The patient has a fever of 38.5 °C.\nShe denies pain.", "Chest pain since yesterday; BP 120/80."] * 40


@pytest.mark.parametrize("size", ["tiny", "small"])
def test_a_size_has_the_weights_it_says(size: str) -> None:
    model = new_model(size, 2000, seed=1)
    assert SIZES[size].parameters(2000) == sum(w.numel() for w in model.parameters() if w.requires_grad)


def test_the_largest_size_is_that_of_the_public_checkpoints() -> None:
    # google/pegasus-xsum: 96,103 pieces, 568 million learnt weights.
    assert 565e6 < SIZES["large"].parameters(96_103) < 572e6


def test_the_same_seed_makes_the_same_weights() -> None:
    one, same, other = (new_model("tiny", 1200, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["model.shared.weight"], other["model.shared.weight"])


def test_an_unknown_size_is_told_with_those_that_exist() -> None:
    with pytest.raises(OptionsError, match="no model size 'huge': choose one of tiny, small"):
        new_model("huge", 1200, seed=1)


def test_a_saved_model_loads_and_converts_and_says_the_same(tmp_path: Path) -> None:
    train_tokenizer(TEXTS, tmp_path / "checkpoint", 1000)
    tokenizer = load_tokenizer(str(tmp_path / "checkpoint"))
    new_model("tiny", len(tokenizer), seed=1).save_pretrained(tmp_path / "checkpoint")
    model = AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "checkpoint").eval()
    assert type(model) is PegasusForConditionalGeneration
    convert_weights(tmp_path / "checkpoint", tmp_path / "served", "float32")
    translator = ctranslate2.Translator(str(tmp_path / "served"))
    for text in TEXTS[:2]:
        ids = tokenizer(text).input_ids
        expected = model.generate(torch.tensor([ids]), num_beams=1, max_length=12)[0][1:].tolist()
        (found,) = translator.translate_batch(
            [tokenizer.convert_ids_to_tokens(ids)], beam_size=1, max_decoding_length=11
        )
        assert tokenizer.convert_tokens_to_ids(found.hypotheses[0]) == [token for token in expected if token != 1]


def test_the_loss_is_the_models_own() -> None:
    model = new_model("tiny", 1200, seed=1).eval()
    batch = [([200, 300, 1], [400, 1]), ([500, 1], [600, 700, 800, 1])]
    inputs = torch.tensor([[200, 300, 1], [500, 1, 0]])
    labels = torch.tensor([[400, 1, -100, -100], [600, 700, 800, 1]])
    with torch.no_grad():
        own = model(input_ids=inputs, attention_mask=(inputs != 0).long(), labels=labels).loss
        assert torch.allclose(labelled_loss(model, batch, bf16=False), own, atol=1e-5)


@pytest.mark.parametrize("shape", [(24, 24), (16, 40), (40, 16)])
def test_orthogonalizing_draws_the_singular_values_to_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(1)
    values = torch.linalg.svdvals(orthogonalized(torch.randn(shape)))
    assert 0.6 < float(values.min()) <= float(values.max()) < 1.3


def test_muon_in_float32_steps_as_torchs_does() -> None:
    torch.manual_seed(1)
    begin, gradients = torch.randn(12, 20), [torch.randn(12, 20) for _ in range(3)]
    ended = []
    for kind in (torch.optim.Muon, MuonInFloat32):
        weight = torch.nn.Parameter(begin.clone())
        optimizer = kind([weight], lr=0.1, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
        for gradient in gradients:
            weight.grad = gradient.clone()
            optimizer.step()
        ended.append(weight.detach() - begin)
    assert torch.nn.functional.cosine_similarity(*(e.flatten() for e in ended), dim=0) > 0.999
    assert torch.allclose(*ended, atol=0.02)
