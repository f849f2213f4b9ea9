"""ITUE and TUE by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.power.psu import inside_it, psu_curve, psu_loss_kw


def test_supplies_have_their_certified_efficiency(book):
    # 80 PLUS Titanium, 230 V internal redundant: 94 / 96 / 91 % at 20 / 50 / 100 %
    curve = psu_curve(book)
    found = [curve.efficiency(load) for load in (0.2, 0.5, 1.0)]
    assert found == pytest.approx([0.94, 0.96, 0.91])


def test_losses_at_the_design_peak_and_below(book):
    # at the peak supplies work at half load: 96 %; at 40 % of that output at 20 %: 94 %
    lost = psu_loss_kw(np.array([1000.0]), 1000.0, book)[0]
    assert lost == pytest.approx(40.0)
    output = 960.0 * 0.4
    lost = psu_loss_kw(np.array([output / 0.94]), 1000.0, book)[0]
    assert lost == pytest.approx(output / 0.94 - output)


def test_itue_and_tue_by_hand(book):
    hours = np.full(8760, 1000.0)
    air = inside_it(hours, 1000.0, 1.2, book, liquid_cooled=False)
    assert air.psu_kwh_per_year == pytest.approx(40 * 8760)
    assert air.fans_kwh_per_year == pytest.approx(120 * 8760)
    assert air.itue == pytest.approx(1 / (1 - 0.04 - 0.12))
    assert air.tue == pytest.approx(1.2 * air.itue)


def test_liquid_cooling_lowers_itue(book):
    hours = np.full(8760, 800.0)
    air, liquid = (
        inside_it(hours, 1000.0, 1.1, book, liquid_cooled=is_liquid).itue
        for is_liquid in (False, True)
    )
    assert 1 < liquid < air


def test_platinum_supplies_lose_more(book):
    # 80 PLUS Platinum: 90 / 94 / 91 %
    platinum = book.with_user_values(
        {"power_chain.psu_efficiency_20": 0.90, "power_chain.psu_efficiency_50": 0.94}, "test"
    )
    it_kw = np.linspace(200, 1000, 9)
    assert (psu_loss_kw(it_kw, 1000.0, platinum) > psu_loss_kw(it_kw, 1000.0, book)).all()
