"""The twelve systems: conservation laws, directions, published anchors."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.climate.typical_year import typical_year
from dcbench_planner.facility.cooling.systems import SYSTEMS, Heat, cool

ALL = sorted(SYSTEMS)
TEMPERATURES = np.arange(-30.0, 48.0, 0.5)


def heat_of(n, load=0.8, design_kw=1000.0):
    return Heat(
        it_kw=np.full(n, load * design_kw),
        room_kw=np.full(n, 0.045 * design_kw),
        it_design_kw=design_kw,
        room_design_kw=0.05 * design_kw,
    )


@pytest.mark.parametrize("cooling", ALL)
@pytest.mark.parametrize("load", [0.1, 0.6, 1.0])
def test_energy_balance_closes_every_hour(cooling, load, book, sites):
    weather = typical_year(sites.resolve("phoenix"))
    heat = heat_of(8760, load)
    cooled = cool(cooling, heat, weather, book)
    into = heat.it_kw + heat.room_kw + cooled.inner_kw
    out = cooled.free_kw + cooled.mechanical_kw + cooled.unmet_kw
    scale = heat.it_design_kw
    assert np.abs(into - cooled.heat_kw).max() / scale < 1e-9
    assert np.abs(out - cooled.heat_kw).max() / scale < 1e-9
    outside = into + cooled.power_kw["compressors"] - cooled.unmet_kw
    assert np.abs(outside - cooled.rejected_kw).max() / scale < 1e-9


@pytest.mark.parametrize("cooling", ALL)
def test_nothing_is_negative_and_nothing_unmet_with_full_trim(cooling, book, sites):
    weather = typical_year(sites.resolve("singapore"))
    cooled = cool(cooling, heat_of(8760, 1.0), weather, book)
    for part in (*cooled.power_kw.values(), cooled.free_kw, cooled.mechanical_kw, cooled.water_l):
        assert part.min() >= 0
    assert cooled.unmet_kw.max() == 0


@pytest.mark.parametrize(
    "cooling", ["dlc-dry", "immersion", "air-chiller", "dx", "air-economizer", "water-chiller"]
)
def test_colder_air_never_takes_more_power(cooling, book, weather_at):
    weather = weather_at(TEMPERATURES, depression_k=8.0)
    power = cool(cooling, heat_of(len(weather)), weather, book).total_power_kw
    assert (np.diff(power) >= -1e-9).all()


@pytest.mark.parametrize("cooling", ["water-economizer", "dlc-tower", "rear-door"])
def test_colder_towers_never_take_more_compressor_power(cooling, book, weather_at):
    weather = weather_at(TEMPERATURES, depression_k=3.0)
    power = cool(cooling, heat_of(len(weather)), weather, book).power_kw["compressors"]
    assert (np.diff(power) >= -1e-9).all()


@pytest.mark.parametrize("cooling", ALL)
def test_more_heat_takes_more_power(cooling, book, sites):
    weather = typical_year(sites.resolve("ashburn"))
    little, much = (
        cool(cooling, heat_of(8760, load), weather, book).total_power_kw.sum()
        for load in (0.5, 0.9)
    )
    assert little < much


def test_without_trim_a_dry_cooler_leaves_more_heat_the_hotter_it_is(book, weather_at):
    bare = book.with_user_values({"cooling.trim_capacity": 0.0}, "test")
    weather = weather_at(TEMPERATURES)
    cooled = cool("dlc-dry", heat_of(len(weather), 1.0), weather, bare)
    assert cooled.power_kw["compressors"].max() == 0
    assert (np.diff(cooled.unmet_kw) >= 0).all()
    assert cooled.unmet_kw[0] == 0 < cooled.unmet_kw[-1]


def test_pads_save_power_and_take_water_where_it_is_hot_and_dry(book, weather_at):
    weather = weather_at([42.0], depression_k=20.0)
    dry, wet = (cool(c, heat_of(1, 1.0), weather, book) for c in ("dlc-dry", "dlc-adiabatic"))
    assert wet.power_kw["compressors"][0] < dry.power_kw["compressors"][0]
    assert wet.water_l[0] > 0 == dry.water_l[0]


def test_outside_air_is_shut_out_when_it_holds_more_heat_than_the_hall(book, weather_at):
    weather = weather_at([45.0], depression_k=1.0)
    cooled = cool("air-economizer", heat_of(1), weather, book)
    assert cooled.free_kw[0] == 0
    assert cooled.water_l[0] == 0


def test_cold_seawater_needs_no_compressor_and_warm_seawater_does(book, weather_at):
    cold, warm = (
        cool("seawater", heat_of(1), weather_at([20.0], water_c=t), book) for t in (8.0, 29.0)
    )
    assert cold.power_kw["compressors"][0] == 0
    assert warm.power_kw["compressors"][0] > 0


@pytest.mark.parametrize(
    ("cooling", "place", "pue", "margin"),
    [
        # annual PUE of an independent, untuned prototype of the same physics with its own power
        # chain; ours here adds 0.05 for the chain, so only a loose agreement can be asked
        ("dlc-dry", "lulea", 1.067, 0.02),
        ("dlc-dry", "ashburn", 1.079, 0.02),
        ("dlc-dry", "singapore", 1.118, 0.03),
        ("dlc-dry", "phoenix", 1.142, 0.05),
        # water-side economizers of 15 US zones, Lei & Masanet 2022 and the prototype: 1.08-1.18
        ("water-economizer", "ashburn", 1.13, 0.05),
        ("water-economizer", "lulea", 1.13, 0.05),
        ("water-economizer", "phoenix", 1.13, 0.05),
    ],
)
def test_annual_overhead_is_near_the_anchors(  # noqa: PLR0917 - one argument per column
    cooling, place, pue, margin, book, sites
):
    heat = heat_of(8760)
    cooled = cool(cooling, heat, typical_year(sites.resolve(place)), book)
    ours = 1.05 + cooled.total_power_kw.sum() / heat.it_kw.sum()
    assert ours == pytest.approx(pue, abs=margin)


@pytest.mark.parametrize("place", ["ashburn", "chicago", "phoenix", "miami"])
def test_tower_water_is_near_the_published_range(place, book, sites):
    # water-side economizers of 15 US zones: 1.74-1.90 L/kWh (prototype inside Lei's 5-95 %)
    heat = heat_of(8760)
    cooled = cool("water-economizer", heat, typical_year(sites.resolve(place)), book)
    assert 1.6 < cooled.water_l.sum() / heat.it_kw.sum() < 2.1
