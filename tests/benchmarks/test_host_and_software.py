from __future__ import annotations

from pathlib import Path

import pytest

from dcbench_benchmarks import host, software


def test_cpu_facts_are_read_from_cpuinfo(tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text("processor\t: 0\nmodel name\t: Some  CPU @ 2GHz\nflags\t\t: fpu amx_bf16 sse\n")
    assert host.cpu_model(file) == "Some CPU @ 2GHz"
    assert host.cpu_has_bf16(file)
    file.write_text("processor : 0\nFeatures : fp asimd\n")
    assert host.cpu_model(file) == "unknown CPU"
    assert not host.cpu_has_bf16(file)


def test_caches_leave_out_instructions(tmp_path: Path) -> None:
    caches = [("1", "Data", "48K"), ("1", "Instruction", "64K"), ("3", "Unified", "105M")]
    for index, (level, kind, size) in enumerate(caches):
        folder = tmp_path / f"index{index}"
        folder.mkdir()
        for name, text in (("level", level), ("type", kind), ("size", size)):
            (folder / name).write_text(text + "\n")
    assert host.caches_bytes(tmp_path) == {1: 48 * 2**10, 3: 105 * 2**20}
    assert host.last_level_cache_bytes(tmp_path) == 105 * 2**20


def test_a_host_that_hides_its_caches_gets_the_stated_default(tmp_path: Path) -> None:
    assert host.last_level_cache_bytes(tmp_path / "none") == 32 * 2**20


def test_oom_kills_are_counted_from_vmstat(tmp_path: Path) -> None:
    (tmp_path / "vmstat").write_text("pgfault 5\noom_kill 3\n")
    assert host.oom_kills(tmp_path / "vmstat") == 3
    assert host.oom_kills(tmp_path / "none") == 0


def test_memory_is_plausible() -> None:
    assert 2**28 < host.memory_bytes("MemAvailable") <= host.memory_bytes()


def test_torch_is_described_without_importing_it() -> None:
    torch = pytest.importorskip("torch")
    build = software.torch_build()
    assert build is not None
    assert build.version == str(torch.__version__)
    assert build.cuda == torch.version.cuda


def test_the_versions_that_shape_a_result_are_reported() -> None:
    versions = software.package_versions()
    assert {"torch", "numpy"} <= versions.keys()
