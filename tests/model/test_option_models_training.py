"""The options' small models: each kind learns, goes on where it stopped, and says as served what it says here."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="training has an environment of its own: make test-model")

from note_summarizer.demo.data import Phase, draw_pairs, phase_batches  # noqa: E402
from note_summarizer.demo.muon import MuonWithAdamW  # noqa: E402
from note_summarizer.engine import SummaryEngine  # noqa: E402
from note_summarizer.errors import DataError  # noqa: E402
from note_summarizer.option_models import build, lessons  # noqa: E402
from note_summarizer.option_models.build import asks_of, write_checkpoint  # noqa: E402
from note_summarizer.option_models.learn import Budget, Progress, learn, rate_factor  # noqa: E402
from note_summarizer.option_models.lessons import Course, prepare  # noqa: E402
from note_summarizer.option_models.loss import batch_loss, prompt_of  # noqa: E402
from note_summarizer.option_models.recipes import RECIPES, Lesson, Recipe  # noqa: E402
from note_summarizer.option_models.serve import serve_checkpoint  # noqa: E402
from note_summarizer.option_models.shapes import new_model  # noqa: E402

# torch and transformers warn of themselves.
pytestmark = pytest.mark.filterwarnings("default")
TINY = {name: dataclasses.replace(r, layers=(min(r.layers[0], 1), 1)) for name, r in RECIPES.items()}
KINDS = [TINY[name] for name in ("from-scratch", "flan-t5", "gpt2", "bloom")]


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run folder with a tokenizer of each sort and lessons of a few batches."""
    folder = tmp_path_factory.mktemp("run")
    texts = [text for pair in draw_pairs(1, "train", 300) for text in (pair.note, pair.summary)]
    small = [
        Lesson("drills", 0.5, Phase(0, (0, 0), 400, drills=60, drill_segments=2)),
        Lesson("notes", 0.5, Phase(20, (0.1, 0.2), 400)),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lessons, "tokenizer_texts", lambda: texts)
        patch.setattr(lessons, "VOCABULARY", 2_400)
        patch.setattr(lessons, "LESSONS", small)
        patch.setattr(lessons, "PRETRAINING_NOTES", 12)
        patch.setattr(build, "new_model", lambda recipe, vocabulary: new_model(recipe, vocabulary, width=32))
        yield folder


class StepClock:
    """A second for every look: a budget is a number of steps."""

    def __init__(self, last: float = 1e9) -> None:
        self.seconds, self.last = 0.0, last

    def __call__(self) -> float:
        self.seconds += 1
        if self.seconds > self.last:
            raise KeyboardInterrupt
        return self.seconds


def _learnt(recipe: Recipe, run_dir: Path, folder: Path, seconds: float, clock: Any = None) -> tuple[Any, Progress]:
    tokenizer_json, courses = prepare(recipe, run_dir)
    tokenizer = lessons.load_tokenizer(tokenizer_json)
    folder.mkdir(exist_ok=True)
    model = new_model(recipe, tokenizer.get_vocab_size(), width=32)
    return model, learn(
        model, recipe, courses, asks_of(recipe, tokenizer), folder, Budget(seconds, clock or StepClock())
    )


@pytest.mark.parametrize("recipe", KINDS, ids=lambda recipe: str(recipe.option))
def test_every_kind_learns_every_weight_and_what_it_is_served_as_answers_the_same(
    recipe: Recipe, run_dir: Path, tmp_path: Path
) -> None:
    model, progress = _learnt(recipe, run_dir, run_dir / recipe.option, 24)
    assert (progress.course, progress.spent >= 24, progress.steps > 20) == (
        1 + (recipe.objective != "none"),
        True,
        True,
    )
    before = new_model(recipe, model.config.vocab_size, width=32).state_dict()
    still = [name for name, weight in model.named_parameters() if torch.equal(weight, before[name])]
    assert [name for name in still if "embed_positions" not in name] == []
    checkpoint, record = write_checkpoint(recipe, run_dir)
    assert (record.steps, record.parameters) == (progress.steps, sum(p.numel() for p in model.parameters()))
    served = serve_checkpoint(recipe, checkpoint, tmp_path / "served", shortlist_notes=20)
    assert served.family == ("causal" if recipe.causal else "seq2seq")
    assert (served.end_token == "<|endoftext|>", served.shortlist) == (recipe.causal, not recipe.causal)
    engine = SummaryEngine.open(served)
    answers = engine.summarize([pair.note for pair in draw_pairs(5, "validation", 3)])
    assert all(answer.parts >= 1 for answer in answers)
    _says_the_same(recipe, model, served.folder, checkpoint)


def _says_the_same(recipe: Recipe, model: Any, served: Path, checkpoint: Path) -> None:
    """Greedy answers of the float32 conversion are the checkpoint's own."""
    import ctranslate2
    from tokenizers import Tokenizer
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

    from note_summarizer.convert import convert_weights

    exact = convert_weights(checkpoint, served.with_name("float32"), "float32").parent
    kind = AutoModelForCausalLM if recipe.causal else AutoModelForSeq2SeqLM
    loaded = kind.from_pretrained(checkpoint).eval()
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    encoded = tokenizer.encode("Cough and fever. BP 120/80.")
    inputs = torch.tensor([encoded.ids])
    found = loaded.generate(inputs, attention_mask=torch.ones_like(inputs), num_beams=1, max_new_tokens=12)[0].tolist()
    if recipe.causal:
        generator = ctranslate2.Generator(str(exact))
        (result,) = generator.generate_batch([encoded.tokens], max_length=12, include_prompt_in_result=False)
        said = result.sequences_ids[0]
        expected = found[len(encoded.ids) :]
    else:
        (translated,) = ctranslate2.Translator(str(exact)).translate_batch(
            [encoded.tokens], beam_size=1, max_decoding_length=12
        )
        said = [tokenizer.token_to_id(piece) for piece in translated.hypotheses[0]]
        expected = found[1:]
    assert said == [piece for piece in expected if piece != 1][: len(said)]


def test_an_interrupted_training_goes_on_and_ends_as_a_whole_one(
    run_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = TINY["from-scratch"]
    whole, progress = _learnt(recipe, run_dir, tmp_path / "whole", 20)
    monkeypatch.setattr("note_summarizer.option_models.learn.SAVE_SECONDS", 3)
    with pytest.raises(KeyboardInterrupt):
        _learnt(recipe, run_dir, tmp_path / "parts", 20, StepClock(last=14))
    state = torch.load(tmp_path / "parts" / "state.pt", weights_only=True)
    assert 0 < state["progress"]["steps"] < progress.steps
    again, resumed = _learnt(recipe, run_dir, tmp_path / "parts", 20)
    assert resumed == progress
    for one, other in zip(whole.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)
    _, further = _learnt(recipe, run_dir, tmp_path / "parts", 30)
    assert further.steps > progress.steps


def test_what_is_asked_for_counts_and_the_prompt_does_not() -> None:
    model = new_model(TINY["gpt2"], 50, width=32).eval()
    alone = batch_loss(model, [([5, 6, 7], [8, 9])], asks=[11, 12])
    # Another example of the batch is as long again: padding changes nothing.
    longer = ([5, 6, 7, 7, 7, 7], [8, 9, 10, 10, 10])
    both = batch_loss(model, [([5, 6, 7], [8, 9]), longer], asks=[11, 12])
    other = batch_loss(model, [longer], asks=[11, 12])
    # Answers of two and five pieces, and the end of each.
    assert float(both) == pytest.approx((3 * float(alone) + 6 * float(other)) / 9, rel=2e-2)
    assert prompt_of([5, 6, 1], [11]) == [5, 6, 11]
    assert prompt_of([1], [11]) == [1]


def test_the_rate_warms_up_is_held_and_falls_to_nothing() -> None:
    assert rate_factor(0.01, 0) == pytest.approx(0.01)
    assert rate_factor(0.3, 500) == 1.0
    assert rate_factor(0.7, 500) == pytest.approx(0.5)
    assert rate_factor(1.01, 500) == 0.0


def test_rates_are_scaled_by_name_and_no_embedding_is_muons() -> None:
    recipe = TINY["flan-t5"]
    model = new_model(recipe, 50, width=32)
    optimizer = MuonWithAdamW(model, 1e-2, 1e-3, weight_decay=0.0, scales=recipe.scales)
    rate = {id(p): group["lr"] for group in optimizer.param_groups for p in group["params"]}
    named = dict(model.named_parameters())
    assert rate[id(named["shared.weight"])] == pytest.approx(8e-3)
    assert rate[id(named["decoder.block.0.layer.0.SelfAttention.q.weight"])] == pytest.approx(2.5e-3)
    assert rate[id(named["decoder.block.0.layer.0.SelfAttention.k.weight"])] == pytest.approx(1e-2)
    assert rate[id(named["lm_head.weight"])] == pytest.approx(1e-3)


def test_flan_t5s_head_is_its_own_and_gpt2s_is_its_embedding() -> None:
    t5, gpt2 = new_model(TINY["flan-t5"], 50, width=32), new_model(TINY["gpt2"], 50, width=32)
    assert t5.lm_head.weight is not t5.shared.weight
    assert gpt2.lm_head.weight is gpt2.transformer.wte.weight


def test_what_is_not_trained_is_not_served(run_dir: Path) -> None:
    with pytest.raises(DataError, match="train pegasus-equal-time first"):
        write_checkpoint(TINY["pegasus-equal-time"], run_dir)


def test_lessons_begin_again_when_they_are_over_and_end_by_the_clock(tmp_path: Path, run_dir: Path) -> None:
    recipe = TINY["from-scratch"]
    tokenizer = lessons.load_tokenizer(prepare(recipe, run_dir)[0])
    batches = phase_batches(Phase(0, (0, 0), 300, drills=8, drill_segments=2), tokenizer, 1)[:2]
    (tmp_path / "two.jsonl").write_text("\n".join(map(json.dumps, batches)))
    model = new_model(recipe, tokenizer.get_vocab_size(), width=32)
    course = Course("two", 1.0, tmp_path / "two.jsonl", summarizes=True)
    progress = learn(model, recipe, [course], None, tmp_path, Budget(9, StepClock()))
    assert progress.steps > len(batches)
