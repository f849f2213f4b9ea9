from dataclasses import replace

import pytest

from dcbench_planner.hardware.it_power import JobLoad, it_power
from dcbench_planner.hardware.node_power import node_levels, node_power
from dcbench_planner.hardware.step_phases import reference_phases
from tests.planner.examples import book, cluster


def test_parts_add_up():
    found, assumptions = cluster(), book()
    power = it_power(found, node_power(found, assumptions), assumptions)

    # Hand calculation: 128 nodes of 7.75 kW, spares of 1.9 kW idle, 55 W of management a node.
    expected = (
        128 * 7.75 + found.spare_nodes * 1.9 + 128 * 0.055 + power.network_kw + power.storage_kw
    )
    assert power.it_avg_kw == pytest.approx(expected)
    assert power.it_peak_kw == pytest.approx(expected + 0.09 * 128 * 7.75)
    assert power.it_avg_kw - power.it_idle_kw == pytest.approx(128 * (7.75 - 1.9))


def test_the_two_levels_of_a_step_average_to_the_mean_of_its_nodes():
    found, assumptions = cluster(), book()
    node, phases = node_power(found, assumptions), reference_phases(assumptions)
    levels = node_levels(node, phases, assumptions)
    power = it_power(found, node, assumptions, JobLoad(phases=phases, period_s=4.0))

    mean = phases.duty * levels.high_kw + (1 - phases.duty) * levels.low_kw
    assert power.node_avg_kw == pytest.approx(mean, rel=1e-12)
    assert power.swing_kw == pytest.approx(128 * (levels.high_kw - levels.low_kw), rel=1e-12)
    assert power.swing_hz == 0.25


def test_stalled_time_draws_less_than_steps_and_more_than_idle():
    found, assumptions = cluster(), book()
    node, phases = node_power(found, assumptions), reference_phases(assumptions)
    stepping, stalled = (
        it_power(found, node, assumptions,
                 JobLoad(phases=phases, period_s=1.0, stalled_share=share))
        for share in (0.0, 1.0)
    )  # fmt: skip

    assert stalled.it_idle_kw < stalled.it_avg_kw < stepping.it_avg_kw
    assert stalled.it_peak_kw == stepping.it_peak_kw


def test_provisioned_power_per_accelerator_is_near_an_independent_sum():
    # SemiAnalysis InferenceX: 1.73 kW of utility power per H100, facility and margin included.
    found, assumptions = cluster(accelerators=4096), book()
    power = it_power(found, node_power(found, assumptions), assumptions)

    assert 0.6 * 1.73 < power.it_peak_kw / 4096 < 1.73


def test_fabric_of_the_h100_pod_draws_a_tenth_of_the_nodes():
    # Switches 0.75 kW, two transceivers of 7.6 W per 400G cable: a sanity bound, not a target.
    found, assumptions = cluster(accelerators=2048), book()
    power = it_power(found, node_power(found, assumptions), assumptions)

    assert 0.03 < power.network_kw / (found.nodes * power.node_avg_kw) < 0.15


def test_storage_in_the_power_supplies_takes_its_share_of_the_peak_off_the_swing():
    # GB300 NVL72: up to 30 % of the peak, vendor; the same rack under another name stores nothing.
    found, assumptions = cluster(accelerators=1152, name="GB300"), book()
    plain = replace(found, node=replace(found.node, name="another rack"))
    node = node_power(found, assumptions)
    levels = node_levels(node, reference_phases(assumptions), assumptions)
    smoothed, whole = it_power(found, node, assumptions), it_power(plain, node, assumptions)

    expected = max(0.0, whole.swing_kw - 0.3 * 16 * levels.peak_kw)
    assert smoothed.swing_kw == pytest.approx(expected)
    assert smoothed.it_avg_kw == whole.it_avg_kw
