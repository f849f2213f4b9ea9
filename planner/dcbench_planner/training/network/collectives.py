"""Time of collectives, alpha-beta form: start-up plus bytes over bandwidth.

Bytes in each direction for n ranks, k of them in a scale-up domain, d = n / k domains, and S bytes
gathered or reduced; per rank inside, and per domain (over its k network adapters) across:

| collective | inside | across |
|---|---|---|
| ring all-gather, reduce-scatter | S (n - 1)/n | S (n - 1)/n |
| ring all-reduce | 2 S (n - 1)/n | 2 S (n - 1)/n |
| double binary tree all-reduce | 2 S | 2 S |
| hierarchical all-reduce | 2 S (k - 1)/k | 2 S (d - 1)/d |
| reduced in the switch (NVLS), hierarchical across | S (1 + 1/k) | 2 S (d - 1)/d |
| reduced in switch and network (SHARP) | S (1 + 1/k) | S |
| all-to-all of s bytes a rank | s (n - 1)/n | k s (d - 1)/d |

Ring: Patarasuk & Yuan 2009 (doi:10.1016/j.jpdc.2008.09.002), nccl-tests PERFORMANCE.md. Trees:
Sanders et al. 2009 (doi:10.1016/j.parco.2009.09.001). Hierarchical: Thakur et al. 2005
(doi:10.1177/1094342005051521). Switch: every rank sends S and the S/k that it reduced, and gets
as much (nccl-tests issue 239). All-gather and reduce-scatter gain nothing from it: a rank still
gets, or sends, all of S. Nor, hence, does tensor parallelism with sequence parallelism.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, Mask, as_number
from dcbench_planner.training.step.rates import RateColumns


def members_per_domain(group: Column, stride: Column, rates: RateColumns) -> Column:
    """Ranks of a group that share a scale-up domain, when ranks are `stride` apart."""
    return np.minimum(group, np.maximum(1.0, np.floor(rates.domain / stride)))


def ring_s(
    whole_bytes: Column, group: Column, stride: Column, rates: RateColumns, latency_s: float
) -> Column:
    """Seconds of one all-gather or reduce-scatter.

    Inside a scale-up domain at its bandwidth. Across domains the k members of a domain run k rings
    over their k network adapters, and the slower of both levels counts.

    Args:
        whole_bytes: bytes of the gathered (or to be reduced) tensor.
        group: ranks.
        stride: distance between neighbouring ranks of the group in the numbering of accelerators.
        rates: bandwidths.
        latency_s: start-up; a tenth more per rank in a domain and per domain.
    """
    near = members_per_domain(group, stride, rates)
    moved = whole_bytes * (group - 1) / group
    inside = moved / rates.scaleup_bytes_per_s * as_number(near > 1)
    across = moved / (near * rates.scaleout_bytes_per_s) * as_number(group > near)
    start = latency_s * (1 + 0.1 * near + 0.1 * group / near)
    return np.where(group > 1, np.maximum(inside, across) + start, 0.0)


def all_reduce_s(
    whole_bytes: Column,
    group: Column,
    stride: Column,
    rates: RateColumns,
    latency_s: float,
    *,
    switch: Column | float = 0.0,
    network_reduces: Column | float = 0.0,
) -> Column:
    """Seconds of one all-reduce by the fastest algorithm, as NCCL's tuner picks.

    Args:
        whole_bytes: bytes of the tensor to be reduced.
        group: ranks.
        stride: distance between neighbouring ranks, as in `ring_s`.
        rates: bandwidths.
        latency_s: start-up of one phase, as in `ring_s`.
        switch: rate of reductions in the scale-up switch over that of a ring: about 0.84 for
            NVLink 4 and 0.79 for NVLink 5 (NCCL from 5 or 6 ranks on), 0 where there are none.
        network_reduces: 1 where network switches reduce too (SHARP).
    """
    ring = 2 * ring_s(whole_bytes, group, stride, rates, latency_s)
    tree = tree_all_reduce_s(whole_bytes, group, stride, rates, latency_s)
    layered = hierarchical_all_reduce_s(whole_bytes, group, stride, rates, latency_s)
    best = np.minimum(np.minimum(ring, tree), layered)
    if not np.any(switch):
        return best
    reduced = switch_all_reduce_s(
        whole_bytes, group, stride, rates, latency_s, switch=switch,
        network_reduces=network_reduces,
    )  # fmt: skip
    return np.where(np.asarray(switch) > 0, np.minimum(best, reduced), best)


def tree_all_reduce_s(
    whole_bytes: Column, group: Column, stride: Column, rates: RateColumns, latency_s: float
) -> Column:
    """Seconds of one all-reduce by double binary trees: starts grow with log2 of the domains."""
    near = members_per_domain(group, stride, rates)
    domains = group / near
    moved = 2 * whole_bytes
    start = 2 * latency_s * (1 + 0.1 * near + 0.1 * np.log2(domains))
    return _slower_level(moved, moved, near, domains, rates) + np.where(group > 1, start, 0.0)


def hierarchical_all_reduce_s(
    whole_bytes: Column, group: Column, stride: Column, rates: RateColumns, latency_s: float
) -> Column:
    """Seconds of reduce-scatter in the domain, all-reduce across, all-gather in the domain.

    Pipelined, so the slower level counts.
    """
    near = members_per_domain(group, stride, rates)
    domains = group / near
    inside = 2 * whole_bytes * (near - 1) / near
    across = 2 * whole_bytes * (domains - 1) / domains
    start = 2 * latency_s * (1 + 0.1 * near + 0.1 * domains)
    return _slower_level(inside, across, near, domains, rates) + np.where(group > 1, start, 0.0)


def switch_all_reduce_s(
    whole_bytes: Column,
    group: Column,
    stride: Column,
    rates: RateColumns,
    latency_s: float,
    *,
    switch: Column | float,
    network_reduces: Column | float = 0.0,
) -> Column:
    """Seconds of one all-reduce with reductions in the switch; arguments as in `all_reduce_s`."""
    near = members_per_domain(group, stride, rates)
    domains = group / near
    inside = whole_bytes * (1 + 1 / near) / np.maximum(switch, 1e-9)
    hierarchical = 2 * whole_bytes * (domains - 1) / domains
    across = np.where(np.asarray(network_reduces) > 0, whole_bytes, hierarchical)
    start = latency_s * (1 + 0.1 * domains)
    return _slower_level(inside, across, near, domains, rates) + np.where(group > 1, start, 0.0)


def _slower_level(
    inside: Column, across: Column, near: Column, domains: Column, rates: RateColumns
) -> Column:
    """Seconds of the slower level: bytes per rank inside, per domain across."""
    in_domain = inside / rates.scaleup_bytes_per_s * as_number(near > 1)
    between = across / (near * rates.scaleout_bytes_per_s) * as_number(domains > 1)
    return np.maximum(in_domain, between)


def all_to_all_s(
    sent_bytes: Column, copies: Column, group: Column, rates: RateColumns, latency_s: float
) -> Column:
    """Seconds of one all-to-all of expert dispatch.

    Args:
        sent_bytes: bytes that one rank dispatches, all copies together.
        copies: experts each token goes to; a token crosses to another domain once per domain,
            however many of its experts are there (DeepSeek-V3, arXiv:2412.19437, section 3.2.2).
            Of D domains, k independent copies reach D (1 - (1 - 1/D)^k) on average.
        group: ranks that hold different experts, next to each other.
        rates: bandwidths.
        latency_s: start-up.
    """
    near = members_per_domain(group, np.ones(1), rates)
    domains = group / near
    inside = sent_bytes * (group - 1) / group / rates.scaleup_bytes_per_s
    reached = domains * (1 - (1 - 1 / domains) ** copies)
    once = reached / np.maximum(copies, 1)
    across = sent_bytes * once * (1 - 1 / domains) / rates.scaleout_bytes_per_s
    start = latency_s * (1 + 0.1 * near + 0.1 * domains)
    return np.where(group > 1, np.maximum(inside, across) + start, 0.0)


def send_s(sent_bytes: Column, inside_domain: Mask, rates: RateColumns) -> Column:
    """Seconds of one point-to-point send."""
    bandwidth = np.where(inside_domain, rates.scaleup_bytes_per_s, rates.scaleout_bytes_per_s)
    return sent_bytes / bandwidth
