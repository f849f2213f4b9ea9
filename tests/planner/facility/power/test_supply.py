"""Transformers and the mechanical UPS, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.cooling.result import powers
from dcbench_planner.facility.power.supply import mechanical_ups, supply


class _Cooled:
    """As much of a cooling result as the mechanical UPS looks at."""

    def __init__(self, fans, pumps) -> None:
        self.power_kw = powers(len(fans), room_fans=np.array(fans), pumps=np.array(pumps))


def test_transformer_losses_by_hand(book, temperate):
    # 1000 kW at pf 0.97 over 0.8: 1288.7 kVA, so three of 500 kVA
    source = supply(1000.0, "N", book, temperate)
    assert (source.transformers.rating, source.transformers.units) == (500, 3)
    x = 1000 / 0.97 / 1500
    assert source.loss_kw(np.array([1000.0]))[0] == pytest.approx(1500 * (0.0015 + 0.0068 * x**2))
    assert source.hv_transformers is None


def test_high_voltage_starts_at_the_stated_size(book, temperate):
    # 20 000 kVA at pf 0.97 is 19.4 MW
    below, above = (supply(kw, "N+1", book, temperate) for kw in (19_000.0, 20_000.0))
    assert below.hv_transformers is None
    assert above.hv_transformers is not None
    later = book.with_user_values({"power_chain.hv_from_kva": 40_000.0}, "test")
    assert supply(20_000.0, "N+1", later, temperate).hv_transformers is None


def test_high_voltage_losses_cascade(book, temperate):
    source = supply(50_000.0, "N", book, temperate)
    out = np.array([50_000.0])
    low = source.curve.loss_kw(out / 0.97, source.transformers.total_rating)
    high = source.hv_curve.loss_kw((out + low) / 0.97, source.hv_transformers.total_rating)
    assert source.loss_kw(out)[0] == pytest.approx((low + high)[0])
    # 0.55-0.65 % of a transformer near half load, 0.3-0.4 % of a large one
    assert 0.002 < high[0] / 50_000 < 0.005


def test_half_of_fans_and_pumps_ride_through(book, temperate):
    cooled = _Cooled([40.0, 20.0], [60.0, 30.0])
    mechanical = mechanical_ups([cooled], "N", book, temperate)
    assert mechanical.out_kw(cooled) == pytest.approx([50.0, 25.0])
    rating = mechanical.ups.total_rating
    x = 50 / rating
    by_hand = rating * (0.00984 + 0.00782 * x + 0.02184 * x**2)
    assert mechanical.loss_kw(cooled)[0] == pytest.approx(by_hand)
    assert mechanical.ups.duty_units * mechanical.ups.rating * 0.9 >= 50.0


def test_without_ride_through_there_is_no_mechanical_ups(book, temperate):
    none = book.with_user_values({"power_chain.mechanical_on_ups_share": 0.0}, "test")
    cooled = _Cooled([40.0], [60.0])
    mechanical = mechanical_ups([cooled], "2N", none, temperate)
    assert mechanical.ups is None
    assert mechanical.rating_kw == 0
    assert mechanical.loss_kw(cooled) == pytest.approx([0.0])
