"""CTranslate2's converter for checkpoints whose configuration leaves out what their kind implies; needs torch."""

from __future__ import annotations

from typing import Any

from ctranslate2.converters import TransformersConverter

# Whether a family normalizes before its blocks, and after the embedding. The converter reads both from config.json,
# where public checkpoints have them; transformers itself neither needs nor writes them.
_NORMALIZATION = {"bart": (False, True), "mbart": (True, True), "pegasus": (True, False)}


# The T5 family, for which the converter takes tied embeddings to mean that the decoder scales its output. transformers
# 5 calls all of them tied and has an attribute for the scale; with a wrong one, Flan-T5 answers otherwise in a beam.
_SCALES = frozenset({"t5", "mt5", "umt5"})


class CheckpointConverter(TransformersConverter):  # type: ignore[misc, unused-ignore]
    """Converts a checkpoint of the BART or T5 family whatever its configuration leaves out."""

    def load_model(self, model_class: Any, model_name_or_path: str, **kwargs: Any) -> Any:
        """Load the model, and complete its configuration."""
        model = super().load_model(model_class, model_name_or_path, **kwargs)
        before, embedding = _NORMALIZATION.get(model.config.model_type, (None, None))
        if before is not None:
            model.config.normalize_before = getattr(model.config, "normalize_before", before)
            model.config.normalize_embedding = getattr(model.config, "normalize_embedding", embedding)
        if model.config.model_type in _SCALES:
            tied = model.config.tie_word_embeddings
            model.config.tie_word_embeddings = getattr(model.config, "scale_decoder_outputs", tied)
        return model
