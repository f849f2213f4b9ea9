"""Fused operators in place of what torch spells out on the meta device.

Attention would be two products and a softmax that keep the whole score matrix, which accelerators
do not run: the stand-in has the work and memory of FlashAttention (Dao, arXiv 2307.08691). Dropout
would keep its mask as numbers: the stand-in is the operator that keeps one byte per element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from dcbench.records.operators import Phase
from dcbench_benchmarks.trace.counting import moved_by
from dcbench_benchmarks.trace.recorder import Entry, Recording

ATTENTION = "scaled_dot_product_attention"
BACKWARD = 2
"""Gradients of both products need two each; what a kernel computes again is not counted."""


@contextmanager
def fused_operators(recording: Recording) -> Iterator[None]:
    """Replace attention and dropout wherever a module calls them."""

    def attention(  # noqa: PLR0917 - the signature of what it replaces
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attn_mask: Tensor | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        **options: object,
    ) -> Tensor:
        del dropout_p, options
        # torch declares no types for `apply`
        result: Tensor = _Fused.apply(  # type: ignore[no-untyped-call]
            recording, is_causal, attn_mask, query, key, value
        )
        return result

    original = getattr(functional, ATTENTION)
    setattr(functional, ATTENTION, attention)  # `multi_head_attention_forward` calls it from there
    try:
        with _Redirect({ATTENTION: attention, "dropout": _dropout}):
            yield
    finally:
        setattr(functional, ATTENTION, original)


class _Redirect(TorchFunctionMode):
    """Calls other functions in place of those of torch with these names."""

    def __init__(self, others: Mapping[str, Callable[..., Tensor]]) -> None:
        super().__init__()
        self._others = others

    def __torch_function__(
        self,
        func: Any,  # noqa: ANN401 - any function of torch
        types: Any,  # noqa: ANN401
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        called = self._others.get(getattr(func, "__name__", ""), func)
        return called(*args, **(kwargs or {}))


class _Fused(torch.autograd.Function):
    """Keeps queries, keys, values, the result and one number per query (log-sum-exp)."""

    @staticmethod
    def forward(  # noqa: PLR0917 - autograd passes by position
        ctx: Any,  # noqa: ANN401 - torch's own context object
        recording: Recording,
        is_causal: bool,
        mask: Tensor | None,
        query: Tensor,
        key: Tensor,
        value: Tensor,
    ) -> Tensor:
        """Record the operator and give a result of its shape."""
        result = query.new_empty((*query.shape[:-1], value.shape[-1]))
        ctx.save_for_backward(query, key, value, result, query.new_empty(query.shape[:-1]))
        ctx.recording = recording
        ctx.flops = _flops(query, key, value, is_causal=is_causal)
        inputs = [query, key, value, *([] if mask is None else [mask])]
        recording.entries.append(_entry("forward", ctx.flops, inputs, [result]))
        return result

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        """Record the operator backward and give gradients of the right shapes."""
        query, key, value, result, _ = ctx.saved_tensors
        found = [tensor.new_empty(tensor.shape) for tensor in (query, key, value)]
        inputs = [*gradients, query, key, value, result]
        flops = BACKWARD * ctx.flops
        ctx.recording.entries.append(_entry("activation_gradient", flops, inputs, found))
        return None, None, None, *found


def _dropout(
    input: Tensor,  # noqa: A002 - the signature of what it replaces
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
) -> Tensor:
    del inplace
    return torch.native_dropout(input, p, training)[0] if training and p else input


def _flops(query: Tensor, key: Tensor, value: Tensor, *, is_causal: bool) -> int:
    """Give 2 L S (E + E_v) per head; half of it where each query sees no later key."""
    pairs = query.numel() // query.shape[-1] * key.shape[-2]
    flops = 2 * pairs * (query.shape[-1] + value.shape[-1])
    return flops // 2 if is_causal else flops


def _entry(phase: Phase, flops: int, inputs: list[Tensor], results: list[Tensor]) -> Entry:
    return Entry(
        kind="attention", name=f"aten.{ATTENTION}", phase=phase,
        shapes=tuple(tuple(tensor.shape) for tensor in inputs), flops=flops,
        moved=moved_by([*inputs, *results]), result=sum(t.numel() for t in results),
    )  # fmt: skip
