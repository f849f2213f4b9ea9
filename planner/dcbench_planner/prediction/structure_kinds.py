"""What kinds of models other than decoder-only transformers need from a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dcbench_planner.prediction.cells import CellError
from dcbench_planner.training.shape.catalog import (
    TOKEN_TYPES,
    encoder_decoder,
    norms_per_layer,
    text_encoder,
    vision_encoder,
)
from dcbench_planner.training.shape.transformer import Shape

DECODERS = frozenset({"", "gpt", "llama", "moe", "mla", "moe-mla"})
HYBRIDS = frozenset({"hybrid", "hybrid-mamba", "hybrid-mamba-moe", "hybrid-moe", "mamba"})
TEXT_ENCODERS = frozenset({"encoder", "bert"})
VISION_ENCODERS = frozenset({"vit", "vision-encoder"})
ENCODER_DECODERS = frozenset({"t5", "encdec", "encoder-decoder"})
ARCHITECTURES = DECODERS | HYBRIDS | TEXT_ENCODERS | VISION_ENCODERS | ENCODER_DECODERS
UNGATED = frozenset({"gpt"}) | HYBRIDS | TEXT_ENCODERS | VISION_ENCODERS | ENCODER_DECODERS
"""MLPs without a gate unless the row says otherwise."""
MIXER = ("ssm_inner", "ssm_state", "ssm_groups", "ssm_heads", "ssm_conv", "ssm_dt_rank")
SHARES = ("attention_layer_share", "mlp_layer_share", "ssm_layer_share")
USUAL = {"ssm_state": 128.0, "ssm_groups": 1.0, "ssm_conv": 4.0}
"""Of Mamba-2's released models, where a row states only its channels."""
HEAD = 64
"""Channels of a Mamba-2 head in its released models."""


def kind_fields(
    architecture: str, base: Mapping[str, Any], sequence: int, stated: Mapping[str, float],
    known: Shape | None,
) -> dict[str, Any]:  # fmt: skip
    """Give the fields of `Shape` that this kind of model adds or changes; none for decoders.

    Args:
        architecture: one of `ARCHITECTURES`.
        base: the fields so far; layers as the row counts them, per stack in an encoder-decoder.
        sequence: tokens per sequence.
        stated: structure from the notes.
        known: a catalog model of that name or shape.

    Raises:
        CellError: a hybrid's row does not say which layers have what.
    """
    width, layers = base["d_model"], base["n_layers"]
    if architecture in TEXT_ENCODERS:
        return text_encoder(width, sequence, TOKEN_TYPES) | {"tied_embeddings": True}
    if architecture in VISION_ENCODERS:
        patch, classes = (round(stated.get(name, usual)) for name, usual in
                          (("patch_size", 16), ("classes", 1000)))  # fmt: skip
        return vision_encoder(width, patch, classes, sequence)
    if architecture in ENCODER_DECODERS:
        both = {"n_layers": 2 * layers, "tied_embeddings": True}
        return encoder_decoder(width, base["n_heads"]) | both
    if architecture in HYBRIDS:
        return _hybrid(architecture, width, layers, stated, known)
    return {}


def _hybrid(
    architecture: str, width: int, layers: int, stated: Mapping[str, float], known: Shape | None
) -> dict[str, Any]:
    mixer = {name: round(stated.get(name, getattr(known, name, 0))) for name in MIXER}
    if not mixer["ssm_inner"]:
        raise CellError(
            "missing ssm_inner: give it and ssm_layers in notes, or a model_name of the catalog"
        )
    if not (known and known.ssm_inner):
        mixer = {name: mixer[name] or round(USUAL.get(name, 0)) for name in MIXER}
        mixer["ssm_heads"] = mixer["ssm_heads"] or mixer["ssm_inner"] // HEAD
    shares = _shares(architecture, layers, stated, known)
    attention, mixers, mlps = (round(shares[name] * layers) for name in SHARES)
    norms = norms_per_layer(attention, mixers, mlps, layers)
    return {**mixer, **shares, "vector_params_per_layer": norms * width}


def _shares(
    architecture: str, layers: int, stated: Mapping[str, float], known: Shape | None
) -> dict[str, float]:
    if "ssm_layers" in stated:
        mixers = stated["ssm_layers"]
        attention = stated.get("attention_layers", layers - mixers)
        counts = (attention, stated.get("mlp_layers", layers - mixers - attention), mixers)
    elif known and known.ssm_layer_share:
        return {name: getattr(known, name) for name in SHARES}
    elif architecture == "mamba":
        counts = (0.0, 0.0, float(layers))
    else:
        raise CellError("missing ssm_layers: give it in notes, or a model_name of the catalog")
    if min(counts) < 0 or max(counts) > layers:
        raise CellError(f"attention, MLP and state-space layers do not fit {layers} layers")
    return {name: count / layers for name, count in zip(SHARES, counts, strict=True)}
