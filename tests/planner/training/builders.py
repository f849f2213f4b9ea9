"""Small jobs for the tests of the training model."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from dcbench.catalog import load_catalog
from dcbench_planner.training.columns import stack
from dcbench_planner.training.layout import JobColumns, LayoutColumns, SoftwareColumns
from dcbench_planner.training.shape.sources import Shape, shape_from_catalog
from dcbench_planner.training.shape.transformer import gpt_vector_params
from dcbench_planner.training.step.constants import step_constants
from dcbench_planner.training.step.rates import RateColumns, published_rates

CONSTANTS = step_constants()


@cache
def catalog_shape(name):
    return shape_from_catalog(load_catalog().models.resolve(name))


@cache
def accelerator(name):
    return load_catalog().accelerators.resolve(name)


def gpt(layers, width, heads, vocab=51200, positions=2048, **changes):
    per_layer, final = gpt_vector_params(width, 3 * width, 4 * width)
    shape = Shape(
        name="gpt", source="test", n_layers=layers, d_model=width, n_heads=heads, n_kv_heads=heads,
        head_dim=width // heads, v_head_dim=width // heads, d_ff=4 * width, gated_mlp=False,
        vocab=vocab, tied_embeddings=True, learned_positions=positions,
        vector_params_per_layer=per_layer, vector_params_final=final,
    )  # fmt: skip
    return replace(shape, **changes)


def column(value):
    return np.atleast_1d(np.asarray(value, dtype=float))


def layout(**values):
    """One layout, or several where a value is a list."""
    defaults = dict.fromkeys(("tp", "pp", "vpp", "cp", "ep", "dp", "micro_batch"), 1)
    defaults |= {"num_micro_batches": 1, "zero": 0, "recompute": 0, "sequence_parallel": 0}
    merged = defaults | values
    merged.setdefault("shard", np.multiply(merged["dp"], merged["cp"]))
    return LayoutColumns(**{name: column(value) for name, value in merged.items()})


def software(*, legacy=0, unfused=0, compiled=0, layer_overlap=1, balanced_experts=0, year=2026):
    return SoftwareColumns(
        legacy=column(legacy), unfused=column(unfused), compiled=column(compiled),
        layer_overlap=column(layer_overlap), balanced_experts=column(balanced_experts),
        year=column(year),
    )  # fmt: skip


def job(shape=None, rates=None, layouts=None, sequence=4096, **software_flags):
    rates = rates or published_rates(accelerator("H100-SXM"), "bf16")
    return JobColumns(
        shape=(shape or catalog_shape("llama-3.1-8b")).columns, rates=stack(RateColumns, [rates]),
        layout=layouts or layout(), software=software(**software_flags), sequence=column(sequence),
    )  # fmt: skip
