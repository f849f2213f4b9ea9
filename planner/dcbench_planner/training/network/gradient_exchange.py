"""Alternatives to a ring all-reduce of gradients: parameter servers and compression.

Per data-parallel rank and step, n ranks, N gradient elements, S = N x bytes an element. A ring
all-reduce sends and receives 2 S (n - 1)/n in each direction (`collectives.py`).

| exchange | bytes in each direction of a rank's adapter | work |
|---|---|---|
| ring all-reduce | 2 S (n - 1)/n | |
| parameter server (Li et al. 2014, OSDI) | 2 S; a server of k: 2 S n/k | |
| b-bit quantised all-reduce | 2 N b/8 (n - 1)/n and scales | 3 passes over gradients and error |
| 1-bit Adam (arXiv:2102.02888) | the same with b = 1 after warm-up | |
| top-k (arXiv:1712.01887) | (n - 1) kept N (value + index) | selection: 4 passes |
| PowerSGD, rank r (arXiv:1905.13727) | 2 r (rows + columns) e (n - 1)/n | 6 N r FLOPs |

Compression changes what is learned; the loss it costs is not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column

ERROR_FEEDBACK_PASSES = 3
"""Gradient and error are read, the new error is written (1-bit Adam, algorithm 1)."""
SELECTION_PASSES = 4
"""As error feedback, and one more read for the threshold (arXiv:1712.01887, section 3.2)."""
INDEX_BYTES = 4
FP32_BYTES = 4
SCALE_BLOCK = 2048
"""Elements that share one fp32 scale of a quantised all-reduce; 0.0156 bits an element."""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One way to exchange gradients; columns broadcast."""

    moved_bytes: Column
    """Through the busiest adapter, each way, per step."""
    work_s: Column
    """Compression and decompression on the accelerator."""


def all_reduce_exchange(elements: Column, ranks: Column, element_bytes: float) -> Exchange:
    """Ring all-reduce, nothing compressed."""
    moved = _both_phases(elements * element_bytes, ranks)
    return Exchange(moved_bytes=moved, work_s=np.zeros(1))


def parameter_server_exchange(
    elements: Column, ranks: Column, servers: Column, element_bytes: float
) -> Exchange:
    """Push gradients to k servers of their own, pull weights back (Li et al. 2014, OSDI).

    A worker moves 2 S, a server 2 S n/k, each half of it in each direction, one after the other:
    weights are pulled once all gradients are in. Adapters of workers and servers are equal. One
    server inside each worker moves 2 S (n - 1)/n, which is `all_reduce_exchange`.

    Args:
        elements: N.
        ranks: n workers.
        servers: k, 1 or more.
        element_bytes: of a gradient and of a weight.
    """
    size = elements * element_bytes
    moved = 2 * size * np.maximum(1.0, ranks / servers)
    return Exchange(moved_bytes=moved, work_s=np.zeros(1))


def quantised_exchange(
    elements: Column, ranks: Column, bits: float, memory_bytes_per_s: Column
) -> Exchange:
    """All-reduce of b-bit gradients with error feedback: 8 bit, or 1 bit as in 1-bit Adam.

    1-bit Adam's compressed all-reduce (arXiv:2102.02888, section 5: all-to-all, average,
    all-gather) moves what a ring does. It needs an uncompressed warm-up (`after_warmup`).
    """
    coded = elements * (bits / 8 + FP32_BYTES / SCALE_BLOCK)
    work = ERROR_FEEDBACK_PASSES * elements * FP32_BYTES / memory_bytes_per_s
    return Exchange(moved_bytes=_both_phases(coded, ranks), work_s=work)


def top_k_exchange(
    elements: Column,
    ranks: Column,
    kept: float,
    memory_bytes_per_s: Column,
    value_bytes: float = 2.0,
) -> Exchange:
    """All-gather of the largest share `kept` of the gradients, with their indices.

    Selections differ between ranks, so they cannot be summed on the way, and what a rank receives
    grows with the ranks (arXiv:1712.01887; arXiv:1905.13727, section 2).
    """
    moved = (ranks - 1) * kept * elements * (value_bytes + INDEX_BYTES)
    work = SELECTION_PASSES * elements * FP32_BYTES / memory_bytes_per_s
    return Exchange(moved_bytes=moved, work_s=work)


def power_sgd_exchange(
    rows: Column,
    columns: Column,
    ranks: Column,
    rank: float,
    *,
    flops_per_s: Column,
    memory_bytes_per_s: Column,
) -> Exchange:
    """Rank-r factors of one matrix, each all-reduced (arXiv:1905.13727, algorithm 1).

    P = M Q, M^T P and P Q^T take 2 rows columns r FLOPs each. Thin products read the matrix three
    times, which counts where it takes longer. Sum over matrices for a model.
    """
    factors = rank * (rows + columns) * FP32_BYTES
    elements = rows * columns
    reads = ERROR_FEEDBACK_PASSES * elements * FP32_BYTES / memory_bytes_per_s
    work = np.maximum(6 * elements * rank / flops_per_s, reads)
    return Exchange(moved_bytes=_both_phases(factors, ranks), work_s=work)


def after_warmup(full: Exchange, compressed: Exchange, warmup_share: float) -> Exchange:
    """Mean step of a run that compresses only after a share of its steps.

    1-bit Adam: about 0.15 where it pre-trains BERT (arXiv:2102.02888).
    """
    rest = 1 - warmup_share
    return Exchange(
        moved_bytes=warmup_share * full.moved_bytes + rest * compressed.moved_bytes,
        work_s=warmup_share * full.work_s + rest * compressed.work_s,
    )


def exchange_s(exchange: Exchange, bytes_per_s: Column) -> Column:
    """Seconds of one exchange over adapters of a bandwidth, nothing overlapped."""
    return exchange.moved_bytes / bytes_per_s + exchange.work_s


def wins_below_bytes_per_s(exchange: Exchange, other: Exchange) -> Column:
    """Bandwidth per rank below which an exchange is faster than another one.

    From moved/B + work = other moved/B + other work: saved bytes over added work. Infinite where
    it saves bytes for no more work, 0 where it saves none.
    """
    saved = other.moved_bytes - exchange.moved_bytes
    added = exchange.work_s - other.work_s
    saved, added = np.broadcast_arrays(saved, added)
    threshold = np.divide(saved, added, out=np.full(saved.shape, np.inf), where=added > 0)
    return np.where(saved > 0, threshold, 0.0)


def server_wins_below_bytes(ranks: Column, bytes_per_s: Column, latency_s: float) -> Column:
    """Gradient bytes below which as many servers as workers beat a ring, by fewer starts.

    Ring: 2 (n - 1) (alpha + S/n/B); servers: 2 (alpha + S/B).
    """
    return ranks * (ranks - 2) * latency_s * bytes_per_s


def _both_phases(size: Column, ranks: Column) -> Column:
    return 2 * size * (ranks - 1) / ranks
