"""Encoders and encoder-decoders in a Hugging Face `config.json`: BERT, ViT, T5."""

from __future__ import annotations

from typing import Any

from dcbench_planner.training.shape.catalog import (
    encoder_decoder,
    text_encoder,
    vision_encoder,
)
from dcbench_planner.training.shape.config_reader import ConfigReader
from dcbench_planner.training.shape.transformer import Shape, gpt_vector_params

IMAGENET_CLASSES = 1000
COLOURS = 3


def bert(config: ConfigReader, name: str) -> Shape:
    """BERT with its pooler; outputs are tied to the embeddings."""
    fields = _stack(config, name)
    positions = config.count("max_position_embeddings")
    types = config.count("type_vocab_size", default=2)
    fields |= {"vocab": config.count("vocab_size"), "tied_embeddings": True}
    return Shape(**(fields | text_encoder(fields["d_model"], positions, types)))


def vit(config: ConfigReader, name: str) -> Shape:
    """ViT with a class token and a classifier."""
    fields = _stack(config, name)
    patch = config.count("patch_size")
    tokens = (config.count("image_size") // patch) ** 2 + 1
    if config.count("num_channels", default=COLOURS) != COLOURS:
        config.fault("num_channels", config.data["num_channels"], f"is not {COLOURS}")
    labels = config.data.get("id2label")
    classes = len(labels) if isinstance(labels, dict) and labels else IMAGENET_CLASSES
    extra = vision_encoder(fields["d_model"], patch, config.count("num_labels", default=classes),
                           tokens)  # fmt: skip
    return Shape(**(fields | extra))


def t5(config: ConfigReader, name: str) -> Shape:
    """T5 of two equal stacks; version 1.1 has gated MLPs and untied embeddings."""
    width, heads = config.count("d_model"), config.count("num_heads")
    layers = config.count("num_layers")
    if config.count("num_decoder_layers", default=layers) != layers:
        config.fault("num_decoder_layers", config.data["num_decoder_layers"],
                     f"is not num_layers, {layers}")  # fmt: skip
    head_dim = config.count("d_kv")
    fields: dict[str, Any] = {
        "name": name, "source": config.source, "n_layers": 2 * layers, "d_model": width,
        "n_heads": heads, "n_kv_heads": heads, "head_dim": head_dim, "v_head_dim": head_dim,
        "d_ff": config.count("d_ff"), "vocab": config.count("vocab_size"),
        "gated_mlp": (config.text("feed_forward_proj") or "relu").startswith("gated"),
        "tied_embeddings": config.flag("tie_word_embeddings", default=True),
    }  # fmt: skip
    return Shape(**(fields | encoder_decoder(width, heads)))


def _stack(config: ConfigReader, name: str) -> dict[str, Any]:
    width, heads = config.count("hidden_size"), config.count("num_attention_heads")
    mlp = config.count("intermediate_size")
    per_layer, _ = gpt_vector_params(width, 3 * width, mlp)
    head_dim = max(1, width // heads)
    return {
        "name": name, "source": config.source, "n_layers": config.count("num_hidden_layers"),
        "d_model": width, "n_heads": heads, "n_kv_heads": heads, "head_dim": head_dim,
        "v_head_dim": head_dim, "d_ff": mlp, "gated_mlp": False,
        "vector_params_per_layer": per_layer,
    }  # fmt: skip
