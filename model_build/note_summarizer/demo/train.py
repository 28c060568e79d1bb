"""Training of the demonstration checkpoint with the Hugging Face trainer; resumes from its last checkpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import Dataset, SequentialSampler
from transformers import (
    GenerationConfig,
    PegasusConfig,
    PegasusForConditionalGeneration,
    PreTrainedTokenizerFast,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    get_cosine_schedule_with_warmup,
)
from transformers.trainer_utils import get_last_checkpoint

from note_summarizer.demo.data import MAX_INPUT_TOKENS, MAX_OUTPUT_TOKENS
from note_summarizer.demo.drills import Example
from note_summarizer.demo.muon import MuonWithAdamW
from note_summarizer.demo.tokenizer import EOS, PAD, UNK
from note_summarizer.training.precision import has_native_bf16

SEED, SAVE_STEPS = 20, 500
# Where bfloat16 is emulated, it is many times slower than float32.
_NATIVE_BF16 = has_native_bf16()
IGNORED_LABEL = -100  # what torch's cross entropy leaves out of the loss


class BatchFile(Dataset[list[Example]]):  # type: ignore[misc, unused-ignore]
    """The packed batches of a JSON Lines file; one item is one whole batch."""

    def __init__(self, path: Path) -> None:
        self._lines = path.read_text("utf-8").splitlines()

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, index: int) -> list[Example]:
        batch: list[Example] = json.loads(self._lines[index])
        return batch


class CurriculumTrainer(Seq2SeqTrainer):  # type: ignore[misc, unused-ignore]
    """A trainer that takes the batches in the order of the file: the order is the curriculum."""

    def _get_train_sampler(self, *_: Any) -> SequentialSampler:
        return SequentialSampler(self.train_dataset)

    def compute_loss(self, model: Any, inputs: dict[str, torch.Tensor], *_: Any, **__: Any) -> torch.Tensor:
        """Return the mean cross entropy of the labels, as the model's own loss.

        Logits are computed where there is a label and nowhere else: over a batch's padding they cost a third of the
        whole step.
        """
        labels = inputs["labels"]
        labelled = labels != IGNORED_LABEL
        # The trainer's own autocast covers only a call of the whole model.
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_NATIVE_BF16):
            hidden = model.model(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                decoder_input_ids=model.prepare_decoder_input_ids_from_labels(labels),
            ).last_hidden_state
            logits = model.lm_head(hidden[labelled])
        return torch.nn.functional.cross_entropy(logits.float(), labels[labelled])


def collate(items: Sequence[list[Example]]) -> dict[str, torch.Tensor]:
    """Pad one packed batch: inputs with the pad token and a mask, labels with the ignored label."""
    (batch,) = items
    inputs, labels = zip(*batch, strict=True)
    input_ids = padded(inputs, 0)
    return {
        "input_ids": input_ids,
        "attention_mask": (input_ids != 0).long(),
        "labels": padded(labels, IGNORED_LABEL),
    }


def padded(rows: Sequence[Sequence[int]], filler: int) -> torch.Tensor:
    """Return rows of ids as one tensor, the shorter ones filled up on the right."""
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=filler)


def new_model(vocabulary: int) -> PegasusForConditionalGeneration:
    """Return an untrained Pegasus: 256 wide, 4 encoder and 3 decoder layers, 512 positions."""
    config = PegasusConfig(
        vocab_size=vocabulary,
        d_model=256,
        encoder_layers=4,
        decoder_layers=3,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=1024,
        decoder_ffn_dim=1024,
        max_position_embeddings=512,
        activation_function="gelu",
        dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        scale_embedding=True,
        init_std=0.06,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
        forced_eos_token_id=None,
    )
    torch.manual_seed(SEED)
    return PegasusForConditionalGeneration(config)


def train(model: PegasusForConditionalGeneration, folder: Path, rate: float) -> PegasusForConditionalGeneration:
    """Train a model over `folder / "batches.jsonl"` once; return it, or the result if the folder has one.

    An interrupted training goes on from its last checkpoint.

    Args:
        rate: highest learning rate of the weight matrices; that of embeddings and norms is half of it.
    """
    result, checkpoints = folder / "result", folder / "trainer"
    if result.exists():
        return PegasusForConditionalGeneration.from_pretrained(result)
    torch.set_num_threads(2)
    data = BatchFile(folder / "batches.jsonl")
    optimizer = MuonWithAdamW(model, matrix_rate=rate, other_rate=rate / 2, weight_decay=0.01)
    schedule = get_cosine_schedule_with_warmup(optimizer, num_warmup_steps=100, num_training_steps=len(data))
    trainer = CurriculumTrainer(
        model=model,
        args=_arguments(checkpoints),
        train_dataset=data,
        data_collator=collate,
        optimizers=(optimizer, schedule),
    )
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(checkpoints)) if checkpoints.exists() else None)
    model.save_pretrained(result)
    return model


def _arguments(checkpoints: Path) -> Seq2SeqTrainingArguments:
    return Seq2SeqTrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=1,
        per_device_train_batch_size=1,
        max_grad_norm=1.0,
        use_cpu=True,
        logging_steps=50,
        save_steps=SAVE_STEPS,
        save_total_limit=2,
        report_to=[],
        disable_tqdm=True,
        seed=SEED,
    )


def save_checkpoint(model: PegasusForConditionalGeneration, tokenizer_json: Path, folder: Path) -> None:
    """Save weights (float16), configuration, generation defaults and tokenizer as a Hugging Face checkpoint."""
    model.generation_config = GenerationConfig(
        max_length=MAX_OUTPUT_TOKENS, num_beams=2, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1
    )
    # Pegasus fixes these three in code; converters read them, as the public checkpoints' configurations have them.
    model.config.update({"normalize_before": True, "normalize_embedding": False, "add_final_layer_norm": True})
    model.half().save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer_json),
        pad_token=PAD,
        eos_token=EOS,
        unk_token=UNK,
        model_max_length=MAX_INPUT_TOKENS,
    )
    tokenizer.save_pretrained(folder)
