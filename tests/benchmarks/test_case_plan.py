from __future__ import annotations

import pytest

from dcbench.errors import InputError
from dcbench.records.run import Device
from dcbench_benchmarks import case_plan
from dcbench_benchmarks.case_plan import label, lacks_dtype, plan_cases
from dcbench_benchmarks.suite import TrainStepSpec, load_suite
from tests.benchmarks.examples import CPU, gpu

QUICK = load_suite("quick")


@pytest.fixture(autouse=True)
def _bf16_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_plan.host, "cpu_has_bf16", lambda: True)


def test_cpu_cases_have_the_agreed_keys() -> None:
    keys = [case.key for case in plan_cases(QUICK, "cpu", [CPU])]
    assert keys[0] == {
        "op": "matmul", "dtype": "fp32", "m": 256, "n": 256, "k": 256, "layout": "NN",
        "data": "normal", "cache": "cold", "launch": "eager",
    }  # fmt: skip
    assert {"op": "memory_copy", "dtype": "fp32", "bytes": 2**28, "cache": "cold"} in keys
    assert {
        "op": "all_reduce", "dtype": "fp32", "bytes": 4096, "ranks": 2, "backend": "gloo",
    } in keys  # fmt: skip
    assert keys[-1] == {
        "op": "train_step", "dtype": "fp32", "layers": 4, "d_model": 256, "heads": 4,
        "kv_heads": 2, "d_ff": 704, "vocab": 2048, "sequence": 256, "micro_batch": 1,
        "ranks": 1, "optimizer": "adamw",
    }  # fmt: skip


def test_one_gpu_skips_the_all_reduce_and_says_so() -> None:
    cases = plan_cases(QUICK, "cuda", [gpu()], only=["all_reduce"])
    assert cases
    for case in cases:
        assert case.skip == "one GPU: there is nothing to reduce with"
        assert (case.key["ranks"], case.key["backend"]) == (1, "none")


def test_several_gpus_reduce_together_and_multiply_one_by_one() -> None:
    devices = [gpu(0), gpu(1), gpu(2)]
    reduces = plan_cases(QUICK, "cuda", devices, only=["all_reduce"])
    assert all(len(case.devices) == 3 and case.key["ranks"] == 3 for case in reduces)
    assert all(case.key["backend"] == "nccl" and not case.skip for case in reduces)
    products = plan_cases(QUICK, "cuda", devices, only=["matmul"])
    specs = [spec for spec in QUICK.case if spec.device == "cuda" and spec.op == "matmul"]
    assert len(products) == 3 * len(specs)
    assert [case.devices[0].index for case in products[:3]] == [0, 1, 2]


@pytest.mark.parametrize(
    ("dtype", "capability", "skipped"),
    [
        ("fp8", "9.0", False),  # H100
        ("fp8", "8.9", False),  # L40S
        ("fp8", "8.0", True),  # A100
        ("fp8", "10.0", False),  # B200: 10.0 is larger than 8.9, as numbers and not as text
        ("bf16", "7.5", True),  # T4
        ("tf32", "7.0", True),  # V100
        ("fp16", "7.0", False),
        ("fp32", "6.0", False),
    ],
)
def test_dtypes_that_a_gpu_lacks_are_skipped_with_the_reason(
    dtype: str, capability: str, skipped: bool
) -> None:
    reason = lacks_dtype(dtype, gpu(compute_capability=capability))
    assert bool(reason) is skipped
    if skipped:
        assert capability in reason


def test_bf16_that_a_cpu_would_emulate_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_plan.host, "cpu_has_bf16", lambda: False)
    assert "emulated" in lacks_dtype("bf16", CPU)
    assert lacks_dtype("fp32", CPU) == ""
    assert "GPUs only" in lacks_dtype("fp16", CPU)


@pytest.mark.parametrize(
    ("memory_gb", "layers", "micro_batch"), [(80, 16, 4), (40, 16, 1), (16, 16, 2), (6, 8, 2)]
)
def test_the_training_shape_follows_the_memory(
    memory_gb: int, layers: int, micro_batch: int
) -> None:
    device = gpu(memory_bytes=memory_gb * 10**9)
    (case,) = plan_cases(QUICK, "cuda", [device], only=["train_step"])
    assert (case.key["layers"], case.key["micro_batch"]) == (layers, micro_batch)
    assert not case.skip
    assert isinstance(case.job.spec, TrainStepSpec)
    assert len(case.job.spec.shapes) == 1


def test_what_no_memory_holds_is_skipped() -> None:
    tiny = Device(index=0, kind="cuda", name="tiny", memory_bytes=10**8, compute_capability="9.0")
    cases = plan_cases(QUICK, "cuda", [tiny])
    large = [case for case in cases if case.key.get("m") == 8192]
    assert all("does not fit" in case.skip for case in large)
    assert "no shape" in cases[-1].skip


def test_only_keeps_the_kinds_it_names_and_tells_all_that_it_does_not_know() -> None:
    assert {c.key["op"] for c in plan_cases(QUICK, "cpu", [CPU], only=["matmul"])} == {"matmul"}
    with pytest.raises(InputError) as caught:
        plan_cases(QUICK, "cpu", [CPU], only=["matmul", "gemm", "nccl"])
    assert [fault.value for fault in caught.value.faults] == ["gemm", "nccl"]


def test_a_suite_without_cases_for_the_device_is_refused() -> None:
    cpu_only = tuple(spec for spec in QUICK.case if spec.device == "cpu")
    with pytest.raises(InputError, match="no case for cuda"):
        plan_cases(QUICK.model_copy(update={"case": cpu_only}), "cuda", [gpu()])


def test_the_users_time_limit_replaces_the_suites() -> None:
    assert {c.timeout_s for c in plan_cases(QUICK, "cpu", [CPU], timeout_s=7)} == {7}
    assert {c.timeout_s for c in plan_cases(QUICK, "cpu", [CPU])} == {QUICK.timeout_s}


def test_labels_are_short_and_all_different() -> None:
    labels = [label(case.key) for case in plan_cases(QUICK, "cpu", [CPU])]
    assert labels[0] == "matmul fp32 256x256x256"
    assert "all_reduce fp32 4 KiB 2 ranks" in labels
    assert len(set(labels)) == len(labels)
