"""All-reduce: sum of an array over several processes, each with its own device.

Work: the S bytes of the array of one rank. The sample is the longest time of any rank for a batch
that all ranks begin together. algbw = S/t, busbw = algbw * 2(n-1)/n for n ranks (nccl-tests,
doc/PERFORMANCE.md). This module starts the ranks; each is a `rank`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dcbench_benchmarks.jobs import CaseResult
from dcbench_benchmarks.processes import module_argv, named_parent
from dcbench_benchmarks.suite import AllReduceSpec

if TYPE_CHECKING:
    from dcbench_benchmarks.jobs import Job

RANK_MODULE = "rank"
PEER_GRACE_S = 2.0
"""When one rank fails the others get so long to say why before they are killed."""
_POLL_S = 0.02


def backend_of(device: str) -> str:
    """Communication library for a kind of device."""
    return "nccl" if device == "cuda" else "gloo"


def busbw_factor(ranks: int) -> float:
    """Bus bandwidth over algorithm bandwidth of an all-reduce: 2(n-1)/n."""
    return 2 * (ranks - 1) / ranks


def measure_ranks(job: Job) -> CaseResult:
    """Start one process per rank, wait for all, and give the result of rank 0."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="dcbench-ranks-") as folder:
        processes = [_start(job, rank, Path(folder)) for rank in range(_num_ranks(job))]
        try:
            _wait(processes)
        finally:
            for process in processes:
                process.kill()
                process.wait()
        return _collect(Path(folder), processes)


def _num_ranks(job: Job) -> int:
    """Number of processes; planning the case has replaced `all`."""
    if not isinstance(job.spec, AllReduceSpec) or job.spec.ranks == "all":
        raise TypeError(f"{job.spec.op} has no number of ranks")
    return job.spec.ranks


def _start(job: Job, rank: int, folder: Path) -> subprocess.Popen[bytes]:
    # All ranks are on this host; without this gloo resolves its name, which may lead elsewhere.
    environment = {"GLOO_SOCKET_IFNAME": "lo"} | os.environ | named_parent()
    process = subprocess.Popen(  # noqa: S603 - our own module
        [*module_argv(RANK_MODULE), str(rank), str(folder)],
        stdin=subprocess.PIPE, env=environment,
    )  # fmt: skip
    if process.stdin:
        process.stdin.write(job.model_dump_json().encode())
        process.stdin.close()
    return process


def _wait(processes: list[subprocess.Popen[bytes]]) -> None:
    """Wait for all ranks; once one has failed, for the rest only so much longer."""
    deadline = float("inf")
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        if deadline == float("inf") and any(process.returncode for process in processes):
            deadline = time.monotonic() + PEER_GRACE_S
        time.sleep(_POLL_S)


def _collect(folder: Path, processes: list[subprocess.Popen[bytes]]) -> CaseResult:
    """Give rank 0's result if all ranks succeeded, else what the ranks that failed say."""
    codes = [process.returncode for process in processes]
    if not any(codes):
        return CaseResult.model_validate_json((folder / "rank0.json").read_bytes())
    failed = [_failure(folder, rank, code) for rank, code in enumerate(codes) if code]
    statuses = {result.status for result in failed}
    status = next((s for s in ("hw_fault", "oom") if s in statuses), "failed")
    reason = "; ".join(result.reason for result in failed)[:2000]
    return CaseResult.model_validate({"status": status, "reason": reason})


def _failure(folder: Path, rank: int, code: int) -> CaseResult:
    file = folder / f"rank{rank}.json"
    if file.exists():
        report = json.loads(file.read_text(encoding="utf-8"))
        return CaseResult(status=report["status"], reason=f"rank {rank}: {report['reason']}")
    how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    return CaseResult(status="failed", reason=f"rank {rank}: {how}")
