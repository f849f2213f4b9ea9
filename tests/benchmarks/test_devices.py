from __future__ import annotations

from typing import Any

import pytest

from dcbench.errors import EnvironmentUnfitError, InputError
from dcbench_benchmarks import devices, host
from dcbench_benchmarks.devices import (
    Search,
    accelerator_id,
    parse_gpus,
    search_gpus,
    select,
    usable,
    visible_value,
)  # fmt: skip
from dcbench_benchmarks.software import TorchBuild
from tests.benchmarks.examples import gpu

NO_GPU = Search(reason="NVML Shared Library Not Found")
TWO = Search(gpus=(gpu(0), gpu(1)))


@pytest.fixture(autouse=True)
def _cuda_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    build = TorchBuild(version="2.13.0+cu130", cuda="13.0")
    monkeypatch.setattr(devices, "torch_build", lambda: build)


def found(*gpus: dict[str, Any], source: str = "nvml", reason: str = "") -> dict[str, Any]:
    facts = {"name": "NVIDIA H100 80GB HBM3", "memory_bytes": 85 * 10**9}
    return {
        "source": source, "reason": reason,
        "gpus": [facts | {"index": i, "uuid": f"GPU-{i}a"} | own for i, own in enumerate(gpus)],
    }  # fmt: skip


@pytest.mark.parametrize("text", ["foo", "", "-1", "0,", "0,,1", "0 1", "1.0", "0,0", "٣", "99999"])
def test_what_is_no_choice_of_gpus_is_bad_input(text: str) -> None:
    with pytest.raises(InputError, match="--gpus"):
        parse_gpus(text)


def test_choices_of_gpus() -> None:
    assert parse_gpus("all") == "all"
    assert parse_gpus(" None ") == "none"
    assert parse_gpus("1,0") == (1, 0)


def test_all_without_a_gpu_measures_the_cpu_and_says_why() -> None:
    selection = select("all", lambda: NO_GPU)
    assert (selection.kind, len(selection.devices)) == ("cpu", 1)
    assert "CPU is measured instead (NVML Shared Library Not Found)" in selection.notes[0]


def test_a_gpu_asked_for_by_number_must_be_there() -> None:
    with pytest.raises(EnvironmentUnfitError, match="no usable GPU"):
        select("0", lambda: NO_GPU)
    with pytest.raises(EnvironmentUnfitError, match=r"no GPU 2, 5 here; there are 0, 1"):
        select("2,1,5", lambda: TWO)


def test_gpus_are_taken_in_the_order_asked_for() -> None:
    assert [device.index for device in select("1,0", lambda: TWO).devices] == [1, 0]
    assert select("all", lambda: TWO).devices == TWO.gpus


def test_none_does_not_even_look_for_gpus() -> None:
    def search() -> Search:
        raise AssertionError("looked")

    assert select("none", search).kind == "cpu"


def test_workers_see_exactly_their_gpus() -> None:
    assert visible_value((gpu(1), gpu(0))) == "GPU-1,GPU-0"
    assert visible_value((gpu(3, uuid=None),)) == "3"
    assert visible_value(select("none", lambda: NO_GPU).devices) == ""


@pytest.mark.parametrize(
    ("visible", "names"),
    [
        (None, ["GPU-0a", "GPU-1a", "GPU-2a"]),
        ("2,0", ["GPU-2a", "GPU-0a"]),
        ("GPU-1", ["GPU-1a"]),  # CUDA takes a unique beginning
        ("0,7,1", ["GPU-0a"]),  # CUDA stops at the first that does not exist
        ("", []),
        ("-1", []),
        ("MIG-0", []),
        ("0,GPU-0", []),  # the same GPU twice: CUDA sees none
    ],
)
def test_cuda_visible_devices_is_obeyed(visible: str | None, names: list[str]) -> None:
    search = usable(found({}, {}, {}), visible)
    assert [device.uuid for device in search.gpus] == names
    assert [device.index for device in search.gpus] == list(range(len(names)))
    assert bool(search.reason) is not bool(names)


def test_lost_gpus_are_noted_and_shared_memory_is_that_of_the_host() -> None:
    search = usable({**found({"memory_bytes": None}), "unreachable": ["GPU 0: lost"]}, None)
    assert search.notes == ("GPU 0: lost: left out",)
    assert search.gpus[0].memory_bytes == host.memory_bytes()


def test_gpus_divided_by_mig_are_left_out_and_named() -> None:
    search = usable(found({"mig": True}, {"mig": False}), None)
    assert [device.uuid for device in search.gpus] == ["GPU-1a"]
    assert search.notes == ("GPU 0 is divided by MIG and is left out",)


def test_a_torch_without_cuda_leaves_the_gpus_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    build = TorchBuild(version="2.13.0+cpu", cuda=None)
    monkeypatch.setattr(devices, "torch_build", lambda: build)
    search = usable(found({}), None)
    assert not search.gpus
    assert search.reason == "1 GPUs, but torch 2.13.0+cpu has no CUDA"


def test_gpus_found_by_torch_alone_are_measured_without_telemetry() -> None:
    search = usable(found({"uuid": None}, source="torch", reason="NVML: broken"), "0")
    assert [device.index for device in search.gpus] == [0]
    assert search.notes == ("no telemetry: NVML: broken",)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("NVIDIA H100 80GB HBM3", "H100-SXM"),  # as nvidia-smi prints the SXM5 part
        ("NVIDIA H200", "H200-SXM"),
        ("NVIDIA A100-SXM4-80GB", "A100-SXM-80GB"),
        ("NVIDIA Quantum Toaster", None),
    ],
)
def test_driver_names_resolve_in_the_catalog(name: str, expected: str | None) -> None:
    assert accelerator_id(name) == expected


def test_the_search_of_this_machine_ends_and_explains_itself() -> None:
    search = search_gpus()
    assert search.gpus or search.reason
