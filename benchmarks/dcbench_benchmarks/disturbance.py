"""Did other programs use our cores while a case was timed on the CPU?

A tight interval does not tell: a thread that waits for a descheduled one waits whole time slices,
and every sample is then wrong by the same amount.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

STAT = Path("/proc/stat")
LIMIT = 0.05
"""Share of our cores' time from which on a case counts as noisy."""
_IDLE_COLUMNS = (3, 4)
"""idle and iowait (proc(5)); all others, stolen time too, are somebody's work."""


class OtherLoad:
    """CPU time of others on this process's cores, since `start`.

    Args:
        own_s: CPU seconds that are ours; by default of this process with all its threads.
    """

    def __init__(self, own_s: Callable[[], float] = time.process_time, stat: Path = STAT) -> None:
        self._own_s = own_s
        self._stat = stat
        self._begin = (0.0, 0.0, 0.0)

    def start(self) -> None:
        """Begin to count."""
        self._begin = self._now()

    def share(self) -> float:
        """Share of our cores' time that others used, between 0 and 1; 0 where it is not told."""
        wall, busy, own = (
            late - early for late, early in zip(self._now(), self._begin, strict=True)
        )
        available = wall * len(os.sched_getaffinity(0))
        return min(1.0, max(0.0, (busy - own) / available)) if available > 0 and busy > 0 else 0.0

    def _now(self) -> tuple[float, float, float]:
        return time.monotonic(), busy_s(self._stat), self._own_s()


def busy_s(stat: Path = STAT) -> float:
    """Seconds since boot in which the cores of this process's affinity did not idle."""
    try:
        lines = stat.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    wanted = {f"cpu{core}" for core in os.sched_getaffinity(0)}
    rows = [line.split() for line in lines]
    ticks = sum(_busy_ticks(row[1:9]) for row in rows if row and row[0] in wanted)
    return ticks / os.sysconf("SC_CLK_TCK")


def _busy_ticks(columns: list[str]) -> int:
    return sum(int(ticks) for i, ticks in enumerate(columns) if i not in _IDLE_COLUMNS)
