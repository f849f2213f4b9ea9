"""Fans and pumps by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.cooling import movers


def test_room_fan_share_by_hand(book):
    # 500 Pa / (0.75 x 1.2 kg/m3 x 1.006 kJ/(kg K) x 16.7 K) = 0.0331
    assert movers.room_fan_share(16.7, 1.2, book) == pytest.approx(0.03307, rel=1e-3)


def test_pump_share_by_hand(book):
    # 143.7 kPa / (0.7 x 997 kg/m3 x 4.19 kJ/(kg K) x 10 K) = 0.00491
    assert movers.pump_share(143.7, 10.0, book) == pytest.approx(0.004914, rel=1e-3)


def test_pumps_follow_the_affinity_laws_and_stop_without_flow():
    power = movers.at_flow(10.0, np.array([0.0, 0.1, 0.5, 1.0]), 3.0, 0.3)
    assert power == pytest.approx([0.0, 0.27, 1.25, 10.0])  # 10 kW x flow^3, not below 0.3


def test_a_spare_fan_that_runs_along_saves_power(book):
    cube = book.with_user_values({"cooling.fan_exponent": 3.0}, "test")
    full = np.array([1.0])
    assert movers.fans(10.0, full, 1.0, cube)[0] == pytest.approx(10.0)
    # eleven fans for the flow of ten, by hand: 11 x 1 kW x (10/11)^3 = 8.264 kW
    assert movers.fans(10.0, full, 1.1, cube)[0] == pytest.approx(8.264, rel=1e-3)
    # nine for ten turn faster: 9 x 1 kW x (10/9)^3 = 12.346 kW
    assert movers.fans(10.0, full, 0.9, cube)[0] == pytest.approx(12.346, rel=1e-3)


def test_fans_go_off_rather_than_turn_slower_than_their_drives(book):
    # a tenth of the flow, slowest speed 0.3, by hand: a third of the fans at 0.3
    power = movers.fans(10.0, np.array([0.0, 0.1]), 1.0, book)
    assert power == pytest.approx([0.0, 10.0 / 3 * 0.3**2.7])


def test_more_flow_never_takes_less_power(book):
    flow = np.linspace(0, 1.2, 500)
    assert (np.diff(movers.fans(1.0, flow, 1.1, book)) > 0).all()
