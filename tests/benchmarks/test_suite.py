from __future__ import annotations

from pathlib import Path

import pytest

from dcbench.errors import InputError
from dcbench_benchmarks.suite import load_suite, shipped_suites

HEAD = """
schema = "dcbench.suite"
version = 1
name = "mine"
timeout_s = 10.0
[timing.cpu]
warmup_min_s = 0.1
warmup_max_s = 0.2
drift = 0.05
batch_min_s = 0.001
min_batches = 6
min_s = 0.5
budget_s = 1.0
interval = 0.05
"""
CASE = """
[[case]]
op = "memory_copy"
device = "cpu"
bytes = 4096
budget_s = 0.25
"""


def faults_of(tmp_path: Path, text: str) -> str:
    file = tmp_path / "suite.toml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        load_suite(str(file))
    return str(caught.value)


@pytest.mark.parametrize("name", shipped_suites())
def test_every_shipped_suite_is_valid_and_named_like_its_file(name: str) -> None:
    assert load_suite(name).name == name


def test_the_quick_suite_measures_every_kind_of_case_on_both_kinds_of_device() -> None:
    measured = {(spec.device, spec.op) for spec in load_suite("quick").case}
    ops = ("matmul", "memory_copy", "all_reduce", "train_step")
    assert measured == {(device, op) for device in ("cpu", "cuda") for op in ops}


def test_a_users_file_is_read_and_its_own_budget_applies(tmp_path: Path) -> None:
    file = tmp_path / "suite.toml"
    file.write_text(HEAD + CASE)
    suite = load_suite(str(file))
    timing = suite.timing_of(suite.case[0])
    assert (timing.budget_s, timing.min_s, timing.interval) == (0.25, 0.25, 0.05)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = HEAD.replace("drift = 0.05", "drift = 0.9\nspeed = 1") + CASE.replace("4096", "4097")
    told = faults_of(tmp_path, text)
    assert "timing.cpu.drift" in told
    assert "timing.cpu.speed" in told
    assert "bytes = 4097" in told


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (CASE.replace('"cpu"', '"cuda"'), "no [timing.cuda]"),
        (CASE.replace("memory_copy", "matmul_x"), "case.0"),
        (CASE.replace("bytes = 4096", "bytes = 0"), "bytes = 0"),
        ('[[case]]\nop = "all_reduce"\ndevice = "cpu"\nbytes = 4\nranks = "all"', "a number"),
        ('[[case]]\nop = "matmul"\ndevice = "cpu"\ndtype = "fp8"\nm = 8\nn = 16\nk = 16', "of 16"),
    ],
)
def test_cases_that_cannot_be_are_refused(tmp_path: Path, changed: str, fault: str) -> None:
    assert fault in faults_of(tmp_path, HEAD + changed)


def test_a_head_count_that_rotary_embedding_cannot_split_is_refused(tmp_path: Path) -> None:
    shape = (
        '[[case]]\nop = "train_step"\ndevice = "cpu"\ndtype = "fp32"\n[[case.shapes]]\nlayers = 1\n'
        "d_model = 12\nheads = 4\nkv_heads = 3\nd_ff = 8\nvocab = 8\nsequence = 8\nmicro_batch = 1"
    )
    assert "multiple of heads" in faults_of(tmp_path, HEAD + shape)


@pytest.mark.parametrize("name", ["standard", "full", "QUICK", ""])
def test_names_of_suites_that_do_not_exist_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="quick"):
        load_suite(name)


def test_a_missing_file_is_an_input_error() -> None:
    with pytest.raises(InputError, match=r"none\.toml"):
        load_suite("none.toml")
