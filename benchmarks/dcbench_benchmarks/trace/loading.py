"""The user's callable, imported and run: from a name to a module on the meta device."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from dcbench.errors import Fault, InputError
from dcbench.records.operators import Input
from dcbench_benchmarks.trace.recorder import meta
from dcbench_benchmarks.trace.request import InputSpec, TraceRequest


@dataclass(frozen=True, kw_only=True)
class Model:
    """A module on the meta device and its example inputs."""

    module: nn.Module
    source: str
    positional: tuple[Tensor, ...] = ()
    named: Mapping[str, Tensor]

    def inputs(self, batch: int) -> tuple[list[Tensor], dict[str, Tensor]]:
        """Give the inputs with another number of samples."""
        positional = [_batched(tensor, batch) for tensor in self.positional]
        return positional, {name: _batched(t, batch) for name, t in self.named.items()}

    def described(self) -> tuple[Input, ...]:
        """Give the shapes as the record has them."""
        return tuple(
            Input(shape=tuple(t.shape[1:]), dtype=str(t.dtype).removeprefix("torch."))
            for t in (*self.positional, *self.named.values())
        )


def load_model(request: TraceRequest) -> Model:
    """Import the callable and call it under the meta device; this runs the user's code.

    Modules are also looked for in the current folder. What the code prints goes to stderr.

    Raises:
        InputError: it cannot be imported, it fails, or what it gives cannot be traced.
    """
    with contextlib.redirect_stdout(sys.stderr):
        made = _call(request)
    module, example = made if isinstance(made, tuple) and len(made) == 2 else (made, None)
    if not isinstance(module, nn.Module):
        problem = f"gives {type(made).__name__}"
        raise InputError(_fault(request, problem, "return a torch.nn.Module, or (module, inputs)"))
    module.train()
    _check_weights(request, module)
    _move_buffers(module)
    positional, named = _examples(request, example)
    return Model(module=module, source=request.source, positional=positional, named=named)


def _call(request: TraceRequest) -> object:
    function = _find(request)
    try:
        with meta():
            return function(**request.arguments)
    except (Exception, SystemExit) as error:
        fix = "run it by itself to see where"
        raise InputError(_raised(request, "fails", error, fix)) from error


def _find(request: TraceRequest) -> Callable[..., object]:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(request.module)
        for name in request.function.split("."):
            found = getattr(found, name)
    except (Exception, SystemExit) as error:
        fix = "modules are looked for in the current folder too"
        raise InputError(_raised(request, "cannot be imported", error, fix)) from error
    if not callable(found):
        problem = f"is {type(found).__name__}, not callable"
        raise InputError(_fault(request, problem, "name a class or a function"))
    return cast("Callable[..., object]", found)


def _check_weights(request: TraceRequest, module: nn.Module) -> None:
    parameters = list(module.parameters())
    placed = [p for p in parameters if p.device.type != "meta"]
    if placed:
        problem = f"{len(placed)} of {len(parameters)} weights are on {placed[0].device}"
        fix = "make them without naming a device, in the call itself"
        raise InputError(_fault(request, problem, fix))
    if not any(p.requires_grad for p in parameters):
        raise InputError(_fault(request, "has no weight to train", "return the model unfrozen"))


def _move_buffers(module: nn.Module) -> None:
    """Tables that were computed from plain numbers may be on the CPU."""
    for part in module.modules():
        for name, buffer in list(part.named_buffers(recurse=False)):
            setattr(part, name, buffer.to("meta"))


def _examples(
    request: TraceRequest, example: object
) -> tuple[tuple[Tensor, ...], dict[str, Tensor]]:
    if request.inputs:
        return tuple(_made(spec) for spec in request.inputs), {}
    named = dict(example) if isinstance(example, dict) else {}
    listed = [example] if isinstance(example, Tensor) else example
    positional = tuple(listed) if isinstance(listed, Sequence) else ()
    found = [*positional, *named.values()]
    if not found or not all(isinstance(item, Tensor) and item.dim() for item in found):
        fix = "give --input, or return (module, inputs) with tensors whose first axis is the batch"
        raise InputError(_fault(request, "has no example input", fix))
    batches = {len(item) for item in found}
    if len(batches) > 1:
        problem = f"gives inputs with different first axes: {sorted(batches)}"
        raise InputError(_fault(request, problem, "put the batch first in each"))
    return positional, named


def _made(spec: InputSpec) -> Tensor:
    dtype = torch.int64 if spec.is_integer else torch.get_default_dtype()
    return torch.empty((1, *spec.shape), dtype=dtype, device=meta())


def _batched(tensor: Tensor, batch: int) -> Tensor:
    return torch.empty((batch, *tensor.shape[1:]), dtype=tensor.dtype, device=meta())


def _raised(request: TraceRequest, what: str, error: BaseException, fix: str) -> Fault:
    lines = str(error).splitlines() or ["no message"]
    problem = f"{what}: {type(error).__name__}: {lines[0][:300]}"
    return _fault(request, problem, fix)


def _fault(request: TraceRequest, problem: str, fix: str) -> Fault:
    return Fault(where=request.source, problem=problem, fix=fix)
