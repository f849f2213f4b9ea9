from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench.errors import NoAnswerError
from dcbench_planner.hardware.node_power import node_levels, node_power
from dcbench_planner.hardware.step_phases import PHASES, StepPhases, reference_phases
from tests.planner.examples import book, cluster

BOOK = book()
NONE = dict.fromkeys(PHASES, 0.0)


def _unmeasured(found):
    return replace(found, node=replace(found.node, average_kw=None, idle_kw=None))


def _levels(found, phases=None, **known):
    node = node_power(found, BOOK, **known)
    return node_levels(node, phases or reference_phases(BOOK), BOOK)


def test_measured_node_power_wins_over_the_label():
    # 8x H100 by air in training: 7.75 kW measured against 10.2 kW rated (arXiv 2412.08602).
    power = node_power(cluster(), BOOK)

    assert power.provenance == "published"
    assert _levels(cluster()).average_kw == pytest.approx(7.75)
    assert _levels(cluster()).idle_kw == pytest.approx(1.9)


@pytest.mark.parametrize(("name", "measured_kw"), [("H100-SXM", 7.75), ("B200-SXM", 9.6)])
def test_sum_of_components_meets_both_measured_nodes(name, measured_kw):
    # Measured: arXiv 2412.08602 and MLPerf training v5.0 power logs. Bound: 5 %.
    found = _unmeasured(cluster(name=name, accelerators=64))

    assert _levels(found).average_kw == pytest.approx(measured_kw, rel=0.05)
    assert node_power(found, BOOK).provenance == "assumed"


def test_calibrated_power_wins_over_everything():
    # Hand calculation: 8 x 650 W, and 1.6-2.6 kW for the rest of the node.
    layers = StepPhases(in_layers_s=reference_phases(BOOK).in_layers_s, once_s=NONE)
    one, other = (
        _levels(cluster(), layers, calibrated_accelerator_w=watts).average_kw
        for watts in (650.0, 640.0)
    )

    assert node_power(cluster(), BOOK, 650.0).provenance == "calibrated"
    assert 8 * 0.65 + 1.6 < one < 8 * 0.65 + 2.6
    # 80 W, and 30 % of it for fans at the cube of their speed, at 95 % conversion.
    assert 0.080 / 0.95 < one - other < 0.080 * 1.4 / 0.95


def test_no_power_at_all_is_no_answer():
    found = _unmeasured(cluster())
    found = replace(found, accelerator=replace(found.accelerator, tdp_w=None))

    with pytest.raises(NoAnswerError, match="no published power"):
        node_power(found, BOOK)


def test_published_power_alone_is_enough():
    found = cluster()
    found = replace(found, accelerator=replace(found.accelerator, tdp_w=None))

    assert _levels(found).average_kw == pytest.approx(7.75)


def test_a_step_that_waits_draws_less_than_one_that_computes():
    # A 64-node fine-tuning run bound by its network: 5.09 of 6.95 kW (MLPerf training v4.0 logs).
    computing = StepPhases(in_layers_s=NONE | {"compute": 1.0}, once_s=NONE)
    exchanging = StepPhases(in_layers_s=NONE, once_s=NONE | {"communication": 1.0})
    busy, bound = _levels(cluster(), computing), _levels(cluster(), exchanging)

    assert bound.average_kw / busy.average_kw < 5.09 / 6.95
    assert busy.average_kw <= busy.peak_kw


def test_liquid_cooling_saves_the_power_of_the_fans():
    air = node_power(_unmeasured(cluster()), BOOK)
    wet = replace(air, parts=replace(air.parts, liquid_share=1.0))
    saved = [
        getattr(node_levels(node, reference_phases(BOOK), BOOK), state)
        for node in (air, wet)
        for state in ("peak_kw", "idle_kw")
    ]

    # 10-15 % of an air-cooled node at full speed, next to nothing at idle.
    assert 0.1 < saved[0] / saved[2] - 1 < 0.15
    assert 0.0 < saved[1] / saved[3] - 1 < 0.05


@given(seconds=st.lists(st.floats(0.0, 10.0), min_size=8, max_size=8),
       cap_w=st.none() | st.floats(280.0, 800.0))  # fmt: skip
def test_levels_lie_between_idle_and_peak_whatever_the_step(seconds, cap_w):
    phases = StepPhases(
        in_layers_s=dict(zip(PHASES, seconds[:4], strict=True)),
        once_s=dict(zip(PHASES, [s + 0.01 for s in seconds[4:]], strict=True)),
    )
    levels = node_levels(node_power(cluster(), BOOK), phases, BOOK, cap_w)

    for power_kw in (levels.high_kw, levels.low_kw, levels.average_kw, levels.waiting_kw):
        assert levels.idle_kw <= power_kw <= levels.peak_kw * (1 + 1e-12)
    mean = phases.duty * levels.high_kw + (1 - phases.duty) * levels.low_kw
    assert levels.average_kw == pytest.approx(mean, rel=1e-12)
