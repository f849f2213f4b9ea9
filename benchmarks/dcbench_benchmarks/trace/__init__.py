"""Operator lists of any torch module: what the planner needs of a model it has no formula for."""

from __future__ import annotations

from importlib import util
from typing import TYPE_CHECKING

from dcbench.errors import EnvironmentUnfitError

if TYPE_CHECKING:
    from dcbench.records.operators import Operators
    from dcbench_benchmarks.trace.request import TraceRequest


def trace(request: TraceRequest) -> Operators:
    """Trace a model; see `dcbench_benchmarks.trace.tracing`.

    Raises:
        EnvironmentUnfitError: torch is not installed.
        InputError: the code cannot be imported or fails, or the model cannot be traced.
    """
    if util.find_spec("torch") is None:
        raise EnvironmentUnfitError(
            "torch is not installed: in the checkout run pip install '.[bench]'"
        )
    from dcbench_benchmarks.trace.tracing import trace_model  # noqa: PLC0415 - takes seconds

    return trace_model(request)
