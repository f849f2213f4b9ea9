"""Training methods by name: optimizers, LoRA, QLoRA, distillation, quantisation-aware training.

Structured pruning is a smaller shape and needs no method. Sparse weights (2:4) are taken to cost
what dense ones cost: while masks still change, training multiplies dense matrices.
"""

from __future__ import annotations

from dataclasses import replace

from dcbench_planner.training.method.methods import Method
from dcbench_planner.training.method.tables import host_rates, optimizer
from dcbench_planner.training.shape.parameters import expert_width, moe_layers
from dcbench_planner.training.shape.state_space import projection_weights
from dcbench_planner.training.shape.transformer import Shape

NF4_BYTES = (4 + 8 / 64 + 32 / (64 * 256)) / 8
"""4-bit weights with double quantisation: an 8-bit scale per 64 weights, an fp32 scale per 256 of
those (Dettmers et al. 2023, arXiv:2305.14314, section 3: 0.127 bits a weight)."""
STORED_BYTES = 2.0
ROUNDING_BYTES = 4.0
"""Fake quantisation reads 16 bit and writes 16 bit."""
DEFAULT_RANK = 16


def full_training(
    shape: Shape,
    optimizer_name: str = "adamw",
    *,
    accelerator_id: str = "",
    offload_optimizer: bool = False,
    offload_activations: float = 0.0,
) -> Method:
    """Train every weight.

    Args:
        shape: the model; Muon's work follows from its matrices.
        optimizer_name: a row of `data/optimizers.csv`.
        accelerator_id: catalog id, for the host's rates when something is offloaded.
        offload_optimizer: states live in, and are updated by, the host (ZeRO-Offload,
            arXiv:2101.06840).
        offload_activations: share of the activations that waits in host memory, 0 to 1.

    Raises:
        InputError: unknown optimizer.
    """
    chosen, host = optimizer(optimizer_name), host_rates(accelerator_id)
    iterations = chosen.newton_schulz_iterations
    return Method(
        optimizer_bytes=chosen.state_bytes, optimizer_traffic_bytes=chosen.traffic_bytes,
        optimizer_flops=newton_schulz_flops(shape, iterations) if iterations else 0.0,
        offload_optimizer=float(offload_optimizer), offload_activations=offload_activations,
        host_memory_bytes_per_s=host.memory_bytes_per_s,
        host_link_bytes_per_s=host.link_bytes_per_s,
    )  # fmt: skip


def lora(
    shape: Shape, optimizer_name: str = "adamw", *, rank: int = DEFAULT_RANK,
    quantised: bool = False,
) -> Method:  # fmt: skip
    """Train a low-rank adapter on every matrix of the layers beside frozen weights.

    Hu et al. 2021 (arXiv:2106.09685, section 4.1): rank r adds r (in + out) weights to a matrix.
    Weight gradients of frozen matrices are skipped, so a token costs about 4 N instead of 6 N
    FLOPs, plus 6 of the adapter's own. QLoRA (arXiv:2305.14314) stores the layers' weights in
    4 bits and writes them in 16 bits before every product; embeddings stay in 16 bits.

    Args:
        shape: the model.
        optimizer_name: a row of `data/optimizers.csv`.
        rank: of the adapters, at least 1.
        quantised: QLoRA.

    Raises:
        InputError: unknown optimizer.
    """
    share = adapter_weights(shape, rank) / shape.params_total
    base = full_training(shape, optimizer_name)
    in_layers = layer_matrix_weights(shape) / shape.params_total if quantised else 0.0
    return replace(
        base, trained_share=share, weight_gradient_share=min(1.0, 3 * share), optimizer_flops=0.0,
        weight_bytes=in_layers * NF4_BYTES + (1 - in_layers) * STORED_BYTES,
        weight_pass_bytes=(NF4_BYTES + STORED_BYTES) * float(quantised),
    )  # fmt: skip


def distilled(method: Method, student: Shape, teacher: Shape) -> Method:
    """Add a teacher: its forward pass over every token, its weights and its logits in 16 bit."""
    return replace(method, extra_forward=teacher.params_active / student.params_active)


def quantisation_aware(method: Method) -> Method:
    """Round weights and matrix inputs to a low precision in every pass (straight-through).

    Products stay in 16 bit: it costs time and buys none (Jacob et al. 2017, arXiv:1712.05877,
    section 3).
    """
    return replace(method, weight_pass_bytes=method.weight_pass_bytes + ROUNDING_BYTES,
                   input_pass_bytes=method.input_pass_bytes + ROUNDING_BYTES)  # fmt: skip


def newton_schulz_flops(shape: Shape, iterations: float) -> float:
    """FLOPs per weight and step, mean over the layers' matrices.

    A matrix of n columns and m <= n rows takes 2 (2 n m² + m³) FLOPs an iteration (Jordan 2024,
    kellerjordan.github.io/posts/muon), that is 4 m + 2 m² / n a weight.
    """
    flops = weights = 0.0
    for rows, columns, count in layer_matrices(shape):
        small, large = min(rows, columns), max(rows, columns)
        weights += count * small * large
        flops += count * iterations * 2 * (2 * large * small**2 + small**3)
    return flops / weights


def adapter_weights(shape: Shape, rank: int) -> float:
    """Trained weights of a low-rank adapter on every matrix of the layers."""
    return sum(count * rank * (rows + columns) for rows, columns, count in layer_matrices(shape))


def layer_matrix_weights(shape: Shape) -> float:
    """Weights of all matrices of the layers, embeddings left out."""
    return sum(count * rows * columns for rows, columns, count in layer_matrices(shape))


def layer_matrices(shape: Shape) -> list[tuple[float, float, float]]:
    """Rows, columns and number of the matrices of all layers; routers are left out."""
    table = shape.columns
    layers, experts = float(shape.n_layers), float(moe_layers(table)[0])
    attention = layers * (shape.attention_layer_share + shape.cross_layer_share)
    d, expert = float(shape.d_model), float(expert_width(table)[0])
    matrices = 2 + int(shape.gated_mlp)
    mixers = layers * shape.ssm_layer_share
    into = float(projection_weights(table)[0]) / d - shape.ssm_inner
    found = [
        *((rows, columns, attention * count) for rows, columns, count in _attention(shape)),
        (d, shape.d_ff, matrices * (layers * shape.mlp_layer_share - experts)),
        (d, shape.d_ff_shared, matrices * experts),
        (expert, shape.d_ff_expert, matrices * experts * shape.n_experts),
        (d, into, mixers), (shape.ssm_inner, d, mixers),
    ]  # fmt: skip
    return [(float(r), float(c), float(n)) for r, c, n in found if r * c * n > 0]


def _attention(shape: Shape) -> list[tuple[float, float, float]]:
    """Rows, columns and number of the matrices of one attention block."""
    d, queries = shape.d_model, shape.n_heads * shape.head_dim
    output = (shape.n_heads * shape.v_head_dim, d, 1)
    if not shape.kv_lora_rank:
        return [(d, queries, 1), (d, shape.n_kv_heads * shape.head_dim, 2), output]
    nope = shape.head_dim - shape.qk_rope_head_dim
    through = [(d, shape.q_lora_rank, 1), (shape.q_lora_rank, queries, 1)]
    return [
        *(through if shape.q_lora_rank else [(d, queries, 1)]),
        (d, shape.kv_lora_rank + shape.qk_rope_head_dim, 1),
        (shape.kv_lora_rank, shape.n_heads * (nope + shape.v_head_dim), 1), output,
    ]  # fmt: skip
