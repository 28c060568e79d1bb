"""Tiny checkpoints taught for a few seconds, so that their answers vary, end by themselves, and are no near-ties.

With random weights most answers say one piece for ever and none ends: a search has then nothing to decide, and a
difference in the last bit of a score may decide it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tests.model.causal_checkpoints import CAUSAL_WRITERS
from tests.model.seq2seq_checkpoints import WRITERS
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

from note_summarizer.artifact import ModelArtifact
from note_summarizer.demo.data import draw_pairs
from note_summarizer.note_tokens import NoteTokenizer
from note_summarizer.resolve_model import describe_checkpoint

FAMILIES = {**WRITERS, **CAUSAL_WRITERS}
# Checkpoints read at most 48 pieces beside the answer; the answers have 2 to 16.
NOTE_PIECES, BATCH = 40, 8
# Steps and learning rate: longer, and the families with wide initial weights say nothing at all; shorter, and the
# others say one piece for ever.
LESSONS = {
    "pegasus": (50, 1e-3), "bart": (30, 1e-3), "t5": (150, 3e-3), "flan-t5": (130, 3e-3), "gpt2": (80, 3e-3),
    "bloom": (150, 3e-3),
}  # fmt: skip
IGNORED = -100


def write_taught(folder: Path, family: str) -> ModelArtifact:
    """Write a checkpoint of a family, teach it, and return the artifact that it is served as."""
    FAMILIES[family](folder)
    artifact = describe_checkpoint(folder)
    causal = artifact.family == "causal"
    model: Any = (AutoModelForCausalLM if causal else AutoModelForSeq2SeqLM).from_pretrained(folder)
    rows = [_row(artifact, model, note, answer) for note, answer in examples(artifact, "train", BATCH * 20)]
    _teach(model, [_continued(*row) if causal else row for row in rows], causal, *LESSONS[family])
    model.save_pretrained(folder)
    return describe_checkpoint(folder)


def examples(artifact: ModelArtifact, split: str, count: int) -> list[tuple[str, str]]:
    """Return short notes of several lengths, and for each the text that is to be said: a few of its words again."""
    tokens = NoteTokenizer(artifact)
    found = []
    for number, pair in enumerate(draw_pairs(17, split, count, (0.1, 0.3))):  # type: ignore[arg-type]
        words = pair.note.split()
        while tokens.measure(" ".join(words)) > NOTE_PIECES - number % 5 * 6:
            words = words[:-1]
        found.append((" ".join(words), " " + " ".join(words[: 1 + number % 3])))
    return found


def _row(artifact: ModelArtifact, model: Any, note: str, answer: str) -> tuple[list[int], list[int]]:
    tokens = NoteTokenizer(artifact)
    number = tokens._tokenizer.token_to_id
    bare = [number(piece) for piece in tokens._encoded(answer)]
    end = model.config.eos_token_id
    return [number(piece) for piece in tokens.pieces(note)], [piece for piece in bare if piece != end] + [end]


def _continued(prompt: list[int], answer: list[int]) -> tuple[list[int], list[int]]:
    return prompt + answer, [IGNORED] * len(prompt) + answer


def _teach(model: Any, rows: Sequence[tuple[list[int], list[int]]], causal: bool, steps: int, rate: float) -> None:
    torch.manual_seed(9)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    model.train()
    start = getattr(model.config, "decoder_start_token_id", None)
    for step in range(steps):
        batch = [rows[(step * BATCH + place) % len(rows)] for place in range(BATCH)]
        # Padding after the row is right here in both families: no position that counts can see it.
        read = _padded([row for row, _ in batch], 0)
        mask = _padded([[1] * len(row) for row, _ in batch], 0)
        # A first piece that is forced is not learnt.
        forced = model.generation_config.forced_bos_token_id
        labels = _padded([[IGNORED if piece == forced else piece for piece in said] for _, said in batch], IGNORED)
        given = {} if causal else {"decoder_input_ids": _padded([[start, *said[:-1]] for _, said in batch], 0)}
        loss = model(input_ids=read, attention_mask=mask, labels=labels, **given).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    model.eval()


def _padded(rows: Sequence[list[int]], padding: int) -> torch.Tensor:
    longest = max(map(len, rows))
    return torch.tensor([row + [padding] * (longest - len(row)) for row in rows])


def as_a_user_would(artifact: ModelArtifact, notes: Sequence[str], **search: Any) -> list[list[str]]:
    """Return the pieces that plain `model.generate` answers, note by note, with nothing of our own in between.

    Args:
        search: what `generate` is called with beside the note.
    """
    kind = AutoModelForCausalLM if artifact.family == "causal" else AutoModelForSeq2SeqLM
    model = kind.from_pretrained(artifact.folder).eval()
    # Pegasus and BART end an answer at the limit in place of its last piece. Ours says that piece: both end there.
    model.generation_config.forced_eos_token_id = None
    tokens = NoteTokenizer(artifact)
    found = []
    for note in notes:
        ids = torch.tensor([[tokens._tokenizer.token_to_id(piece) for piece in tokens.pieces(note)]])
        said = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, **search)[0]
        answer = said[ids.shape[1] if artifact.family == "causal" else 1 :].tolist()
        end = model.config.eos_token_id
        found.append([str(tokens._tokenizer.id_to_token(piece)) for piece in answer[: [*answer, end].index(end)]])
    return found
