"""One forward and backward pass on the meta device, with what it keeps in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from dcbench.errors import Fault, InputError
from dcbench_benchmarks.trace.counting import Moved
from dcbench_benchmarks.trace.fused import fused_operators
from dcbench_benchmarks.trace.loading import Model
from dcbench_benchmarks.trace.recorder import Entry, Recorder, Recording, meta, tensors_in


@dataclass(frozen=True, kw_only=True)
class Pass:
    """What one batch does."""

    entries: tuple[Entry, ...]
    saved: Moved
    """Elements and bytes kept for the backward pass."""


def run_pass(model: Model, batch: int) -> Pass:
    """Run a batch forward and backward.

    Args:
        model: the module on the meta device, and its inputs.
        batch: samples.

    Raises:
        InputError: the model fails on these inputs, gives nothing that can be trained, or uses an
            operator that has no formula.
    """
    recording, kept = Recording(), _Kept(model.module)
    model.module.zero_grad(set_to_none=True)
    try:
        with torch.random.fork_rng(devices=[]), meta(), fused_operators(recording):
            args, kwargs = model.inputs(batch)
            with saved_tensors_hooks(kept.pack, _unpack), Recorder(recording):
                outputs = _trainable(model.module(*args, **kwargs))
                gradients = [torch.empty_like(tensor) for tensor in outputs]
                recording.is_backward = True
                if outputs:
                    torch.autograd.backward(outputs, gradients)
    except Exception as error:
        raise InputError(_failed(model, error)) from error
    _check(model, recording, outputs)
    return Pass(entries=tuple(recording.entries), saved=kept.total())


class _Kept:
    """Distinct pieces of memory that autograd keeps, without the model's own."""

    def __init__(self, module: nn.Module) -> None:
        own = [*module.parameters(), *module.buffers()]
        self._own = {id(tensor.untyped_storage()) for tensor in own}
        self._kept: dict[int, Tensor] = {}

    def pack(self, tensor: Tensor) -> Tensor:
        """Note a tensor that is kept; holding it keeps its identity unique."""
        key = id(tensor.untyped_storage())
        if key not in self._own:
            self._kept[key] = tensor
        return tensor

    def total(self) -> Moved:
        """Add up whole pieces: a view keeps all of what it looks at."""
        total = Moved()
        for tensor in self._kept.values():
            size = tensor.untyped_storage().nbytes()
            if tensor.is_floating_point():
                total += Moved(elements=size // tensor.element_size())
            else:
                total += Moved(other_bytes=size)
        return total


def _unpack(tensor: Tensor) -> Tensor:
    return tensor


def _trainable(result: Any) -> list[Tensor]:  # noqa: ANN401 - whatever the user's module gives
    found = tensors_in(getattr(result, "__dict__", result) if _is_record(result) else result)
    return [tensor for tensor in found if tensor.requires_grad]


def _is_record(result: object) -> bool:
    """Tell an object with tensors as attributes, such as a dataclass, from a plain container."""
    return not isinstance(result, Tensor | list | tuple | dict)


def _failed(model: Model, error: Exception) -> Fault:
    lines = str(error).splitlines() or ["no message"]
    fix = "check --input; a model whose path depends on values cannot be traced without them"
    return Fault(where=model.source, problem=f"{type(error).__name__}: {lines[0][:300]}", fix=fix)


def _check(model: Model, recording: Recording, outputs: list[Tensor]) -> None:
    faults = [
        Fault(where=model.source, value=name, problem="unsupported operator: it has no formula",
              fix="write it with plain torch operators while tracing")
        for name in sorted(recording.unknown)
    ]  # fmt: skip
    if recording.recomputes:
        problem = "computes activations again in its backward pass"
        fix = "switch its checkpointing off to trace it: the planner decides on recompute"
        faults.append(Fault(where=model.source, problem=problem, fix=fix))
    if not outputs:
        faults.append(Fault(where=model.source, problem="gives no tensor that depends on a weight",
                            fix="return logits, features or the loss"))  # fmt: skip
    if faults:
        raise InputError(faults)
