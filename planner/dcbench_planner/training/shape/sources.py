"""Where a model's shape comes from: the catalog, a number of parameters, a config file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcbench.errors import Fault, InputError
from dcbench_planner.training.shape.catalog import shape_from_catalog
from dcbench_planner.training.shape.config import shape_from_config
from dcbench_planner.training.shape.scaling import scaled_shape
from dcbench_planner.training.shape.transformer import Shape

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

__all__ = ["Shape", "shape_for_params", "shape_from_catalog", "shape_from_config"]

SCALED_FAMILIES = frozenset({"LLaMA 2", "LLaMA 3", "Qwen2.5"})
"""Published dense Llama-like shapes that a number of parameters is scaled from."""


def shape_for_params(params: float, catalog: Catalog) -> Shape:
    """Give a dense Llama-like shape of about so many parameters.

    The nearest published shape in log space is taken as it is when within 3 %, else scaled in depth
    and width with its head size kept (`dcbench_planner.training.shape.scaling`).

    Args:
        params: wanted parameters, embeddings included; 1e6 to 1e14.
        catalog: where the published shapes are.

    Raises:
        InputError: params is outside the range.
    """
    if not 1e6 <= params <= 1e14:
        fault = Fault(
            where="--params", value=params, problem="is outside 1e6 to 1e14 parameters",
            fix="give a number such as 7e9",
        )  # fmt: skip
        raise InputError(fault)
    published = [shape_from_catalog(m) for m in catalog.models if m.family in SCALED_FAMILIES]
    return scaled_shape(params, published)
