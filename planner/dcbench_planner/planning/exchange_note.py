"""Whether another way to exchange gradients than the all-reduce would make a plan faster."""

from __future__ import annotations

import numpy as np

from dcbench.units import rounded, with_prefix
from dcbench_planner.planning.candidate import Candidate
from dcbench_planner.planning.question import Question
from dcbench_planner.training.network.gradient_exchange import (
    all_reduce_exchange,
    quantised_exchange,
    server_wins_below_bytes,
    wins_below_bytes_per_s,
)
from dcbench_planner.training.shape.transformer import Shape

BITS = 8
FSDP = 3
HOP_SHARE = 0.1
"""Latency of one hop of a ring over the start of a collective, as in `step_communication`."""


def exchange_note(question: Question, chosen: Candidate) -> str | None:
    """Say when compression or parameter servers would win; None without an exchange.

    For dense models with replicated weights: a rank's gradients are those of its pipeline and
    tensor part, exchanged once a step.
    """
    shape, laid_out, rates = question.shape, chosen.case.laid_out, chosen.option.rates
    layout = laid_out.layout
    ranks = layout.dp * layout.cp
    is_dense = isinstance(shape, Shape) and not shape.n_experts
    if ranks == 1 or not is_dense or layout.zero == FSDP:
        return None
    spans = ranks * layout.tp * layout.pp > rates.domain
    bandwidth = rates.scaleout_bytes_per_s if spans else rates.scaleup_bytes_per_s
    method = question.method
    elements = np.array([method.trained_share * shape.params_total / (layout.tp * layout.pp)])
    n, size = np.array([float(ranks)]), float(elements[0] * method.gradient_bytes)
    full = all_reduce_exchange(elements, n, method.gradient_bytes)
    small = quantised_exchange(elements, n, BITS, np.array([rates.memory_bytes_per_s]))
    below = float(wins_below_bytes_per_s(small, full)[0])
    latency_s = HOP_SHARE * question.constants.collective_latency_s
    servers = float(server_wins_below_bytes(n, np.array([bandwidth]), latency_s)[0])
    shown_s = laid_out.step.breakdown_s.get("data_parallel", 0.0)
    share = rounded(100 * shown_s / laid_out.step.time_s, 2)
    return (
        f"Exchanging {with_prefix(size, 'B')} of gradients a rank shows as {share} % of the step, "
        f"the most that another exchange could save. {BITS}-bit gradients are faster than the "
        f"all-reduce below {with_prefix(below, 'B/s')} a rank (here {with_prefix(bandwidth, 'B/s')}"
        f"), as many parameter servers as ranks below {with_prefix(max(0.0, servers), 'B')} of "
        "gradients; what compression does to the loss is not modelled."
    )
