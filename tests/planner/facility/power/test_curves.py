"""Loss curves against the efficiencies they were fitted to."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.power.chain import ups_curve
from dcbench_planner.facility.power.curves import LossCurve, fitted, through
from dcbench_planner.facility.power.supply import supply


@pytest.mark.parametrize(
    ("load", "efficiency"),
    # modern double conversion, vendor practice (catalog ups-igbt)
    [(0.25, 0.950), (0.50, 0.963), (0.75, 0.965), (1.00, 0.962)],
)
def test_ups_curve_gives_its_data_points(load, efficiency, book):
    assert ups_curve(book).efficiency(load) == pytest.approx(efficiency, abs=0.002)


@pytest.mark.parametrize(
    ("load", "efficiency"),
    # 2.5 MVA dry transformer, no-load 0.15 %, load loss 0.68 % of rating (mv-lv-transformer-dry)
    [(0.25, 0.9924), (0.50, 0.9936), (0.75, 0.9929), (1.00, 0.9918)],
)
def test_transformer_curve_gives_its_data_points(load, efficiency, book, temperate):
    curve = supply(1000.0, "N", book, temperate).curve
    assert curve.efficiency(load) == pytest.approx(efficiency, abs=0.0005)


@pytest.mark.parametrize(
    ("load", "efficiency"),
    # HV/MV power transformer 60-100 MVA, vendor practice (hv-mv-transformer)
    [(0.25, 0.9945), (0.50, 0.9967), (0.75, 0.9967), (1.00, 0.9963)],
)
def test_hv_transformer_curve_gives_its_data_points(load, efficiency, book, temperate):
    curve = supply(1000.0, "N", book, temperate).hv_curve
    assert curve.efficiency(load) == pytest.approx(efficiency, abs=0.0005)


def test_fit_gives_back_the_curve_that_made_the_points():
    curve = LossCurve(a0=0.01, a1=0.008, a2=0.022)
    again = fitted({x: curve.efficiency(x) for x in (0.25, 0.5, 0.75, 1.0)})
    assert vars(again) == pytest.approx(vars(curve), abs=1e-12)


def test_parabola_goes_through_its_three_points():
    points = {0.2: 0.94, 0.5: 0.96, 1.0: 0.91}
    curve = through(points)
    for load, efficiency in points.items():
        assert curve.efficiency(load) == pytest.approx(efficiency, abs=1e-12)


def test_losses_by_hand():
    # 500 kW out of 1000 kW: 1000 (0.01 + 0.008 x 0.5 + 0.02 x 0.25) = 19 kW
    curve = LossCurve(a0=0.01, a1=0.008, a2=0.02)
    assert curve.loss_kw(np.array([500.0]), 1000.0)[0] == pytest.approx(19.0)
    assert curve.efficiency(0.5) == pytest.approx(500 / 519)
