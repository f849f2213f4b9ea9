"""Which operations get a curve, and what their work must be.

Definitions of work: a matrix product of (m, k) by (k, n) is 2mnk flop (one multiply and one add
per term, as BLAS counts); a copy of N bytes reads N and writes N; an all-reduce works on its
message size S, of which bus bandwidth 2(n-1)/n S/t is derived (nccl-tests, doc/PERFORMANCE.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dcbench.records.run import CaseKey


@dataclass(frozen=True, kw_only=True)
class Operation:
    """How one operation is fitted."""

    work_unit: Literal["flop", "B"]
    size_names: frozenset[str]
    """Entries of the case key that say how large the case was; the curve key lacks them."""
    work: Callable[[CaseKey], float | None]
    """Work that a key with these sizes must have; None when the key lacks a size."""


def _matmul_flop(key: CaseKey) -> float | None:
    m, n, k = (key.get(name) for name in "mnk")
    if isinstance(m, int) and isinstance(n, int) and isinstance(k, int):
        return 2.0 * m * n * k
    return None


def _copied_bytes(key: CaseKey) -> float | None:
    size = key.get("bytes")
    return 2.0 * size if isinstance(size, int) else None


def _message_bytes(key: CaseKey) -> float | None:
    size = key.get("bytes")
    return float(size) if isinstance(size, int) else None


OPERATIONS = {
    "matmul": Operation(work_unit="flop", size_names=frozenset("mnk"), work=_matmul_flop),
    "memory_copy": Operation(work_unit="B", size_names=frozenset({"bytes"}), work=_copied_bytes),
    "all_reduce": Operation(work_unit="B", size_names=frozenset({"bytes"}), work=_message_bytes),
}
"""By the `op` of a case key. Other operations get no curve; training steps check the curves."""


def curve_key(key: CaseKey) -> CaseKey:
    """Give the key without its sizes: cases that share it lie on one curve."""
    names = OPERATIONS[str(key["op"])].size_names
    return {name: value for name, value in key.items() if name not in names}


def label(key: CaseKey) -> str:
    """Name a key in one line for people: `matmul bf16 m=4096 n=4096 k=4096 NN normal cold`."""
    order = {"op": 0, "dtype": 1}
    names = sorted(key, key=lambda name: order.get(name, len(order)))
    return " ".join(_word(name, key[name]) for name in names)


def _word(name: str, value: object) -> str:
    return value if isinstance(value, str) else f"{name}={value}"
