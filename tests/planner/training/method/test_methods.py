from __future__ import annotations

from dataclasses import replace

import pytest

from dcbench.errors import InputError
from dcbench_planner.training.columns import stack
from dcbench_planner.training.memory.peak import peak_bytes
from dcbench_planner.training.method.choices import (
    NF4_BYTES,
    adapter_weights,
    distilled,
    full_training,
    layer_matrix_weights,
    lora,
    newton_schulz_flops,
    quantisation_aware,
)
from dcbench_planner.training.method.methods import Method, MethodColumns
from dcbench_planner.training.method.tables import host_rates, optimizer, optimizer_names
from dcbench_planner.training.step.optimizer import (
    activation_offload_s,
    method_traffic_s,
    optimizer_s,
)
from tests.planner.training.builders import CONSTANTS, catalog_shape, gpt, job, layout

LLAMA = catalog_shape("llama-3-8b")
DEEPSEEK = catalog_shape("deepseek-v3")


def trained_by(method, shape=LLAMA, **layout_values):
    return replace(
        job(shape, layouts=layout(**layout_values)), method=stack(MethodColumns, [method])
    )


def memory(method, **layout_values):
    return float(peak_bytes(trained_by(method, **layout_values), CONSTANTS)[0])


def test_the_default_is_adamw():
    assert full_training(LLAMA) == Method()


@pytest.mark.parametrize(
    ("name", "state_bytes"),
    # master 4, plus moments: two fp32, two 8-bit with a scale per 256, one fp32
    [("adamw", 12), ("adamw-8bit", 4 + 2 * (1 + 4 / 256)), ("sgd-momentum", 8), ("lion", 8),
     ("muon", 8)],
)  # fmt: skip
def test_states_of_optimizers(name, state_bytes):
    assert optimizer(name).state_bytes == pytest.approx(state_bytes, abs=0.002)
    assert name in optimizer_names()


def test_an_unknown_optimizer_is_named():
    with pytest.raises(InputError, match="adagrad"):
        optimizer("adagrad")


def test_lighter_states_need_less_memory_and_frozen_weights_less_still():
    methods = [
        full_training(LLAMA), full_training(LLAMA, "lion"), full_training(LLAMA, "adamw-8bit"),
        lora(LLAMA), lora(LLAMA, quantised=True),
    ]  # fmt: skip
    for zero in (0, 1, 3):
        needed = [memory(method, dp=8, zero=zero) for method in methods]
        assert needed == sorted(needed, reverse=True)


def test_matrices_are_all_of_the_layers_weights():
    # Llama 3 8B: 32 x 4096 x (2 x 4096 + 2 x 1024 + 3 x 14336), by hand
    assert layer_matrix_weights(LLAMA) == 32 * 4096 * (2 * 4096 + 2 * 1024 + 3 * 14336)
    # DeepSeek-V3: 671B less two tables, routers, norms
    routers = 58 * 256 * 7168
    tables = 2 * 129280 * 7168
    assert layer_matrix_weights(DEEPSEEK) == pytest.approx(
        DEEPSEEK.params_total - tables - routers, rel=1e-5
    )


def test_adapter_size():
    # PEFT on Llama 3 8B, rank 16, all linear layers: 41,943,040 trainable parameters
    assert adapter_weights(LLAMA, 16) == 41_943_040


def test_lora_skips_weight_gradients():
    method = lora(LLAMA, rank=16)

    assert method.trained_share == pytest.approx(41_943_040 / LLAMA.params_total)
    assert method.weight_gradient_share == pytest.approx(3 * method.trained_share)


def test_qlora_stores_layers_in_four_bits():
    # arXiv:2305.14314 section 3: 0.127 bits a weight for constants with double quantisation
    assert pytest.approx((4 + 0.127) / 8, rel=1e-4) == NF4_BYTES
    method = lora(catalog_shape("llama-3-70b"), quantised=True)
    assert method.weight_bytes == pytest.approx(0.56, abs=0.01)  # 3 % of it embeddings in 16 bit


def test_a_teacher_costs_its_active_parameters():
    method = distilled(Method(), LLAMA, catalog_shape("llama-3-70b"))

    assert method.extra_forward == pytest.approx(70.55 / 8.03, rel=1e-3)


def test_adamw_moves_32_bytes_a_weight():
    cases = trained_by(Method(), zero=0, num_micro_batches=4)
    constants = replace(CONSTANTS, optimizer_traffic=1.0, gradient_accumulate=1.0)
    rate = float(cases.rates.memory_bytes_per_s[0])
    weights = LLAMA.params_total

    assert optimizer_s(cases, constants)[0] * rate == pytest.approx(
        (32 + 4 * 8) * weights, rel=1e-4
    )


def test_fsdp_copies_and_updates_its_share():
    cases = trained_by(Method(), zero=3, dp=8, num_micro_batches=2)
    constants = replace(CONSTANTS, optimizer_traffic=1.0, fsdp_copy=1.0)
    moved = optimizer_s(cases, constants)[0] * float(cases.rates.memory_bytes_per_s[0])

    assert moved == pytest.approx((32 / 8 + 2 * 16) * LLAMA.params_total, rel=1e-4)


def test_newton_schulz_work_of_a_square_matrix():
    # Jordan 2024: at most 6 n m² an iteration, reached by square matrices; 30 m a weight for five
    square = replace(gpt(2, 1024, 8), d_ff=1024)
    assert newton_schulz_flops(square, 5) == pytest.approx(30 * 1024)
    # Llama 3 8B by hand: squares of 4096 (q, o), 1024 x 4096 (k, v), 4096 x 14336
    parts = [(4096, 4096, 2), (1024, 4096, 2), (4096, 14336, 3)]
    flops = sum(n * 5 * (4 * large * m**2 + 2 * m**3) for m, large, n in parts)
    assert newton_schulz_flops(LLAMA, 5) == pytest.approx(flops / sum(
        n * m * large for m, large, n in parts))  # fmt: skip


def test_muon_adds_its_products_to_the_step():
    cases = trained_by(full_training(LLAMA, "muon"), zero=1, dp=8)
    plain = replace(cases, method=stack(MethodColumns, [Method(optimizer_traffic_bytes=28)]))
    added = optimizer_s(cases, CONSTANTS)[0] - optimizer_s(plain, CONSTANTS)[0]
    flops = newton_schulz_flops(LLAMA, 5) * LLAMA.params_total / 8

    assert added == pytest.approx(flops / float(cases.rates.gemm16_flops_per_s[0]), rel=1e-3)


def test_the_host_updates_at_the_speed_of_its_memory():
    constants = replace(CONSTANTS, optimizer_traffic=1.0, gradient_accumulate=0.0)
    method = full_training(LLAMA, offload_optimizer=True)
    seconds = optimizer_s(trained_by(method, zero=1, dp=8), constants)[0]

    # 32 bytes and 4 + 2 of transfers through 50 GB/s of host memory, an eighth of the weights
    assert seconds == pytest.approx(38 * LLAMA.params_total / 8 / 50e9, rel=1e-3)


def test_coherent_hosts_are_faster():
    assert host_rates("GB200").link_bytes_per_s > 3 * host_rates("H100-SXM").link_bytes_per_s
    assert host_rates("GB200-NVL72").memory_bytes_per_s == 200e9
    assert "PCIe" in host_rates("H100-SXM").source


def test_offloaded_activations_travel_twice():
    method = full_training(LLAMA, offload_activations=0.5)
    # 139,392 bytes a token and layer (test_memory_parts), half of them, 50 GB/s
    expected = 2 * 0.5 * 139_392 * 4096 / 50e9

    assert activation_offload_s(trained_by(method))[0] == pytest.approx(expected)


def test_dequantising_and_rounding_cost_memory_traffic():
    qlora = trained_by(lora(LLAMA, quantised=True))
    rate = float(qlora.rates.memory_bytes_per_s[0])
    layer = 4096 * (2 * 4096 + 2 * 1024 + 3 * 14336)

    assert method_traffic_s(trained_by(Method()))[0] == 0
    # forward and backward: read about half a byte, write two
    assert method_traffic_s(qlora)[0] * rate == pytest.approx(2 * 2.516 * layer, rel=1e-3)
    aware = trained_by(quantisation_aware(Method()))
    assert method_traffic_s(aware)[0] * rate > 2 * 4 * layer
