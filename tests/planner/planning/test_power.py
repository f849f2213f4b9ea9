"""Power of a plan: its levels, its swing, and a power limit on the accelerators."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError
from dcbench.records.scenario import Scenario
from dcbench_planner.goodput.schedule import Schedule
from dcbench_planner.hardware.step_phases import step_phases
from dcbench_planner.planning.job_power import stalled_share
from dcbench_planner.planning.plan import plan
from dcbench_planner.planning.power_limit import power_limit
from tests.planner.examples import book

CATALOG = load_catalog()


def _plan(**asked):
    return plan(Scenario(**asked), CATALOG)


@pytest.fixture(scope="module")
def free():
    return _plan(params=13e9, gpus=512)


def test_nodes_of_a_plan_average_its_two_levels(free):
    # Swing = nodes x (high - low), so mean = low + duty x swing / nodes.
    duty, nodes = step_phases(free.step.breakdown_s).duty, free.cluster.nodes
    low_kw = free.power.node_avg_kw - duty * free.power.swing_kw / nodes

    assert 0.2 * free.power.node_avg_kw < low_kw < free.power.node_avg_kw
    assert free.power.it_idle_kw < free.power.it_avg_kw < free.power.it_peak_kw
    assert free.power.swing_hz == pytest.approx(1 / free.step.time_s)
    assert free.power.swing_kw < free.power.it_peak_kw - free.power.it_idle_kw


def test_a_large_swing_is_told(free):
    small = _plan(params=7e9, gpus=8)

    assert any(note.startswith("Power swings by") for note in free.notes)
    assert not any(note.startswith("Power swings by") for note in small.notes)


def test_a_power_limit_slows_compute_alone_and_saves_power(free):
    capped = _plan(params=13e9, gpus=512, power_cap_w=500.0)
    limit = power_limit(CATALOG.accelerators.resolve("H100-SXM"), 500.0, book())

    assert capped.layout == free.layout
    for part in ("gemm", "attention"):  # each with some memory traffic, which keeps its speed
        ratio = free.step.breakdown_s[part] / capped.step.breakdown_s[part]
        assert limit.speed * 0.999 < ratio < limit.speed * 1.05
    assert capped.step.breakdown_s["elementwise"] == free.step.breakdown_s["elementwise"]
    assert 1.0 < capped.step.time_s / free.step.time_s < 1 / limit.speed
    assert capped.power.it_avg_kw < free.power.it_avg_kw
    assert capped.power.it_peak_kw < free.power.it_peak_kw
    assert any("power limit 500 of 700 W" in note for note in capped.notes)
    used = {assumption.key for assumption in capped.assumptions}
    assert "power.cap_exponent" in used


def test_a_power_limit_at_the_rated_power_changes_nothing(free):
    same = _plan(params=13e9, gpus=512, power_cap_w=700.0)

    assert same.step == free.step
    assert same.power == free.power


def test_a_power_limit_that_nobody_measured_is_refused():
    with pytest.raises(InputError) as raised:
        _plan(params=7e9, power_cap_w=200.0)

    (fault,) = raised.value.faults
    assert fault.where == "--power-cap-w"
    assert fault.fix == "give 280 or more"


def test_accelerators_that_cannot_hold_the_limit_are_left_out_of_a_comparison():
    record = _plan(params=7e9, gpus=8, accelerator="any", power_cap_w=350.0)

    assert any("of the rated power" in note and "B200-SXM" in note for note in record.notes)


def test_stalled_time_is_the_loss_that_is_not_done_again():
    # Hand calculation: 0.9 goodput, 1 h between checkpoints, 10 h between failures:
    # 0.9 x 1 / 20 = 0.045 is done again, 0.055 stalls.
    calendar = Schedule(
        steps=1, training_days=1.0, calendar_days=1 / 0.9, goodput=0.9, job_mttf_hours=10.0,
        checkpoint_interval_s=3600.0, checkpoint_write_s=10.0,
    )  # fmt: skip

    assert stalled_share(calendar) == pytest.approx(0.055)
