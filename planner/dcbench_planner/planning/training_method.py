"""How the weights are trained, as the scenario asks: optimizer, adapters, teacher, pruning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dcbench.catalog import Catalog
from dcbench.errors import Fault, InputError
from dcbench.records.scenario import MethodChoice
from dcbench.units import parse_number, rounded
from dcbench_planner.training.method.choices import (
    DEFAULT_RANK,
    distilled,
    full_training,
    lora,
    quantisation_aware,
)
from dcbench_planner.training.method.methods import Method
from dcbench_planner.training.method.tables import optimizer
from dcbench_planner.training.shape.sources import shape_for_params, shape_from_catalog
from dcbench_planner.training.shape.transformer import Shape

WIDTH_STEP = 64
"""Pruned MLP widths are multiples of this, so that matrix products keep their tiles."""


def training_method(choice: MethodChoice, shape: Shape, catalog: Catalog) -> Method:
    """Give the method of a scenario.

    Raises:
        InputError: a rank without an adapter, or an unknown teacher.
    """
    if choice.rank is not None and choice.kind == "full":
        problem, fix = "trains every weight, so there is no rank", "give --method lora or qlora"
        raise InputError(Fault(where="--lora-rank", value=choice.rank, problem=problem, fix=fix))
    if choice.kind == "full":
        method = full_training(shape, choice.optimizer)
    else:
        method = lora(
            shape, choice.optimizer, rank=choice.rank or DEFAULT_RANK,
            quantised=choice.kind == "qlora",
        )  # fmt: skip
    if choice.teacher is not None:
        method = distilled(method, shape, teacher_shape(choice.teacher, catalog))
    return quantisation_aware(method) if choice.quantisation_aware else method


def optimizer_only(name: str) -> Method:
    """Give the method of a model without a shape: every weight, with this optimizer's states.

    The matrix products of Muon are left out, because they follow from the shape.
    """
    chosen = optimizer(name)
    return Method(optimizer_bytes=chosen.state_bytes, optimizer_traffic_bytes=chosen.traffic_bytes)


def teacher_shape(teacher: str, catalog: Catalog) -> Shape:
    """Give the shape of a teacher, by catalog name or number of parameters.

    Raises:
        InputError: neither a number in range nor a model of the catalog.
    """
    try:
        params = parse_number(teacher)
    except ValueError:
        return shape_from_catalog(catalog.models.resolve(teacher, where="--teacher"))
    try:
        return shape_for_params(params, catalog)
    except InputError as error:
        raise InputError([replace(fault, where="--teacher") for fault in error.faults]) from error


def pruned(shape: Shape, kept_share: float) -> Shape:
    """Take attention heads and MLP width out of every layer until this share of them is left.

    Structured width pruning of heads and MLP neurons, depth and model width kept (Minitron,
    arXiv:2407.14679, section 2); key-value groups keep their size, embeddings stay whole.

    Args:
        shape: the model before.
        kept_share: share of heads and MLP width that stays, above 0 and up to 1.
    """
    if kept_share == 1.0:
        return shape
    group = shape.n_heads // shape.n_kv_heads
    kv_heads = max(1, round(shape.n_kv_heads * kept_share))
    return replace(
        shape, n_heads=group * kv_heads, n_kv_heads=kv_heads,
        d_ff=_pruned_width(shape.d_ff, kept_share),
        d_ff_expert=_pruned_width(shape.d_ff_expert, kept_share),
        d_ff_shared=_pruned_width(shape.d_ff_shared, kept_share),
        name=f"{shape.name} pruned to {kept_share:g}",
        source=f"{shape.source}; heads and MLP width pruned to {kept_share:g}",
    )  # fmt: skip


def method_notes(choice: MethodChoice, method: Method) -> Iterator[str]:
    """Say what the method does to memory and time, for what differs from the default."""
    if choice.kind != "full":
        stored = "4 bits" if choice.kind == "qlora" else "16 bits"
        yield (
            f"{choice.kind}, rank {choice.rank or DEFAULT_RANK}: "
            f"{rounded(100 * method.trained_share, 2)} % of the weights are trained. The rest are "
            f"frozen in {stored}: no gradients, optimizer states or weight-gradient products; "
            "their activations and input gradients stay. Checkpoints are counted whole."
        )
    if choice.optimizer != "adamw":
        yield (
            f"{choice.optimizer}: {rounded(method.optimizer_bytes)} bytes of states per trained "
            "weight, AdamW has 12. Whether it needs as many tokens is not modelled."
        )
    if choice.teacher is not None:
        yield (
            f"Distillation: {choice.teacher} runs forward on every token, "
            f"{rounded(method.extra_forward)} times the forward work of the model itself. A "
            "teacher's logits that are stored beforehand cost that once, not in this run."
        )
    if choice.kept_share < 1.0:
        yield (
            "Pruning: the plan trains the model that is left; finding what to prune, a pass over a "
            "few batches, is not counted."
        )
    if choice.quantisation_aware:
        yield (
            "Quantisation-aware training rounds weights and inputs in every pass, which costs "
            "memory traffic; the products run in the planned format, so training gets no faster."
        )


def _pruned_width(width: int, kept_share: float) -> int:
    if width == 0:
        return 0
    return max(WIDTH_STEP, round(width * kept_share / WIDTH_STEP) * WIDTH_STEP)
