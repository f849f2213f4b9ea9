from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcbench_planner.training.layout import (
    DUAL_PIPE_V,
    ONE_F_ONE_B,
    ZERO_BUBBLE_H1,
    ZERO_BUBBLE_V,
)
from dcbench_planner.training.step.schedules import in_flight, pipeline_bubble_s, schedule_allowed
from tests.planner.training.builders import column, layout
from tests.planner.training.step.pipeline_simulation import (
    Pipeline,
    dual_pipe_v,
    one_f_one_b,
    peak_in_flight,
    span,
    zero_bubble_h1,
    zero_bubble_v,
)

BUILDERS = {
    ONE_F_ONE_B: one_f_one_b, ZERO_BUBBLE_H1: zero_bubble_h1, ZERO_BUBBLE_V: zero_bubble_v,
    DUAL_PIPE_V: dual_pipe_v,
}  # fmt: skip
TIMES = ((1.0, 1.0, 1.0), (1.0, 1.2, 0.9), (1.0, 2.0, 1.0))
"""Forward, input gradient, weight gradient: equal, with attention, with full recompute."""


def closed_s(pipe, schedule):
    layouts = replace(
        layout(pp=pipe.p, vpp=pipe.v, num_micro_batches=pipe.m), schedule=column(schedule)
    )
    bubble = pipeline_bubble_s(
        layouts, forward_s=column(pipe.forward), input_gradient_s=column(pipe.input_gradient),
        weight_gradient_s=column(pipe.weight_gradient), last_extra_s=column(pipe.last_extra),
        send_s=column(pipe.send),
    )  # fmt: skip
    return float(bubble[0]) + pipe.m * pipe.fullest()


def pipeline(schedule, p, v, m, times, *, extra=0.0, send=0.0):
    """Extra and send are shares of a stage's time per micro-batch."""
    stage = sum(times)
    return Pipeline(
        p=p, v=v, m=m, forward=times[0], input_gradient=times[1], weight_gradient=times[2],
        last_extra=extra * stage, send=send * stage, v_shaped=schedule >= ZERO_BUBBLE_V,
        group=group_size(p, m),
    )  # fmt: skip


def group_size(p, m):
    """Megatron-LM: the last group of micro-batches is whole or has at least p of them."""
    return next((n for n in range(p, m + 1) if m % n == 0 or m % n >= p), p)


def worst_error(schedule, grid, extras=(0.0,), sends=(0.0,)):
    errors = []
    for (p, v, m), times, extra, send in itertools.product(grid, TIMES, extras, sends):
        pipe = pipeline(schedule, p, v, m, times, extra=extra, send=send)
        errors.append(abs(closed_s(pipe, schedule) / span(pipe, BUILDERS[schedule](pipe)) - 1))
    return max(errors)


def grid(ps, vs, rounds):
    """Micro-batches: a share of p, plus some."""
    return [(p, v, int(share * p) + more) for p in ps for v in vs for share, more in rounds]


LONGER, SENDS = (0.0, 0.1, 0.6), (0.0, 0.01, 0.06)


@pytest.mark.parametrize(
    ("schedule", "vs", "bound"),
    [(ONE_F_ONE_B, (1,), 1e-9), (ONE_F_ONE_B, (2, 4), 1e-9), (ZERO_BUBBLE_H1, (1,), 0.006)],
    ids=["1F1B", "interleaved", "ZB-H1"],
)
def test_closed_form_equals_simulation(schedule, vs, bound):
    # the simulation runs every pass of the published order; ZB-H1 is past 0.5 % in one point only
    points = grid((2, 4, 8), vs, ((0, 1), (1, -1), (1, 0), (2, 1), (4, 0)))

    assert worst_error(schedule, points, LONGER, SENDS) < bound


@pytest.mark.parametrize(
    ("schedule", "points"),
    [
        (ZERO_BUBBLE_V, grid((2, 4, 8), (2,), ((0, 1), (1, 0), (2, -1), (2, 0), (4, 1)))),
        (DUAL_PIPE_V, grid((2, 4, 8), (2,), ((2, 0), (3, 0), (4, 1)))),
    ],
    ids=["ZB-V", "DualPipeV"],
)
def test_v_shaped_schedules_equal_simulation(schedule, points):
    assert worst_error(schedule, points) < 0.005
    # with logits on the first accelerator or sends, paths mix: 0.3 % off in the mean, 3.2 % at most
    assert worst_error(schedule, points, LONGER, SENDS) < 0.035


@pytest.mark.parametrize(
    ("schedule", "v", "bound"),
    [
        (ONE_F_ONE_B, 1, 0.005), (ONE_F_ONE_B, 2, 0.04), (ZERO_BUBBLE_H1, 1, 0.04),
        (ZERO_BUBBLE_V, 2, 0.04), (DUAL_PIPE_V, 2, 0.02),
    ],
)  # fmt: skip
def test_shorter_last_stage(schedule, v, bound):
    points = grid((4, 8), (v,), ((2, 0), (3, 0)))

    assert worst_error(schedule, points, (-0.1,)) < bound


def test_published_bubbles():
    # arXiv:2412.19437 table 2 with PP = 2 p half-stages: (PP/2 - 1) (F&B + B - 3 W), F = B_in = W
    # and arXiv:2401.10241 table 1: 1F1B (p - 1) (F + B + W), ZB-H1 (p - 1) (F + B - W)
    p, m, half = 8, 32, 0.5
    dual = pipeline(DUAL_PIPE_V, p, 2, m, (1.0, 1.0, 1.0))
    forward_and_backward, backward = 3 * half, 2 * half
    bubble = (p - 1) * (forward_and_backward + backward - 3 * half)

    assert closed_s(dual, DUAL_PIPE_V) - 3 * m == pytest.approx(bubble)
    for schedule, expected in ((ONE_F_ONE_B, 7 * 3.1), (ZERO_BUBBLE_H1, 7 * 1.3)):
        pipe = pipeline(schedule, p, 1, m, (1.0, 1.2, 0.9))
        assert closed_s(pipe, schedule) - 3.1 * m == pytest.approx(expected)


def test_fewer_micro_batches_than_stages_as_in_calculon():
    # Calculon llm.py: (p - 1) chunks + (v - 1) (p - m mod p) chunks; here 7 + 3 x 5 of 3/4 s
    pipe = pipeline(ONE_F_ONE_B, 8, 4, 3, (1.0, 1.0, 1.0))

    assert closed_s(pipe, ONE_F_ONE_B) - 9 == pytest.approx((7 + 3 * 5) * 0.75)


@pytest.mark.parametrize(
    ("schedule", "p", "v", "m"),
    [
        (ONE_F_ONE_B, 4, 1, 2), (ONE_F_ONE_B, 8, 1, 20), (ONE_F_ONE_B, 8, 3, 24),
        (ONE_F_ONE_B, 4, 2, 10), (ONE_F_ONE_B, 4, 2, 2), (ZERO_BUBBLE_H1, 8, 1, 20),
        (ZERO_BUBBLE_V, 8, 2, 20), (DUAL_PIPE_V, 8, 2, 20),
    ],
)  # fmt: skip
def test_in_flight_equals_simulation(schedule, p, v, m):
    pipe = pipeline(schedule, p, v, m, (1.0, 1.0, 1.0))
    queues = BUILDERS[schedule](pipe)
    layouts = replace(layout(pp=p, vpp=v, num_micro_batches=m), schedule=column(schedule))

    assert float(in_flight(layouts, is_first=True)[0]) == pytest.approx(
        peak_in_flight(pipe, queues[0])
    )
    assert float(in_flight(layouts, is_first=False)[0]) == pytest.approx(
        peak_in_flight(pipe, queues[-1])
    )


def test_no_pipeline_no_bubble():
    for schedule in BUILDERS:
        pipe = pipeline(schedule, 1, 1, 5, (1.0, 1.0, 1.0), extra=0.1, send=0.1)
        assert closed_s(pipe, schedule) == pytest.approx(5 * pipe.fullest())


@settings(deadline=None)
@given(
    p=st.integers(2, 16), m=st.integers(1, 200), extra=st.floats(-0.2, 1.0),
    send=st.floats(0.0, 0.1), schedule=st.sampled_from(list(BUILDERS)),
)  # fmt: skip
def test_bubble_laws(p, m, extra, send, schedule):
    v = 2 if schedule >= ZERO_BUBBLE_V else 1
    pipe = pipeline(schedule, p, v, m, (1.0, 1.2, 0.9), extra=extra, send=send)
    bubble = closed_s(pipe, schedule) - m * pipe.fullest()
    slower = closed_s(replace(pipe, send=2 * pipe.send), schedule) - m * pipe.fullest()
    plain = replace(pipe, v=1)

    assert bubble >= -1e-9
    assert slower >= bubble - 1e-9
    # what fills bubbles does not make a step longer, but ZB-V with too few micro-batches: 12 %
    assert closed_s(pipe, schedule) <= closed_s(plain, ONE_F_ONE_B) * 1.12


def test_columns_of_several_schedules():
    layouts = replace(
        layout(pp=[4, 4, 4, 4, 1], vpp=[1, 1, 2, 2, 1], num_micro_batches=[16] * 5),
        schedule=column([0, 1, 2, 3, 0]),
    )
    one = column(1.0)
    bubble = pipeline_bubble_s(
        layouts, forward_s=one, input_gradient_s=one, weight_gradient_s=one,
        last_extra_s=column(0.0), send_s=column(0.0),
    )  # fmt: skip

    # hand: 3 x 3, 3 x 1, 3 x 1/2, 3 x (3 x 1/2 + 2 x 1/2 - 3 x 1/2)
    assert bubble == pytest.approx([9.0, 3.0, 1.5, 3.0, 0.0])


@pytest.mark.parametrize(
    ("pp", "vpp", "m", "schedule", "allowed"),
    [
        (1, 1, 3, ONE_F_ONE_B, True), (4, 1, 3, ONE_F_ONE_B, True), (4, 2, 8, ONE_F_ONE_B, True),
        (4, 2, 9, ONE_F_ONE_B, False), (1, 2, 8, ONE_F_ONE_B, False),
        (4, 1, 4, ZERO_BUBBLE_H1, True), (4, 2, 4, ZERO_BUBBLE_H1, False),
        (1, 1, 4, ZERO_BUBBLE_H1, False), (4, 2, 7, ZERO_BUBBLE_V, True),
        (4, 2, 6, ZERO_BUBBLE_V, False), (4, 1, 8, ZERO_BUBBLE_V, False),
        (4, 2, 8, DUAL_PIPE_V, True), (4, 2, 7, DUAL_PIPE_V, False),
    ],
)  # fmt: skip
def test_allowed(pp, vpp, m, schedule, allowed):
    mask = schedule_allowed(column(pp), column(vpp), column(m), column(schedule))

    assert np.array_equal(mask, [allowed])
