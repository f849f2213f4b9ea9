"""Reading, writing and fitting records, and the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dcbench.catalog import load_catalog
from dcbench.catalog.packaged import packaged_rows
from dcbench.records.files import read_record, write_record
from dcbench.records.journal import Journal
from dcbench.records.run import Case, Device, Environment, RunRecord

CASES = 1000
SAMPLES = 100


def _case(index: int) -> Case:
    size = 256 * (1 + index % 8)
    time_s = 1e-5 + 2 * size**3 / 1e12
    key: dict[str, Any] = {
        "op": "matmul", "dtype": f"kind{index // 8}", "m": size, "n": size, "k": size,
        "layout": "NN", "data": "normal", "cache": "cold", "launch": "eager",
    }  # fmt: skip
    samples = tuple(time_s * (1 + i / 1e4) for i in range(SAMPLES))
    return Case(
        key=key, status="ok", samples=samples, work=2.0 * size**3, work_unit="flop", unit="flop/s"
    )


@pytest.fixture(scope="module")
def run() -> RunRecord:
    environment = Environment(
        created_at="2026-01-02T03:04:05Z", dcbench_version="0", command="dcbench run",
        hostname="h", operating_system="Linux", kernel="6", python="3.11", cpu_model="CPU",
        cpu_cores=2, memory_bytes=2**33, packages={}, variables={},
    )  # fmt: skip
    device = Device(index=0, kind="cuda", name="GPU A", memory_bytes=2**36)
    cases = tuple(_case(index) for index in range(CASES))
    return RunRecord(environment=environment, devices=(device,), suite="made up", cases=cases)


@pytest.fixture
def path(tmp_path: Path, run: RunRecord) -> Path:
    write_record(tmp_path / "run.json", run)
    return tmp_path / "run.json"


@pytest.mark.benchmark(group="records")
def test_read_a_run_of_1000_cases(benchmark, path, run):
    assert benchmark.pedantic(read_record, (path, RunRecord), rounds=5, warmup_rounds=1) == run


@pytest.mark.benchmark(group="records")
def test_write_a_run_of_1000_cases(benchmark, tmp_path, run):
    benchmark.pedantic(write_record, (tmp_path / "run.json", run), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="records")
def test_append_to_the_journal(benchmark, tmp_path, run):
    entry = run.cases[0].model_dump(mode="json")
    with Journal(tmp_path / "journal.jsonl") as journal:
        benchmark.pedantic(journal.append, (entry,), rounds=200, warmup_rounds=5)


@pytest.mark.benchmark(group="records")
def test_calibrate_10_curves_of_8_points(benchmark, tmp_path, run):
    from dcbench_benchmarks.calibration import calibrate

    path = tmp_path / "run.json"
    write_record(path, run.model_copy(update={"cases": run.cases[:80]}))
    calibration = benchmark.pedantic(calibrate, ([path],), rounds=3, warmup_rounds=1)
    assert len(calibration.devices[0].curves) == 10


@pytest.mark.benchmark(group="catalog")
def test_read_the_whole_catalog(benchmark):
    benchmark.pedantic(
        lambda: load_catalog().tables(), setup=packaged_rows.cache_clear, rounds=10,
        warmup_rounds=1,
    )  # fmt: skip


@pytest.mark.benchmark(group="catalog")
def test_resolve_a_name(benchmark):
    catalog = load_catalog()
    assert benchmark(catalog.accelerators.resolve, "H100-SXM").id
