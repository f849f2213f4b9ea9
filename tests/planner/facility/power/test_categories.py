"""ISO/IEC 30134-2 categories: ordering and ratios."""

from __future__ import annotations

import pytest

from dcbench_planner.facility.power.categories import dpue_by_category, it_kw_by_category


@pytest.mark.parametrize("redundancy", ["N", "N+1", "2N", "4N/3"])
@pytest.mark.parametrize("cooling", ["dlc-dry", "water-economizer", "dx"])
def test_later_meters_give_larger_pue(redundancy, cooling, built, book):
    building = built(cooling=cooling, redundancy=redundancy)
    hours = building.year(0.6, building.climate.year, book)
    by_category = dpue_by_category(hours)
    assert 1 < by_category["1"] <= by_category["2"] <= by_category["3"]
    assert by_category["3"] == pytest.approx(hours.total_kw.sum() / hours.it_kw.sum())


def test_categories_differ_by_the_losses_between_the_meters(built, book):
    building = built()
    hours = building.year(0.6, building.climate.year, book)
    by_category = dpue_by_category(hours)
    # 0.2 % between PDU output and IT input, 0.2 % between UPS output and PDU output
    assert by_category["3"] / by_category["2"] == pytest.approx(1.002)
    assert by_category["2"] / by_category["1"] == pytest.approx(1.002)
    power = it_kw_by_category(hours)
    assert (power["1"] == hours.it_kw + hours.distribution_kw).all()
