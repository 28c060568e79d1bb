"""A Pegasus checkpoint as two ONNX graphs: reading a text, and one step of its answer; needs torch and onnx.

The tools that export for ONNX Runtime do not know the current transformers, so the two graphs are written out here.
Cross-attention states come from the first graph, once, and are never re-ordered: what the best Hugging Face row does.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import AutoModelForSeq2SeqLM

READER, WRITER = "reader.onnx", "writer.onnx"


def export(checkpoint: str, folder: Path, *, int8: bool) -> None:
    """Write both graphs into `folder`, which is there afterwards as a whole or not at all."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    model = AutoModelForSeq2SeqLM.from_pretrained(checkpoint, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.inference_mode():
        _export_reader(model, partial / READER)
        _export_writer(model, partial / WRITER)
    if int8:
        for name in (READER, WRITER):
            _quantize(partial / name)
    partial.rename(folder)


def _quantize(path: Path) -> None:
    exact = path.with_name("exact-" + path.name)
    path.rename(exact)
    # Beyond 2 GB a graph's weights lie in a file beside it; so they do here whatever the size.
    quantize_dynamic(exact, path, weight_type=QuantType.QInt8, use_external_data_format=True)
    for left in path.parent.glob(exact.name + "*"):
        left.unlink()


class Reader(nn.Module):
    """Token ids and mask (texts, S) to each decoder layer's cross states: keys, values (texts, heads, S, d / heads)."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.encoder, self.layers = model.model.encoder, model.model.decoder.layers
        self.scale = _scale(model.config)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """Return keys and values, layer by layer."""
        encoder = self.encoder
        states = encoder.embed_tokens(ids) * self.scale
        states = states + encoder.embed_positions.weight[: ids.shape[1]]
        bias = _bias(mask)
        for layer in encoder.layers:
            normal = layer.self_attn_layer_norm(states)
            attention = layer.self_attn
            keys, values = _heads(attention.k_proj(normal), attention), _heads(attention.v_proj(normal), attention)
            states = states + _attend(attention, normal, keys, values, bias)
            states = states + _feed_forward(layer, states)
        states = encoder.layer_norm(states)
        found: list[Tensor] = []
        for layer in self.layers:
            attention = layer.encoder_attn
            found += [_heads(attention.k_proj(states), attention), _heads(attention.v_proj(states), attention)]
        return tuple(found)


class Writer(nn.Module):
    """One step: last ids (beams, 1), the text's mask, cross states, and the own states of T steps so far."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.decoder, self.head, self.bias = model.model.decoder, model.lm_head, model.final_logits_bias
        self.scale = _scale(model.config)

    def forward(self, ids: Tensor, mask: Tensor, cross: list[Tensor], own: list[Tensor]) -> tuple[Tensor, ...]:
        """Return log probabilities (beams, V) and own states of T + 1 steps."""
        decoder = self.decoder
        position = decoder.embed_positions.weight[own[0].shape[2]]
        states = decoder.embed_tokens(ids) * self.scale + position
        bias = _bias(mask)
        kept: list[Tensor] = []
        for number, layer in enumerate(decoder.layers):
            attention, normal = layer.self_attn, layer.self_attn_layer_norm(states)
            keys = torch.cat([own[2 * number], _heads(attention.k_proj(normal), attention)], dim=2)
            values = torch.cat([own[2 * number + 1], _heads(attention.v_proj(normal), attention)], dim=2)
            kept += [keys, values]
            states = states + _attend(attention, normal, keys, values, None)
            normal = layer.encoder_attn_layer_norm(states)
            states = states + _attend(layer.encoder_attn, normal, cross[2 * number], cross[2 * number + 1], bias)
            states = states + _feed_forward(layer, states)
        logits = self.head(decoder.layer_norm(states))[:, 0] + self.bias
        return (torch.log_softmax(logits, dim=-1), *kept)


def _scale(config: Any) -> float:
    return float(config.d_model**0.5) if config.scale_embedding else 1.0


def _bias(mask: Tensor) -> Tensor:
    return (1.0 - mask[:, None, None, :].float()) * -1e9


def _heads(states: Tensor, attention: Any) -> Tensor:
    return states.unflatten(-1, (attention.num_heads, attention.head_dim)).transpose(1, 2)


def _attend(attention: Any, states: Tensor, keys: Tensor, values: Tensor, bias: Tensor | None) -> Tensor:
    scores = _heads(attention.q_proj(states) * attention.scaling, attention) @ keys.transpose(2, 3)
    shares = torch.softmax(scores if bias is None else scores + bias, dim=-1)
    mixed: Tensor = attention.out_proj((shares @ values).transpose(1, 2).flatten(2))
    return mixed


def _feed_forward(layer: Any, states: Tensor) -> Tensor:
    inner: Tensor = layer.fc2(layer.activation_fn(layer.fc1(layer.final_layer_norm(states))))
    return inner


def _names(kind: str, layers: int) -> list[str]:
    return [f"{kind}_{part}_{number}" for number in range(layers) for part in ("key", "value")]


def _export_reader(model: Any, path: Path) -> None:
    ids = torch.tensor([[5, 6, 7, 1], [5, 6, 1, 0]])
    names = _names("cross", len(model.model.decoder.layers))
    axes = {name: {0: "texts", 2: "read"} for name in names} | {
        name: {0: "texts", 1: "read"} for name in ("ids", "mask")
    }
    _write(Reader(model), (ids, (ids != 0).long()), path, ["ids", "mask"], names, axes)


def _export_writer(model: Any, path: Path) -> None:
    layers, config = len(model.model.decoder.layers), model.config
    heads = config.decoder_attention_heads
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    cross, own = ([torch.rand(2, heads, steps, config.d_model // heads) for _ in range(2 * layers)] for steps in (4, 3))
    inputs = ["ids", "mask", *_names("cross", layers), *_names("own", layers)]
    outputs = ["scores", *_names("next", layers)]
    axes = {name: {0: "beams"} for name in ("ids", "scores")} | {"mask": {0: "beams", 1: "read"}}
    axes |= {name: {0: "beams", 2: "read"} for name in _names("cross", layers)}
    axes |= {name: {0: "beams", 2: "said"} for name in _names("own", layers)}
    axes |= {name: {0: "beams", 2: "said_next"} for name in _names("next", layers)}
    _write(Writer(model), (mask[:, :1], mask, cross, own), path, inputs, outputs, axes)


def _write(module: nn.Module, example: tuple[Any, ...], path: Path, inputs: Any, outputs: Any, axes: Any) -> None:
    torch.onnx.export(
        module.eval(), example, str(path), input_names=inputs, output_names=outputs, dynamic_axes=axes, dynamo=False,
        opset_version=17,
    )  # fmt: skip
