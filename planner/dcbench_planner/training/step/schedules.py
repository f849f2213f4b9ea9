"""Pipeline schedules in closed form: bubble, micro-batches in flight, what is allowed.

Symbols: p stages (accelerators), v chunks per accelerator, m micro-batches; F, B, W time of the
forward, input-gradient and weight-gradient passes of one accelerator and micro-batch, all chunks
together; e what the last stage takes on top (logits and loss, a third to each kind of pass), c
one send. Sends run beside compute; what counts is that the next stage waits for them.

An event simulation (`tests/planner/training/pipeline_simulation.py`) runs every pass of the
published orders; docs/training-model.md says how far the forms below agree with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.training.columns import Column, Mask
from dcbench_planner.training.layout import (
    DUAL_PIPE_V,
    ONE_F_ONE_B,
    ZERO_BUBBLE_H1,
    ZERO_BUBBLE_V,
    LayoutColumns,
)


@dataclass(frozen=True, kw_only=True)
class _Passes:
    """Sizes and times that the forms below share; seconds of one accelerator and micro-batch."""

    p: Column
    v: Column
    m: Column
    forward: Column
    input_gradient: Column
    weight_gradient: Column
    extra: Column
    send: Column


def pipeline_bubble_s(
    layout: LayoutColumns,
    *,
    forward_s: Column,
    input_gradient_s: Column,
    weight_gradient_s: Column,
    last_extra_s: Column,
    send_s: Column,
) -> Column:
    """Seconds of a step on top of micro-batches x fullest stage; 0 without a pipeline.

    The fullest stage takes F + B + W + max(e, 0). The step runs from the first pass on the first
    stage to the last pass on any.

    Args:
        layout: `pp`, `vpp`, `num_micro_batches` and `schedule` are read.
        forward_s: F of a stage that is not the last, per micro-batch.
        input_gradient_s: B; whatever is recomputed counts here.
        weight_gradient_s: W.
        last_extra_s: e, forward and backward together; negative where the last stage is shorter.
        send_s: c, one activation to the next stage, as far as it is not hidden behind compute.
    """
    passes = _Passes(
        p=layout.pp, v=layout.vpp, m=layout.num_micro_batches, forward=forward_s,
        input_gradient=input_gradient_s, weight_gradient=weight_gradient_s, extra=last_extra_s,
        send=send_s,
    )  # fmt: skip
    enough = layout.num_micro_batches >= 2 * layout.pp
    bubble = _one_f_one_b(passes)
    for mask, form in (
        (layout.schedule == ZERO_BUBBLE_H1, _zero_bubble_h1),
        (layout.schedule == ZERO_BUBBLE_V, _zero_bubble_v),
        ((layout.schedule == DUAL_PIPE_V) & enough, _dual_pipe_v),
    ):
        if np.any(mask):
            bubble = np.where(mask, form(passes), bubble)
    return np.where(layout.pp > 1, np.maximum(bubble, 0.0), 0.0)


def in_flight(layout: LayoutColumns, *, is_first: bool) -> Column:
    """Micro-batches whose activations are held at most, in units of one accelerator's layers.

    1F1B: min(m, p) on the first stage, 1 on the last. Interleaved: ((v - 1) n + 2 p - 1) / v and
    ((v - 1) n + 1) / v with groups of n = p micro-batches (Korthikanti et al. 2022,
    arXiv:2205.05198, section 4.2.3; Megatron-LM's warm-up). ZB-H1 and ZB-V: p everywhere, as
    activations wait for the weight gradient (arXiv:2401.10241, table 1 and section 6).
    DualPipeV: p + 1/2 (2 p + 1 half-stages, README of deepseek-ai/DualPipe); DualPipe itself
    holds p + 1 and every weight twice.

    Args:
        layout: `pp`, `vpp`, `num_micro_batches` and `schedule` are read.
        is_first: the first stage, else the last.
    """
    p, v, m = layout.pp, layout.vpp, layout.num_micro_batches
    beyond = 2 * p - 1 if is_first else 1.0
    several = ((v - 1) * _group(p, m) + beyond) / v
    held = np.where(v > 1, several, p if is_first else 1.0)
    if np.any(layout.schedule != ONE_F_ONE_B):
        zero_bubble = (layout.schedule == ZERO_BUBBLE_H1) | (layout.schedule == ZERO_BUBBLE_V)
        held = np.where(zero_bubble, p, held)
        held = np.where(layout.schedule == DUAL_PIPE_V, p + 0.5, held)
    return np.minimum(m, held)


def schedule_allowed(pp: Column, vpp: Column, num_micro_batches: Column, schedule: Column) -> Mask:
    """Tell which schedules run as published.

    | schedule | chunks | micro-batches |
    |---|---|---|
    | 1F1B | 1 | any |
    | interleaved 1F1B | 2 and more | a multiple of p (Megatron-LM's default group) |
    | ZB-H1 | 1 | p and more |
    | ZB-V | 2 | 2 p - 1 and more (below, slots stay empty) |
    | DualPipeV | 2 | 2 p and more (`dualpipev.py`) |

    All but 1F1B need two accelerators. Other combinations still get a time and a memory:
    DualPipeV with fewer micro-batches counts as interleaved.
    """
    several, m = pp > 1, num_micro_batches
    plain = (schedule == ONE_F_ONE_B) & ((vpp == 1) | (several & (m % pp == 0)))
    h1 = (schedule == ZERO_BUBBLE_H1) & (vpp == 1) & (m >= pp)
    zb_v = (schedule == ZERO_BUBBLE_V) & (vpp == 2) & (m >= 2 * pp - 1)
    dual = (schedule == DUAL_PIPE_V) & (vpp == 2) & (m >= 2 * pp)
    allowed: Mask = plain | (several & (h1 | zb_v | dual))
    return allowed


def _one_f_one_b(at: _Passes) -> Column:
    """(p - 1) (F + B + W) / v, and what sends add.

    Narayanan et al. 2021 (arXiv:2104.04473, section 2.2). Fewer micro-batches than stages leave
    (v - 1) (p - m) slots of a chunk empty (Calculon, `llm.py`, which counts so too where p does
    not divide m; Megatron-LM then makes larger groups, at no cost in time).
    """
    chunk = (at.forward + at.input_gradient + at.weight_gradient) / at.v
    ramp = (at.p - 1) * (chunk + 2 * at.send)
    ramp = ramp + (at.v - 1) * np.maximum(at.p - at.m, 0) * chunk
    return ramp + np.where(at.v > 1, _interleaved_waits(at, chunk), _plain_waits(at))


def _plain_waits(at: _Passes) -> Column:
    """Plain 1F1B: the longest path zigzags between the last stage and the r-th before it.

    A zigzag takes r micro-batches and waits for 2 (r - 1) sends, hence the fewest, longest ones
    where sends outweigh a longer last stage. A shorter last stage is visited by `rounds` of them,
    or once and then avoided, at the price of a forward pass.
    """
    shorter = np.minimum(at.extra, 0.0)
    wait = np.maximum(2 * at.send - np.maximum(at.extra, 0.0), 0.0)
    rounds = np.ceil((at.m - 1) / at.p)
    avoiding = np.ceil((at.m - 1) / np.maximum(at.p - 1, 1))
    result: Column = shorter + np.maximum(
        rounds * shorter + (at.m - 1 - rounds) * wait,
        (at.m - 1 - avoiding) * wait + np.maximum(shorter, -at.forward),
    )
    return result


def _interleaved_waits(at: _Passes, chunk: Column) -> Column:
    """Interleaved: a micro-batch that turns from the last stage to the first waits for p sends.

    Once a chunk in the forward ramp and once in the backward ramp, less the passes of other
    micro-batches of its group that are there to run meanwhile. In between c < F / v is hidden.
    """
    forward = at.forward / at.v
    backward = chunk - forward
    shorter = np.minimum(np.maximum(at.m * at.extra, at.extra - backward), 0.0)
    if not np.any(at.send):
        return shorter
    group, round_trip = _group(at.p, at.m), at.p * at.send
    last = np.maximum(at.m - np.maximum(np.floor(at.m / at.p) - 1, 0) * group, at.p)
    turn = np.maximum(round_trip - (group - at.p) * forward, 0.0)
    turn = turn + np.maximum(round_trip - (last - at.p) * backward, 0.0)
    waits = np.maximum(at.m - at.p, 0) * at.v * np.maximum(at.send - forward, 0.0)
    result: Column = (at.v - 1) * turn + waits + shorter
    return result


def _zero_bubble_h1(at: _Passes) -> Column:
    """(p - 1) (F + B) - (min(m, p) - 1) W.

    Qi et al. 2024 (arXiv:2401.10241, table 1: (p - 1) (F + B - W)): the weight gradients fill the
    bubble, unless F or B alone are longer. The first p - 1 weight gradients of the last stage are
    late and hide no sends, the others do.
    """
    f, b, w, e = at.forward, at.input_gradient, at.weight_gradient, np.maximum(at.extra, 0.0)
    before, filled = at.p - 1, np.minimum(at.m, at.p) - 1
    ramp = before * (f + b + 2 * at.send) - filled * w - (filled + 1) * e / 3
    free = np.maximum(np.minimum(at.m - 1, at.p) - 1, 0)
    ramp = ramp + free * np.maximum(2 * (at.send - e / 3), 0.0)
    waits = np.maximum(at.m - 1 - np.ceil((at.m - 1) / at.p) - free, 0)
    ramp = ramp + waits * np.maximum(2 * at.send - w - e, 0.0)
    short = before - filled
    down = before * (f + at.send) + np.maximum(short * b - at.m * e / 3, 0.0)
    up = before * (b + 2 * at.send) + short * f - (at.m - 2 / 3) * e
    shorter = np.minimum(np.maximum(at.extra, w - f - b), 0.0)
    result: Column = np.maximum(np.maximum(ramp, down), up) + shorter
    return result


def _zero_bubble_v(at: _Passes) -> Column:
    """Halves f, b, w of F, B, W: (p - 1) b, more where they differ or m < 2 p - 1.

    Qi et al. 2024 (arXiv:2401.10241, section 6) in the fixed order made for f = b = w. Their
    bubble is counted per accelerator and is then zero; a step that waits for all ends still has
    the ramp of the first forward pass.
    """
    f, b, w = at.forward / 2, at.input_gradient / 2, at.weight_gradient / 2
    e, before = np.maximum(at.extra, 0.0), at.p - 1
    once = (at.m - 2 / 3) * e
    start = 2 * before * (f + b) - 2 * (np.minimum(at.m, at.p) - 1) * np.minimum(f, b)
    start = start - 2 * np.maximum(at.m - at.p, 0) * w - once + 4 * before * at.send
    steady = np.maximum(before * np.maximum(np.maximum(f, b), 2 * (b - w)), b + (before - 1) * w)
    steady = steady - np.minimum(once, (4 * at.p - 1) * e) + (5 * at.p - 7) * at.send
    result: Column = np.maximum(np.maximum(start, steady), _zero_bubble_v_long_last(at, f, b, w))
    return result


def _zero_bubble_v_long_last(at: _Passes, f: Column, b: Column, w: Column) -> Column:
    """The bubble where the accelerator with the logits sets the pace: its own empty slots."""
    before, missing = at.p - 1, np.maximum(2 * at.p - 1 - at.m, 0)
    e, hops = np.maximum(at.extra, 0.0), 3 * before * at.send
    ends = missing * f + np.maximum(missing, before) * b - np.minimum(at.m - 1, at.p) * w
    ends = ends + np.minimum(missing, before) * at.send
    late = (before - 1 - 2 * missing) * w
    result: Column = np.maximum(missing * f, np.maximum(ends, late) - e / 3 + hops)
    return result


def _dual_pipe_v(at: _Passes) -> Column:
    """Halves f, b, w of F, B, W: (p - 1) (f + 2 b - w) where f = b.

    DeepSeek-V3 (arXiv:2412.19437, table 2) with 2 p stages on p accelerators (DualPipeV, the
    README of deepseek-ai/DualPipe): (p - 1) (F&B + B - 3 W), its B being b + w and F&B f + b + w.
    """
    f, b, w = at.forward / 2, at.input_gradient / 2, at.weight_gradient / 2
    e, before = np.maximum(at.extra, 0.0), at.p - 1
    wait = np.maximum(2 * at.send - e, 0.0) * before / at.p
    ramp = (before - 1) * f + np.maximum(at.p * f, before * b) - (2 * at.p - 1) * e
    ramp = ramp + (8 * at.p - 11) * at.send + (at.m - 2 * at.p) * wait
    shorter = np.maximum(np.minimum(at.extra, 0.0), -f)
    result: Column = (
        np.maximum(ramp, 4 * before * at.send) + before * np.maximum(b - w, 0.0) + shorter
    )
    return result


def _group(p: Column, m: Column) -> Column:
    """Micro-batches that pass one chunk before the next: p, or more where p does not divide m."""
    return np.where(m > p, np.ceil(m / np.maximum(np.floor(m / p), 1)), p)
