"""Dialects: what a family of models is asked with, and what its answers look like. Pure, and one module a family."""

from __future__ import annotations

from collections.abc import Mapping

from notes_pipeline.core.dialects.ai21_j2 import AI21_J2
from notes_pipeline.core.dialects.answers import Answer, AnswerError, Dialect
from notes_pipeline.core.dialects.bedrock_converse import BEDROCK_CONVERSE, BEDROCK_CONVERSE_PLAIN
from notes_pipeline.core.dialects.chartbrief import CHARTBRIEF
from notes_pipeline.core.dialects.cohere_generate import COHERE_GENERATE
from notes_pipeline.core.dialects.hugging_face import HF_SEQ2SEQ, JUMPSTART_TEXT, TEXT_GENERATION

_OF_SAGEMAKER = (CHARTBRIEF, HF_SEQ2SEQ, TEXT_GENERATION, JUMPSTART_TEXT, AI21_J2, COHERE_GENERATE)
_OF_BEDROCK = (BEDROCK_CONVERSE, BEDROCK_CONVERSE_PLAIN)
DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (*_OF_SAGEMAKER, *_OF_BEDROCK)}

__all__ = ["DIALECTS", "Answer", "AnswerError", "Dialect"]
