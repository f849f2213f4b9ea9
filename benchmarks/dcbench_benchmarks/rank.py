"""The process of one rank: `python -m dcbench_benchmarks.rank RANK FOLDER`, job on stdin.

Ranks meet through a file in FOLDER and write `rankN.json` there: rank 0 its result, any rank what
made it fail.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from dcbench_benchmarks.jobs import Job, failure
from dcbench_benchmarks.processes import die_with_parent, leave


def main() -> None:
    """Run this rank; exit code 1 says that it failed and why is in its file."""
    die_with_parent()
    from dcbench_benchmarks.kernels.collective_rank import measure_rank  # noqa: PLC0415 - torch

    rank, folder = int(sys.argv[1]), Path(sys.argv[2])
    report = folder / f"rank{rank}.json"
    try:
        result = measure_rank(Job.model_validate_json(sys.stdin.buffer.read()), rank, folder)
    except Exception as error:  # noqa: BLE001 - whatever a rank raises is its result
        traceback.print_exc()
        report.write_text(failure(error).model_dump_json(), encoding="utf-8")
        leave(1)
    if rank == 0:
        report.write_text(result.model_dump_json(), encoding="utf-8")
    leave(0)


if __name__ == "__main__":
    main()
