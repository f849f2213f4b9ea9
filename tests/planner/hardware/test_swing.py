import pytest

from dcbench_planner.hardware.swing import smoothed_kw, step_swing, stored_share
from tests.planner.examples import book


def test_hand_calculation():
    # 100 nodes between 8 and 5 kW every 4 s, within 0.1 s.
    swing = step_swing(
        nodes=100, high_kw=8.0, low_kw=5.0, peak_kw=8.4, period_s=4.0, stored_share=0.0,
        book=book(power__transition_s=0.1),
    )  # fmt: skip

    assert swing.swing_kw == pytest.approx(300.0)
    assert swing.ramp_kw_per_s == pytest.approx(3000.0)
    assert swing.swing_hz == pytest.approx(0.25)


def test_storage_never_turns_a_swing_around():
    assert smoothed_kw(300.0, 840.0, 0.3) == pytest.approx(48.0)
    assert smoothed_kw(200.0, 840.0, 0.3) == 0.0


def test_only_listed_nodes_have_storage():
    assert stored_share("gb300-nvl72") == 0.3
    assert stored_share("dgx-h100") == 0.0
