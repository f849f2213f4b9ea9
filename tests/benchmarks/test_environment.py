from __future__ import annotations

import pytest

from dcbench_benchmarks.environment import capture, captured_variables, looks_secret
from dcbench_benchmarks.processes import child_environment
from tests.benchmarks.examples import CPU


def test_only_listed_variables_are_captured_and_secrets_are_named_not_shown() -> None:
    variables, left_out = captured_variables({
        "OMP_NUM_THREADS": "2", "HOME": "/home/me", "AWS_SECRET_ACCESS_KEY": "x",
        "NCCL_DEBUG": "INFO", "NCCL_API_KEY": "abc", "CUDA_VISIBLE_DEVICES": "0,1",
        "NCCL_PROXY": "http://me:password@host",
    })  # fmt: skip
    assert variables == {
        "OMP_NUM_THREADS": "2", "NCCL_DEBUG": "INFO", "CUDA_VISIBLE_DEVICES": "0,1",
    }  # fmt: skip
    assert left_out == ["NCCL_API_KEY", "NCCL_PROXY"]


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        ("ghp_0123456789abcdefghijklmnopqrstuvwxyz", True),
        ("GPU-0123456789abcdef-0123-456789abcdef012345", False),
        ("/usr/lib/x86_64-linux-gnu/libsomething.so", False),
        ("expandable_segments", False),
    ],
)
def test_long_runs_of_characters_look_like_secrets_but_gpus_and_paths_do_not(
    value: str, secret: bool
) -> None:
    assert looks_secret("NCCL_X", value) is secret


def test_the_environment_of_this_host_is_complete() -> None:
    environment = capture([CPU], ["a note"])
    assert environment.cpu_cores >= 1
    assert environment.created_at.endswith("Z")
    assert "a note" in environment.notes
    assert "torch" in environment.packages


def test_children_get_the_allow_list_and_their_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_PASSWORD", "x")
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5")
    child = child_environment("GPU-1")
    assert "MY_PASSWORD" not in child
    assert child["OMP_NUM_THREADS"] == "3"
    assert child["CUDA_VISIBLE_DEVICES"] == "GPU-1"
    assert child["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
