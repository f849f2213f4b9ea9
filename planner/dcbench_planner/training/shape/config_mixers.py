"""Models with state-space mixers in a Hugging Face `config.json`: Nemotron-H, Jamba, Mamba-2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dcbench_planner.training.shape.catalog import norms_per_layer
from dcbench_planner.training.shape.config_reader import ConfigReader
from dcbench_planner.training.shape.transformer import Shape

PATTERN = {"M": "mamba", "*": "attention", "-": "mlp", "E": "moe"}
"""Letters of Nemotron-H's `hybrid_override_pattern`."""


def nemotron_h(config: ConfigReader, name: str) -> Shape:
    """Nemotron-H and Nemotron 3: each layer is a Mamba-2 mixer, attention, an MLP or experts."""
    blocks = _blocks(config)
    layers = max(1, len(blocks))
    attention, mixers = blocks.count("attention"), blocks.count("mamba")
    mixtures, dense = blocks.count("moe"), blocks.count("mlp")
    if mixtures and dense:
        config.fault("hybrid_override_pattern", "-, E", "mixes dense MLPs and experts")
    fields = _attention(config) | _mamba2(config, "mamba_num_heads", "mamba_head_dim")
    fields |= _shares(attention, mixers, mixtures + dense, layers, fields["d_model"])
    if mixtures:
        width = config.count("moe_intermediate_size")
        shared = config.count("moe_shared_expert_intermediate_size", default=0, least=0)
        fields |= {
            "n_experts": config.count("n_routed_experts"), "d_ff_expert": width,
            "experts_per_token": config.count("num_experts_per_tok"),
            "d_ff_shared": shared * config.count("n_shared_experts", default=1, least=0),
            "expert_latent": config.count("moe_latent_size", default=0, least=0),
        }  # fmt: skip
    return Shape(
        name=name, source=config.source, n_layers=layers,
        d_ff=config.count("intermediate_size") if dense else 0, gated_mlp=False,
        tied_embeddings=config.flag("tie_word_embeddings", default=False),
        mtp_layers=config.count("num_nextn_predict_layers", default=0, least=0), **fields,
    )  # fmt: skip


def jamba(config: ConfigReader, name: str) -> Shape:
    """Jamba: Mamba-1 mixers, attention every so many layers, an MLP or experts in each."""
    layers = config.count("num_hidden_layers")
    attention = _periodic(config, "attn_layer_period", "attn_layer_offset", layers)
    mixtures = _periodic(config, "expert_layer_period", "expert_layer_offset", layers)
    fields = _attention(config)
    width, mlp = fields["d_model"], config.count("intermediate_size")
    fields |= _shares(attention, layers - attention, layers, layers, width)
    return Shape(
        name=name, source=config.source, n_layers=layers, d_ff=mlp, gated_mlp=True,
        tied_embeddings=config.flag("tie_word_embeddings", default=False),
        ssm_inner=width * config.count("mamba_expand", default=2),
        ssm_state=config.count("mamba_d_state"), ssm_conv=config.count("mamba_d_conv"),
        ssm_dt_rank=config.count("mamba_dt_rank", default=-(-width // 16)),
        n_experts=config.count("num_experts"), d_ff_expert=mlp,
        experts_per_token=config.count("num_experts_per_tok"),
        moe_layer_step=max(1, round(layers / max(1, mixtures))), **fields,
    )  # fmt: skip


def mamba2(config: ConfigReader, name: str) -> Shape:
    """Mamba-2: a mixer in each layer and nothing else; its heads are what ranks can share."""
    layers, width = config.count("num_hidden_layers"), config.count("hidden_size")
    fields = _mamba2(config, "num_heads", "head_dim")
    fields |= _shares(0, layers, 0, layers, width)
    heads, head_dim = fields["ssm_heads"], config.count("head_dim")
    return Shape(
        name=name, source=config.source, n_layers=layers, d_model=width, n_heads=heads,
        n_kv_heads=heads, head_dim=head_dim, v_head_dim=head_dim, d_ff=0, gated_mlp=False,
        vocab=config.count("vocab_size"),
        tied_embeddings=config.flag("tie_word_embeddings", default=False),
        vector_params_final=width, **fields,
    )  # fmt: skip


def _blocks(config: ConfigReader) -> Sequence[str]:
    listed = config.texts("layers_block_type")
    pattern = config.text("hybrid_override_pattern", "hybrid_layer_pattern")
    if listed is None and pattern is None:
        config.fault("hybrid_override_pattern", None, "is missing")
    blocks = listed or [PATTERN.get(letter, letter) for letter in pattern or ""]
    unknown = sorted(set(blocks) - set(PATTERN.values()))
    if unknown:
        known = ", ".join(sorted(PATTERN.values()))
        config.fault("hybrid_override_pattern", unknown[0], f"is none of {known}")
    return blocks


def _attention(config: ConfigReader) -> dict[str, Any]:
    width, heads = config.count("hidden_size"), config.count("num_attention_heads")
    kv_heads = config.count("num_key_value_heads", default=heads)
    config.check_groups(heads, kv_heads)
    head_dim = config.count("head_dim", "attention_head_dim", default=max(1, width // heads))
    return {
        "d_model": width, "n_heads": heads, "n_kv_heads": kv_heads, "head_dim": head_dim,
        "v_head_dim": head_dim, "vocab": config.count("vocab_size"), "vector_params_final": width,
    }  # fmt: skip


def _mamba2(config: ConfigReader, heads: str, head_dim: str) -> dict[str, Any]:
    count = config.count(heads)
    return {
        "ssm_heads": count, "ssm_inner": count * config.count(head_dim),
        "ssm_state": config.count("ssm_state_size", "state_size"),
        "ssm_groups": config.count("n_groups"), "ssm_conv": config.count("conv_kernel"),
    }  # fmt: skip


def _shares(attention: int, mixers: int, mlps: int, layers: int, width: int) -> dict[str, Any]:
    return {
        "attention_layer_share": attention / layers, "ssm_layer_share": mixers / layers,
        "mlp_layer_share": mlps / layers,
        "vector_params_per_layer": norms_per_layer(attention, mixers, mlps, layers) * width,
    }  # fmt: skip


def _periodic(config: ConfigReader, period: str, offset: str, layers: int) -> int:
    """Count the layers i with i mod period = offset."""
    every, first = config.count(period), config.count(offset, default=0, least=0)
    return len(range(first, layers, every))
