"""Every column of a case moves the step time, the way physics says; none is read and forgotten."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.prediction.predict import predict_rows

COMMON = {
    "id": "a", "model_name": "mine", "seq_len": "4096", "accelerator": "H100", "accel_mem_gb": "80",
    "per_node": "8", "interconnect": "8x400Gb/s per node", "dtype": "bf16", "vocab": "128256",
    "gated_mlp": "1", "cp": "1", "micro_batch": "1", "recompute": "none", "year": "2025",
    "sequence_parallel": "1", "compile": "", "notes": "",
}  # fmt: skip
FSDP = COMMON | {
    "arch": "llama", "n_layers": "32", "d_model": "4096", "n_heads": "32", "n_kv_heads": "8",
    "d_ff": "14336", "n_accelerators": "64", "tp": "1", "pp": "1", "dp": "64",
    "zero_or_fsdp": "fsdp2_zero3", "global_batch": "128", "seq_len": "8192",
}  # fmt: skip
MEGATRON = COMMON | {
    "arch": "llama", "n_layers": "80", "d_model": "8192", "n_heads": "64", "n_kv_heads": "8",
    "d_ff": "28672", "n_accelerators": "256", "tp": "8", "pp": "4", "vpp": "1", "dp": "8",
    "zero_or_fsdp": "zero1", "global_batch": "128",
}  # fmt: skip
MOE = COMMON | {
    "arch": "moe", "n_layers": "32", "d_model": "4096", "n_heads": "32", "n_kv_heads": "8",
    "d_ff": "14336", "n_experts": "64", "experts_per_token": "4", "d_ff_expert": "2048",
    "n_accelerators": "64", "tp": "1", "pp": "1", "dp": "64", "ep": "8", "zero_or_fsdp": "zero1",
    "global_batch": "256", "accelerator": "B300", "accel_mem_gb": "288",
}  # fmt: skip
CATALOG = load_catalog()

SLOWER = [
    ("recompute", FSDP, {"recompute": "full"}),
    ("recompute", MEGATRON, {"recompute": "full"}),
    ("selective recompute", FSDP, {"recompute": "selective"}),
    ("precision", FSDP, {"dtype": "tf32"}),
    ("sequence", FSDP, {"seq_len": "16384"}),
    ("batch", FSDP, {"global_batch": "256"}),
    ("layers", FSDP, {"n_layers": "40"}),
    ("width", FSDP, {"d_ff": "16384"}),
    ("vocabulary", FSDP, {"vocab": "256512"}),
    ("key-value heads", FSDP, {"n_kv_heads": "32"}),
    ("head size", FSDP, {"notes": "head_dim=256"}),
    ("no compiler", FSDP, {"compile": "0"}),
    ("network", FSDP, {"interconnect": "100 Gb/s per node"}),
    ("network", MEGATRON, {"interconnect": "100 Gb/s per node"}),
    ("smaller nodes", MOE, {"per_node": "4", "interconnect": "8x50Gb/s per node"}),
    ("software", MEGATRON, {"year": "2022"}),
    ("accelerator", MEGATRON, {"accelerator": "A100", "accel_mem_gb": "80"}),
    ("sequence parallelism off", MEGATRON, {"sequence_parallel": "0"}),
    ("accumulation", FSDP, {"micro_batch": "1", "global_batch": "192"}),
    ("smaller shards", MOE, {"zero_or_fsdp": "none"}),
    ("experts per token", MOE, {"experts_per_token": "8"}),
    ("expert width", MOE, {"d_ff_expert": "4096"}),
]  # fmt: skip
FASTER = [
    ("precision", FSDP, {"dtype": "fp8"}),
    ("precision", MEGATRON, {"dtype": "fp8"}),
    ("micro-batch", FSDP, {"micro_batch": "2"}),
    ("interleaving", MEGATRON, {"vpp": "5"}),
    ("accelerators", FSDP, {"n_accelerators": "128", "dp": "128"}),
    ("hybrid shards", FSDP | {"interconnect": "100 Gb/s per node"},
     {"zero_or_fsdp": "hsdp (group 8)"}),
    ("accelerator", FSDP, {"accelerator": "B200", "accel_mem_gb": "180"}),
    ("balanced experts", MOE, {"notes": "force-balanced"}),
    ("expert software", MOE, {"year": "2026"}),
]  # fmt: skip
DIFFERENT = [
    ("tensor parallelism", MEGATRON, {"tp": "4", "dp": "16"}),
    ("pipeline", MEGATRON, {"pp": "8", "dp": "4"}),
    ("context parallelism", MEGATRON, {"cp": "2", "dp": "4"}),
    ("expert parallelism", MOE, {"ep": "16"}),
    ("ZeRO level", MEGATRON, {"zero_or_fsdp": "none"}),
    ("weights sharded", MEGATRON, {"zero_or_fsdp": "zero3"}),
    ("number of experts", MOE, {"n_experts": "128"}),
    ("gate", FSDP, {"gated_mlp": "0"}),
    ("memory-bound share", MEGATRON, {"n_heads": "128"}),
]  # fmt: skip


def seconds(cells):
    answer = predict_rows([cells], CATALOG)[0]
    assert answer["status"] == "ok", answer["reason"]
    return float(answer["step_time_s"])


def cases(table):
    return [pytest.param(base, change, id=f"{what}-{index}")
            for index, (what, base, change) in enumerate(table)]  # fmt: skip


@pytest.mark.parametrize(("base", "change"), cases(SLOWER))
def test_what_adds_work_or_takes_speed_is_slower(base, change):
    assert seconds(base | change) > seconds(base) * 1.0001


@pytest.mark.parametrize(("base", "change"), cases(FASTER))
def test_what_saves_work_or_adds_speed_is_faster(base, change):
    assert seconds(base | change) < seconds(base) * 0.9999


@pytest.mark.parametrize(("base", "change"), cases(DIFFERENT))
def test_another_layout_or_shape_has_another_time(base, change):
    assert seconds(base | change) != pytest.approx(seconds(base), rel=1e-4)


@pytest.mark.parametrize(
    "change",
    [{"zero_or_fsdp": "none"}, {"micro_batch": "2"}, {"seq_len": "8192"}, {"tp": "4", "dp": "16"},
     {"pp": "2", "dp": "16"}, {"n_layers": "96"}, {"vocab": "512000"}],
)  # fmt: skip
def test_what_is_held_longer_or_shared_less_needs_more_memory(change):
    def gigabytes(cells):
        return float(predict_rows([cells], CATALOG)[0]["peak_memory_gb"])

    roomy = MEGATRON | {"accelerator": "B300", "accel_mem_gb": "288"}
    assert gigabytes(roomy | change) > gigabytes(roomy)
