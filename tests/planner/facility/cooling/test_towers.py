"""Cooling towers: approach by hand, fan speed against a search."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.climate.typical_year import typical_year
from dcbench_planner.facility.cooling import towers


def test_approach_by_hand(book):
    # 4.5 K x 0.5^0.6 x (1 + 0.02 x (20 - 10)) = 3.563 K
    approach = towers.tower_approach(np.array([10.0]), np.array([0.5]), book)[0]
    assert approach == pytest.approx(3.563, rel=1e-3)


def test_fan_speed_is_where_neither_faster_nor_slower_is_cheaper(book):
    approach, gain, fan_kw = np.array([4.0]), np.array([1.5]), 6.0
    speed = towers.fan_speed(approach, gain, fan_kw, book)[0]

    def cost(at):
        return fan_kw * at ** book["cooling.fan_exponent"] + 1.5 * 4.0 / at

    assert 0.3 < speed < 1
    assert cost(speed) <= min(cost(speed * 0.999), cost(speed * 1.001))


@pytest.mark.parametrize("place", ["phoenix", "singapore", "lulea"])
@pytest.mark.parametrize("load", [0.3, 0.8, 1.0])
@pytest.mark.parametrize("economizer", [True, False])
def test_fans_and_compressors_are_near_the_best_of_a_fine_search(  # noqa: PLR0917
    place, load, economizer, loop_of, book, sites
):
    weather = typical_year(sites.resolve(place))
    loop = loop_of(len(weather), load, running=1.1)
    plant = towers.tower_economizer if economizer else towers.tower_chiller
    power = plant(loop, weather, book).power_kw
    ours = power["heat_rejection_fans"] + power["compressors"]
    best = np.min([_cost(loop, weather, book, s, economizer) for s in _SPEEDS], axis=0)
    assert ours.sum() <= best.sum() * 1.015
    assert ((ours - best) / loop.heat_kw).max() < 7e-4


_SPEEDS = np.linspace(0.1, 1.0, 91)


def _cost(loop, weather, book, speed, economizer):
    """Fans and compressors at one speed in all hours, straight from the blocks."""
    approach = towers.tower_approach(weather.wet_bulb_c, loop.load / loop.running, book) / speed
    floor = -99.0 if economizer else book["cooling.tower_coldest_water_c"]
    water = np.maximum(weather.wet_bulb_c + approach, floor)
    free = towers._free_share(loop, water, book) if economizer else np.zeros(len(weather))
    turning = approach * speed / (water - weather.wet_bulb_c)
    fan_kw = towers._fan_design_kw(loop, weather, book)
    fans = towers.fans(fan_kw, loop.running * turning, loop.running, book)
    return fans + towers._compressors_kw(loop, water, free, book)


def test_without_compressors_the_tower_cools_as_far_as_it_can(loop_of, book, weather_at):
    bare = book.with_user_values({"cooling.trim_capacity": 0.0}, "test")
    weather = weather_at(np.arange(5.0, 45.0, 0.5))
    n = len(weather)
    trimmed = towers.tower_economizer(loop_of(n), weather, book)
    alone = towers.tower_economizer(loop_of(n), weather, bare)
    assert (alone.free_kw >= trimmed.free_kw - 1e-9).all()
    assert alone.power_kw["compressors"].max() == 0


def test_tower_pumps_are_sized_for_the_heat_of_the_chillers_too(loop_of, book):
    loop = loop_of(1)
    # rating: water 29.44 C in, 6.67 C out: lift 30.77 K, and EIR is that
    # at 0.65 of Carnot, 30.77 / (0.65 x 278.32) = 0.1701, more than 0.85 x 0.1718
    assert towers.rejected_design_kw(loop, book) == pytest.approx(1170.1, rel=1e-4)
