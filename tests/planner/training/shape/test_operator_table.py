"""The table of operators agrees with the sums that the step model works with."""

from __future__ import annotations

import pytest

from dcbench_planner.training.shape.flops import forward_flops, training_flops
from dcbench_planner.training.shape.operator_table import operator_table
from dcbench_planner.training.shape.operators import layer_operators
from tests.planner.training.builders import catalog_shape, column

MODELS = [
    "gpt3-175b", "llama-3.1-70b", "mixtral-8x7b", "deepseek-v3", "nemotron-3-super-120b-a12b",
    "jamba-v0.1", "mamba2-2.7b", "bert-base-uncased", "vit-b-16", "t5-3b",
]  # fmt: skip
GROUPS = {
    "dense": ("attention_projections", "state_space_projections", "dense_mlp", "shared_experts",
              "mtp_projection"),
    "experts": ("routed_experts",),
    "attention": ("attention_core",),
    "state_space": ("state_space_scan",),
    "logits": ("logits",),
    "patches": ("patches",),
}  # fmt: skip


def value(quantity):
    return float(column(quantity)[0])


@pytest.mark.parametrize("name", MODELS)
def test_flops_are_those_of_the_step_model(name):
    shape, sequence = catalog_shape(name).columns, column(4096)
    table, flops = operator_table(shape, sequence, column(2)), training_flops(shape, sequence)

    for group, members in GROUPS.items():
        rows = [table[member] for member in members]
        assert sum(value(row.flops) for row in rows) == pytest.approx(
            value(forward_flops(shape, sequence)[group]), rel=1e-12
        )
        assert sum(value(row.flops * row.weight_gradient) for row in rows) == pytest.approx(
            value(flops.weight_gradient[group]), rel=1e-12
        )
        assert sum(value(row.flops * row.activation_gradient) for row in rows) == pytest.approx(
            value(flops.activation_gradient[group]), rel=1e-12
        )


@pytest.mark.parametrize("name", ["gpt3-175b", "llama-3.1-70b", "mixtral-8x7b", "jamba-v0.1"])
def test_operand_elements_are_those_of_the_step_model(name):
    shape = catalog_shape(name).columns
    table, operators = operator_table(shape, column(4096), column(2)), layer_operators(shape)
    products = (*GROUPS["dense"], "routed_experts")

    elements = sum(value(table[name].activation_bytes) / 2 for name in products)

    assert elements == pytest.approx(
        value(shape.n_layers * (operators.width_whole + operators.width_split)), rel=1e-12
    )


def test_gpt3_by_hand():
    # 96 layers of 4 d² and 8 d² at d = 12288; logits of 50,257 words
    table = operator_table(catalog_shape("gpt3-175b").columns, column(2048), column(2))

    assert value(table["attention_projections"].weights) == 96 * 4 * 12288**2
    assert value(table["dense_mlp"].flops) == 2 * 96 * 8 * 12288**2
    assert value(table["logits"].weight_bytes) == 2 * 50257 * 12288
    assert value(table["attention_core"].flops) == 96 * 4 * 12288 * 1024
    assert value(table["routed_experts"].activation_bytes) == 0
