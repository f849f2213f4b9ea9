"""Tracing: from a callable to the record of what its model computes, moves and keeps."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from importlib import metadata

import torch
from torch import nn

from dcbench.records.operators import Operators, Parameters
from dcbench_benchmarks.trace.lines import BATCHES, operators_from, saved_from
from dcbench_benchmarks.trace.loading import load_model
from dcbench_benchmarks.trace.passes import run_pass
from dcbench_benchmarks.trace.request import TraceRequest

STEPWISE = (
    "Recurrent layers are traced step by step, as torch spells them out without a device. The "
    "products are exact; launches and traffic are those of separate operators, more than a fused "
    "recurrent kernel has."
)


def trace_model(request: TraceRequest) -> Operators:
    """Trace forward and backward pass on the meta device: shapes only, no memory, no arithmetic.

    Args:
        request: what to import, how to call it and what to feed it.

    Raises:
        InputError: the code cannot be imported or fails, or the model cannot be described by
            straight lines in the batch; names the operator.
    """
    model = load_model(request)
    passes = [run_pass(model, batch) for batch in BATCHES]
    module = model.module
    recurrent = any(isinstance(part, nn.RNNBase) for part in module.modules())
    return Operators(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        dcbench_version=metadata.version("gpu-dcbench"), torch_version=torch.__version__,
        name=request.function, source=request.source, unit=request.unit,
        inputs=model.described(), batch_sizes=BATCHES, parameters=_parameters(module),
        buffers=sum(buffer.numel() for buffer in module.buffers()),
        operators=operators_from(passes, request.source), saved=saved_from(passes),
        modules=Counter(type(part).__name__ for part in module.modules()),
        notes=(STEPWISE,) if recurrent else (),
    )  # fmt: skip


def _parameters(module: nn.Module) -> Parameters:
    sizes = {parameter: parameter.numel() for parameter in module.parameters()}
    return Parameters(
        total=sum(sizes.values()), largest=max(sizes.values()),
        trainable=sum(size for parameter, size in sizes.items() if parameter.requires_grad),
    )  # fmt: skip
