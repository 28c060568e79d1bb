"""What a model reads for a note, by the family of the model and the prompt around the note."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import ByteLevelBPETokenizer, Tokenizer, processors

from note_summarizer.artifact import ArtifactError, ModelArtifact, read_description
from note_summarizer.note_tokens import NoteTokenizer

NOTES = ["Chest pain since 6 am.\n\nBP 170/95, HR 120.", "Lip swelling, hives all over.\n\nEpinephrine 0.5 mg IM."]
SUFFIX = "\n\nTL;DR:"
SEQ2SEQ = ModelArtifact(Path(), "tiny", "1", "0" * 64, max_input_tokens=64, max_output_tokens=16)
CAUSAL = replace(SEQ2SEQ, family="causal", prompt_suffix=SUFFIX, end_token="<|endoftext|>")


def byte_level(*special: str) -> Tokenizer:
    trained = ByteLevelBPETokenizer()
    # The blank lines of the notes make pieces that reach over the note's end.
    trained.train_from_iterator(NOTES * 9, vocab_size=400, special_tokens=list(special), show_progress=False)
    tokenizer = Tokenizer.from_str(trained._tokenizer.to_str())
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def test_a_causal_model_reads_the_note_and_then_the_prompt_as_one_text_that_does_not_end() -> None:
    tokenizer = byte_level("<|endoftext|>", "</s>")
    assert NoteTokenizer(CAUSAL, tokenizer).pieces(NOTES[0]) == tokenizer.encode(NOTES[0] + SUFFIX).tokens


def test_an_encoder_reads_the_end_piece_once() -> None:
    tokenizer = byte_level("</s>")
    assert NoteTokenizer(SEQ2SEQ, tokenizer).pieces("a b") == [*tokenizer.encode("a b").tokens, "</s>"]
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 0)])
    assert NoteTokenizer(SEQ2SEQ, tokenizer).pieces("a b").count("</s>") == 1


def test_an_encoder_may_have_a_prompt_too() -> None:
    tokenizer = byte_level("</s>")
    asked = NoteTokenizer(replace(SEQ2SEQ, prompt_prefix="summarize: "), tokenizer)
    assert asked.pieces("pain") == NoteTokenizer(SEQ2SEQ, tokenizer).pieces("summarize: pain")
    assert asked.prompt_tokens == len(tokenizer.encode("summarize: ").ids)


def test_without_a_prompt_the_measure_is_what_is_read() -> None:
    tokens = NoteTokenizer(SEQ2SEQ, byte_level("</s>"))
    assert (tokens.prompt_tokens, tokens.measure(NOTES[0])) == (0, len(tokens.pieces(NOTES[0])))


@given(st.text(alphabet="ab .\n\t0:TL;", max_size=40))
def test_a_note_within_its_limit_leaves_the_prompt_within_the_models(note: str) -> None:
    tokens, positions = NoteTokenizer(CAUSAL, TOKENIZER), 24
    limit = positions - tokens.prompt_tokens
    assert (tokens.measure(note) <= limit) == (len(tokens.pieces(note)) <= positions)


TOKENIZER = byte_level("<|endoftext|>")


@pytest.mark.parametrize("note", [*NOTES, "Größe 170 cm, π, 痛み"])
def test_the_pieces_of_a_text_are_that_text_again(note: str) -> None:
    tokens = NoteTokenizer(replace(CAUSAL, prompt_suffix=""), TOKENIZER)
    assert tokens.text([*tokens.pieces(f" {note}\n"), "<|endoftext|>"]) == note


def test_a_description_from_before_there_were_families_is_an_encoder_decoders(tmp_path: Path) -> None:
    old = '{"name": "x", "version": "1", "sha256": "0", "max_input_tokens": 64, "max_output_tokens": 16}'
    (tmp_path / "artifact.json").write_text(old, "utf-8")
    found = read_description(tmp_path)
    assert (found.family, found.prompt_prefix, found.prompt_suffix, found.end_token) == ("seq2seq", "", "", "")


def test_a_family_that_nobody_serves_is_refused() -> None:
    with pytest.raises(ArtifactError, match="family is none of seq2seq, causal"):
        replace(CAUSAL, family="diffusion")  # type: ignore[arg-type]
