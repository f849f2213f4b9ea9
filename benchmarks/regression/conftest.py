"""Promised figures beside measured ones, printed at the end; a missed figure fails nothing.

A shared CI machine is too noisy to fail a build on a time. What fails here is a benchmark that no
longer runs; what slows down is found by comparing saved results (docs/results/README.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LINES = pytest.StashKey[list[str]]()

Against = Callable[..., None]


@pytest.fixture
def against(request: pytest.FixtureRequest, benchmark: Any) -> Against:
    """Note what was promised: `against("GPT-3 layouts", at_most_s=10)` after the benchmark ran.

    `at_least` with `work` and `unit` promises a rate instead: work per second at the median.
    """

    def note(
        what: str, *, at_most_s: float | None = None, at_least: float | None = None,
        work: float = 1.0, unit: str = "",
    ) -> None:  # fmt: skip
        if benchmark.stats is None:  # benchmarks are disabled
            return
        median_s = benchmark.stats.stats.median
        if at_most_s is not None:
            text = f"{median_s * 1e3:,.1f} ms, promised <= {at_most_s * 1e3:,.0f} ms"
            met = median_s <= at_most_s
        else:
            text = f"{work / median_s:,.0f} {unit}/s, promised >= {at_least:,.0f} {unit}/s"
            met = at_least is not None and work / median_s >= at_least
        benchmark.extra_info |= {"promise": text, "met": met}
        lines = request.config.stash.setdefault(LINES, [])
        lines.append(f"{what}: {text}: {'met' if met else 'MISSED'}")

    return note


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    lines = config.stash.get(LINES, [])
    if lines:
        terminalreporter.section("promised figures (median of this run)")
        for line in lines:
            terminalreporter.write_line(line)
