"""What is trained and how: optimizer, frozen weights, offload, extra passes.

Full training of every weight with AdamW in mixed precision is the default; every other method is
another `Method` (built in `method_choices.py`), so that memory and time follow from physics alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from dcbench_planner.training.columns import Column, stack


@dataclass(frozen=True, kw_only=True)
class Method:
    """How weights are trained."""

    weight_bytes: float = 2.0
    """Per stored weight: 2 in 16 bit, 4 in fp32, about 0.53 for 4-bit QLoRA weights."""
    gradient_bytes: float = 4.0
    """Per trained weight where gradients are kept whole."""
    optimizer_bytes: float = 12.0
    """States per trained weight: AdamW 12 (fp32 master weight and two moments)."""
    optimizer_traffic_bytes: float = 32.0
    """Bytes that one update of a trained weight moves through memory."""
    optimizer_flops: float = 0.0
    """Matrix FLOPs per trained weight and step: Muon's Newton-Schulz iterations."""
    trained_share: float = 1.0
    """Weights that have gradients and optimizer states: 1, or less for LoRA."""
    weight_gradient_share: float = 1.0
    """Weight-gradient products that are computed: 1, or nearly 0 where weights are frozen."""
    extra_forward: float = 0.0
    """Forward passes on top of a step's own: a teacher's, relative to the model's."""
    weight_pass_bytes: float = 0.0
    """Memory traffic per weight and pass on top: dequantising or rounding it."""
    input_pass_bytes: float = 0.0
    """Memory traffic per matrix input and pass on top: rounding it."""
    dropout: float = 0.0
    """1 where dropout masks are kept."""
    offload_optimizer: float = 0.0
    """1 where optimizer states live in, and are updated by, the host."""
    offload_activations: float = 0.0
    """Share of the activations that waits in host memory."""
    host_memory_bytes_per_s: float = 50e9
    """Host memory that one accelerator's share of the update streams through; see
    `data/host_rates.csv`."""
    host_link_bytes_per_s: float = 50e9
    """Between an accelerator and its host, each direction; see `data/host_rates.csv`."""


@dataclass(frozen=True, kw_only=True)
class MethodColumns:
    """Methods as columns; fields as in `Method`."""

    weight_bytes: Column
    gradient_bytes: Column
    optimizer_bytes: Column
    optimizer_traffic_bytes: Column
    optimizer_flops: Column
    trained_share: Column
    weight_gradient_share: Column
    extra_forward: Column
    weight_pass_bytes: Column
    input_pass_bytes: Column
    dropout: Column
    offload_optimizer: Column
    offload_activations: Column
    host_memory_bytes_per_s: Column
    host_link_bytes_per_s: Column


def pretraining() -> MethodColumns:
    """Every weight trained with AdamW in mixed precision."""
    return stack(MethodColumns, [Method()])
