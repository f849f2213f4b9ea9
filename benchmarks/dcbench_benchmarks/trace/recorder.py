"""Every operator of a pass, seen below autograd; views and allocations are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from dcbench.records.operators import Kind, Phase
from dcbench_benchmarks.trace.counting import (
    PRODUCTS,
    READ_TWICE,
    Moved,
    convolution_flops,
    has_formula,
    moved_by,
    product_flops,
)

ALLOCATIONS = frozenset({"empty", "empty_like", "empty_strided", "new_empty", "resize_"})
VIEWS_IN_PLACE = frozenset({"t_", "transpose_", "squeeze_", "unsqueeze_", "as_strided_", "detach_"})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One operator of a pass."""

    kind: Kind
    name: str
    phase: Phase | None
    """None for a backward operator whose kind of gradient its growth with the batch will tell."""
    shapes: tuple[tuple[int, ...], ...]
    flops: int = 0
    moved: Moved
    result: int
    """Elements of its results."""


@dataclass
class Recording:
    """What a recorder has seen."""

    entries: list[Entry] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    is_backward: bool = False
    recomputes: bool = False
    """Part of the forward pass ran again in the backward pass."""

    @property
    def phase(self) -> Phase | None:
        """Phase of what comes now."""
        return None if self.is_backward else "forward"


class Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch has no types here
    """Writes down every operator that runs while it is active."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch has no types here
        self._recording = recording

    def __torch_dispatch__(  # noqa: D105 - the name that torch calls
        self,
        func: Any,  # noqa: ANN401 - torch does not export the type of an operator
        types: Any,  # noqa: ANN401
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        result = func(*args, **(kwargs or {}))
        namespace, _, name = func.name().partition("::")
        name = name.partition(".")[0]
        if self._recording.is_backward and torch.is_grad_enabled():
            self._recording.recomputes = True
        if namespace != "aten" or not has_formula(name):
            self._recording.unknown.add(f"{namespace}::{name}")
        else:
            inputs = list(tensors_in([args, list((kwargs or {}).values())]))
            self._note(name, args, inputs, list(tensors_in(result)))
        return result

    def _note(
        self, name: str, args: tuple[Any, ...], inputs: list[Tensor], results: list[Tensor]
    ) -> None:
        if not results or name in ALLOCATIONS | VIEWS_IN_PLACE or _is_view(name, inputs, results):
            return
        if name == "convolution_backward":
            self._recording.entries += _convolution_gradients(args, results)
            return
        again = moved_by(inputs[: READ_TWICE[name] + 1]) if name in READ_TWICE else Moved()
        kind, flops = _work(name, args, results)
        self._recording.entries.append(Entry(
            kind=kind, name=f"aten.{name}", phase=self._recording.phase, shapes=_shapes(inputs),
            flops=flops, moved=moved_by([*inputs, *results]) + again,
            result=sum(t.numel() for t in results),
        ))  # fmt: skip


def tensors_in(value: object) -> Iterator[Tensor]:
    """Give every tensor in nested lists, tuples and dictionaries."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors_in(item)
    elif isinstance(value, dict):
        yield from tensors_in(list(value.values()))


def _is_view(name: str, inputs: Sequence[Tensor], results: Sequence[Tensor]) -> bool:
    """Tell whether the results are the inputs' own memory, and nothing wrote to it."""
    if name.endswith("_"):
        return False
    owned = {id(tensor.untyped_storage()) for tensor in inputs}
    return all(id(tensor.untyped_storage()) in owned for tensor in results)


def _work(name: str, args: tuple[Any, ...], results: Sequence[Tensor]) -> tuple[Kind, int]:
    if name in PRODUCTS:
        left = PRODUCTS[name]
        return "gemm", product_flops(args[left], args[left + 1])
    if name == "convolution":
        x, weight, transposed = args[0], args[1], args[6]
        return "convolution", convolution_flops(x, weight, results[0], transposed=transposed)
    return "memory", 0


def _convolution_gradients(args: tuple[Any, ...], results: Sequence[Tensor]) -> Iterator[Entry]:
    """Split the one operator into the gradients that it is asked for."""
    grad, x, weight, transposed, wanted = args[0], args[1], args[2], args[7], args[10]
    flops = convolution_flops(x, weight, grad, transposed=transposed)
    phases: tuple[tuple[Phase, Tensor, Tensor], ...] = (
        ("activation_gradient", weight, x), ("weight_gradient", x, weight),
    )  # fmt: skip
    for (phase, operand, like), is_wanted in zip(phases, wanted[:2], strict=True):
        if is_wanted:
            yield Entry(
                kind="convolution", name="aten.convolution_backward", phase=phase,
                shapes=_shapes([grad, operand]), flops=flops,
                moved=moved_by([grad, operand, like]), result=like.numel(),
            )  # fmt: skip
    if wanted[2]:
        bias = results[-1]
        yield Entry(
            kind="memory", name="aten.convolution_backward", phase="weight_gradient",
            shapes=_shapes([grad]), moved=moved_by([grad, bias]), result=bias.numel(),
        )  # fmt: skip


def _shapes(tensors: Sequence[Tensor]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(tensor.shape) for tensor in tensors)


def meta() -> torch.device:
    """Give the device that has shapes and no memory."""
    return torch.device("meta")
