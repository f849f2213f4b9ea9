"""Time of collectives, alpha-beta form: start-up plus bytes over bandwidth.

Ring volumes per rank (Thakur et al. 2005, doi:10.1177/1094342005051521; nccl-tests PERFORMANCE.md):
all-gather and reduce-scatter move (n - 1)/n of the whole, all-reduce twice that.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column, Mask, as_number
from dcbench_planner.training.rates import RateColumns


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


def all_to_all_s(
    sent_bytes: Column, copies: Column, group: Column, rates: RateColumns, latency_s: float
) -> Column:
    """Seconds of one all-to-all of expert dispatch.

    Args:
        sent_bytes: bytes that one rank dispatches, all copies together.
        copies: experts each token goes to; a token crosses to another domain once per domain,
            however many of its experts are there (DeepSeek-V3, arXiv:2412.19437, section 3.2.2).
        group: ranks that hold different experts, next to each other.
        rates: bandwidths.
        latency_s: start-up.
    """
    near = members_per_domain(group, np.ones(1), rates)
    domains = group / near
    inside = sent_bytes * (group - 1) / group / rates.scaleup_bytes_per_s
    once = np.minimum(copies, domains) / np.maximum(copies, 1)
    across = sent_bytes * once * (1 - 1 / domains) / rates.scaleout_bytes_per_s
    start = latency_s * (1 + 0.1 * near + 0.1 * domains)
    return np.where(group > 1, np.maximum(inside, across) + start, 0.0)


def send_s(sent_bytes: Column, inside_domain: Mask, rates: RateColumns) -> Column:
    """Seconds of one point-to-point send."""
    bandwidth = np.where(inside_domain, rates.scaleup_bytes_per_s, rates.scaleout_bytes_per_s)
    return sent_bytes / bandwidth
