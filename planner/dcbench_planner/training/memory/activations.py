"""Activations that one mean layer keeps until its backward pass, and the space that pass works in.

Sources: Korthikanti et al. 2022 (arXiv:2205.05198, eqs. 1-6 and table 2), written per operator so
that gated MLPs, grouped-query attention, MLA and experts follow the same count. What later software
keeps of each operator: Transformer Engine (LayerNormLinear keeps input and normalised input,
attention keeps q, k, v, its output and one fp32 number a head, gated activations keep their input),
Megatron-Core's all-to-all dispatcher, and torchtitan's list of operators saved by selective
checkpointing (`parallelize_llama.py`: every second matrix product, attention, reduce-scatters).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column, as_number
from dcbench_planner.training.layout import (
    FULL,
    SELECTIVE,
    JobColumns,
    is_fsdp,
    split_by_sequence,
    tokens_per_rank,
)
from dcbench_planner.training.remembered import remembered
from dcbench_planner.training.shape.columns import ShapeColumns
from dcbench_planner.training.shape.operators import (
    LayerOperators,
    attention_blocks,
    layer_operators,
)
from dcbench_planner.training.shape.parameters import attention_share, is_mla, moe_share
from dcbench_planner.training.shape.state_space import state_space_activation_bytes

PROBABILITIES_APPLIED_EARLY = 2025
"""From Megatron-Core 0.12 on, experts scale their inner activation by the router's probability, so
that the output before the combine need not be kept."""
ROUTER_BYTES = 13
"""Per token and expert: logits, scores and probabilities in fp32, and the routing mask."""
FP4_SHARE = 0.85
"""Layers that an fp4 recipe quantises; the last stay in 16 bit (arXiv:2509.25149, section 3)."""


@dataclass(frozen=True, kw_only=True)
class LayerActivations:
    """Bytes of one mean layer of one micro-batch on one rank."""

    kept: Column
    """Until its backward pass."""
    dropout_masks: Column
    workspace: Column
    """On top while its backward pass runs: what is recomputed, and gradients of activations."""


@dataclass(frozen=True, kw_only=True)
class _Width:
    """Bytes per token: `whole` is divided under sequence parallelism, `split` by TP."""

    whole: Column
    split: Column


@remembered
def layer_activations(job: JobColumns) -> LayerActivations:
    """Count one mean layer.

    Valid for 16-bit, 8-bit and fp32 training. Layers before flash attention keep their scores too:
    5 h s bytes a token (softmax output, its dropout mask, its dropped output).
    """
    operators = layer_operators(job.shape)
    everything = _everything(job, operators)
    kept = _kept(job, everything, operators)
    whole_part, split_part = 1 / split_by_sequence(job), 1 / job.layout.tp
    tokens = tokens_per_rank(job) * (job.rates.element_bytes / 2)
    recomputed = kept.whole * whole_part + kept.split * split_part
    all_bytes = everything.whole * whole_part + everything.split * split_part
    inner = 2 * (1 + job.shape.gated_mlp) * operators.mlp_width
    gradients = 2 * job.shape.d_model * whole_part + np.maximum(
        inner * split_part, 4 * job.shape.d_model
    )
    masks = np.maximum(job.software.legacy, job.method.dropout) * job.shape.d_model
    masks = masks * operators.blocks * (job.layout.recompute != FULL)
    return LayerActivations(
        kept=_mean_kept(job, recomputed, all_bytes) * tokens,
        dropout_masks=masks * whole_part * tokens,
        workspace=(all_bytes - recomputed + gradients) * tokens,
    )  # fmt: skip


def activation_bytes_per_layer(job: JobColumns) -> Column:
    """Bytes kept from one mean layer of one micro-batch on one rank until its backward pass.

    For a GPT layer this is Korthikanti et al. eq. 2 (s b h (10 + 24/t + 5 a s / h t)), with the 10
    divided too under sequence parallelism (eq. 4); flash attention drops the last term.
    """
    layer = layer_activations(job)
    return layer.kept + layer.dropout_masks


def _mean_kept(job: JobColumns, recomputed: Column, everything: Column) -> Column:
    """Mean over the layers that recompute and those that do not."""
    share = job.layout.recompute_share
    if (share == 1).all():
        return recomputed
    return everything + share * (recomputed - everything)


def _everything(job: JobColumns, operators: LayerOperators) -> _Width:
    """Without recompute.

    Inputs and outputs of two norms (8 d); queries, keys, values, attention output with one fp32
    number a head; MLP: 4 f, gated 6 f; inputs of the routed experts. Transformer Engine keeps
    quantised copies of matrix inputs in one byte; eager PyTorch keeps fp32 inputs of RMS norms and
    the activation function's output apart from the gated product.
    """
    shape, software = job.shape, job.software
    eight_bit = _eight_bit(job)
    statistics = 4 * operators.heads * (1 - software.legacy)
    mlp = (4 + 2 * shape.gated_mlp + 2 * shape.gated_mlp * software.unfused) * operators.mlp_width
    scores = 5 * software.legacy * operators.heads * job.sequence
    saved = eight_bit * (operators.attention_width - operators.mlp_width)
    norms = 4 + 4 * software.unfused * shape.gated_mlp - eight_bit
    mixers = state_space_activation_bytes(shape)
    return _Width(
        whole=norms * operators.blocks * shape.d_model + _latent(shape)
        + ROUTER_BYTES * moe_share(shape) * shape.n_experts,
        split=2 * operators.attention_io + statistics + mlp + scores + saved + mixers
        + _routed_inputs(job, operators),
    )  # fmt: skip


def _kept(job: JobColumns, everything: _Width, operators: LayerOperators) -> _Width:
    """Give what is kept under the recompute of each job."""
    recompute = job.layout.recompute
    fsdp = is_fsdp(job.layout) > 0
    megatron, pytorch = _selective_megatron(job, everything, operators), _selective_pytorch(
        job, operators
    )  # fmt: skip
    selective = recompute == SELECTIVE
    full = recompute == FULL
    whole = np.where(selective, np.where(fsdp, pytorch.whole, megatron.whole), everything.whole)
    split = np.where(selective, np.where(fsdp, pytorch.split, megatron.split), everything.split)
    whole, split = np.where(full, 2 * job.shape.d_model, whole), np.where(full, 0.0, split)
    share = job.layout.recompute_share
    return _Width(
        whole=everything.whole + share * (whole - everything.whole),
        split=everything.split + share * (split - everything.split),
    )


def _selective_megatron(job: JobColumns, everything: _Width, operators: LayerOperators) -> _Width:
    """Before flash attention: no scores (eq. 6); now: no outputs of norms and activation functions.

    MLA's up-projected queries, keys and values are recomputed too (`recompute_modules` of
    Megatron-Core: layernorm, moe_act, mla_up_proj).
    """
    shape, legacy = job.shape, job.software.legacy
    scores = 5 * legacy * operators.heads * job.sequence
    eight_bit = _eight_bit(job)
    up_projected = operators.heads * (2 * shape.head_dim + shape.v_head_dim)
    lighter = (2 - eight_bit) * operators.mlp_width + 2 * is_mla(shape) * up_projected
    norms = (2 - eight_bit) * operators.blocks * shape.d_model
    return _Width(
        whole=everything.whole - norms * (1 - legacy),
        split=everything.split - np.where(legacy > 0, scores, lighter),
    )


def _selective_pytorch(job: JobColumns, operators: LayerOperators) -> _Width:
    """Every second matrix product: queries, values, first MLP product; attention; layer input.

    Uncompiled, the layer's last product is kept although no backward pass reads it. fp4 products
    are not on the list of operators to save, so that their layers keep input and attention only.
    """
    shape = job.shape
    attention = 2 * operators.attention_width + 4 * operators.heads
    queries_values = shape.n_heads * shape.head_dim + shape.n_kv_heads * shape.v_head_dim
    products = 2 * (attention_blocks(shape) * queries_values + operators.mlp_width)
    products = products + state_space_activation_bytes(shape)
    saved = 1 - FP4_SHARE * job.rates.four_bit
    return _Width(
        whole=(2 + 2 * job.software.unfused) * shape.d_model, split=attention + saved * products
    )


def _eight_bit(job: JobColumns) -> Column:
    """1 where Transformer Engine keeps matrix inputs in one byte; compiled FSDP is torchao's.

    torchao's `Float8Linear` keeps its 16-bit input and casts it again in the backward pass.
    """
    quantised = job.rates.quantised
    if not quantised.any():
        return np.zeros(1)
    return quantised * (1 - is_fsdp(job.layout) * job.software.compiled)


def _routed_inputs(job: JobColumns, operators: LayerOperators) -> Column:
    """Tokens as they reach the routed experts, and their outputs until Megatron-Core 0.12."""
    copies = 2 + 2 * as_number(job.software.year < PROBABILITIES_APPLIED_EARLY)
    return copies * operators.routed_width


def _latent(shape: ShapeColumns) -> Column:
    """MLA: compressed queries, keys and values before and after their norms, the rotary key."""
    ranks = 4 * (shape.q_lora_rank + shape.kv_lora_rank) + 2 * shape.qk_rope_head_dim
    return attention_share(shape) * is_mla(shape) * ranks
