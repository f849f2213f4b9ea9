"""The process of one case: `python -m dcbench_benchmarks.worker FD`, job on stdin, result on FD."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING

from dcbench_benchmarks.disturbance import OtherLoad
from dcbench_benchmarks.jobs import CaseResult, Job, failure, result_of
from dcbench_benchmarks.processes import die_with_parent, leave
from dcbench_benchmarks.suite import AllReduceSpec, MatmulSpec, MemoryCopySpec, TrainStepSpec
from dcbench_benchmarks.timing import measure

if TYPE_CHECKING:
    from dcbench_benchmarks.kernels.place import Place
    from dcbench_benchmarks.kernels.prepared import Prepared


def main() -> None:
    """Run the job and report, whatever happens; the exit code is 0 when a report was made."""
    die_with_parent()
    job = Job.model_validate_json(sys.stdin.buffer.read())
    send(int(sys.argv[1]), attempt(job))
    leave(0)


def attempt(job: Job) -> CaseResult:
    """Run a job; an exception becomes a result too, its traceback goes to stderr."""
    try:
        return execute(job)
    except Exception as error:  # noqa: BLE001 - whatever a case raises is its result
        traceback.print_exc()
        return failure(error)


def execute(job: Job) -> CaseResult:
    """Measure one case in this process (an all-reduce starts one process per rank)."""
    if isinstance(job.spec, AllReduceSpec):
        from dcbench_benchmarks.kernels.all_reduce import measure_ranks  # noqa: PLC0415 - no torch

        return measure_ranks(job)
    from dcbench_benchmarks.kernels.place import place_of  # noqa: PLC0415 - imports torch

    place = place_of(job.spec.device)
    prepared = prepare(job, place)
    load = OtherLoad()

    def on_start() -> None:
        prepared.on_start()
        load.start()

    timed = measure(prepared.workload, place.stopwatch, job.timing, on_start)
    share = None if place.is_cuda else load.share()
    result = result_of(prepared, timed, prepared.check(timed), job.timing.interval, share)
    return result.model_copy(update={"derived": result.derived | place.figures()})


def prepare(job: Job, place: Place) -> Prepared:
    """Allocate one case of a single process on a device."""
    from dcbench_benchmarks.kernels import matmul, memory_copy, train_step  # noqa: PLC0415 - torch

    spec = job.spec
    if isinstance(spec, MatmulSpec):
        return matmul.prepare(spec, place, job.seed)
    if isinstance(spec, MemoryCopySpec):
        return memory_copy.prepare(spec, place, job.seed)
    if isinstance(spec, TrainStepSpec):
        return train_step.prepare(spec.shapes[0], spec.dtype, place, job.seed)
    raise TypeError(f"no kernel for {spec.op}")


def send(descriptor: int, result: CaseResult) -> None:
    """Write the whole result to the parent's pipe."""
    with os.fdopen(descriptor, "wb") as pipe:
        pipe.write(result.model_dump_json().encode())


if __name__ == "__main__":
    main()
