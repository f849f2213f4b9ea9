"""Reads the state of GPUs until it is killed; arguments are their UUIDs.

Writes one JSON object per reading on stdout. A process of its own, since NVML calls can hang or
crash; the run goes on without it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from dcbench_benchmarks.nvml import Nvml, Unavailable
from dcbench_benchmarks.processes import die_with_parent

PERIOD_S = 0.05
"""Power and energy are refreshed about every 100 ms (ml.energy blog, "Measuring GPU energy")."""


def main() -> None:
    """Sample until killed."""
    die_with_parent()
    try:
        sample(Nvml(), sys.argv[1:], sys.stdout)
    except Unavailable as error:
        write(sys.stdout, {"error": str(error)})


def sample(
    nvml: Nvml, uuids: Sequence[str], output: TextIO, more: Callable[[], bool] = lambda: True
) -> None:
    """Write readings of all GPUs every 50 ms, each with the host's monotonic time."""
    handles = [nvml.handle(uuid) for uuid in uuids]
    while more():
        begin = time.monotonic()
        for gpu, handle in enumerate(handles):
            write(output, {"t": time.monotonic(), "gpu": gpu} | nvml.read(handle))
        time.sleep(max(0.0, PERIOD_S - (time.monotonic() - begin)))


def write(output: TextIO, reading: Mapping[str, object]) -> None:
    """Write one line and flush it, so that nothing is lost when this process is killed."""
    output.write(json.dumps(reading) + "\n")
    output.flush()


if __name__ == "__main__":
    main()
