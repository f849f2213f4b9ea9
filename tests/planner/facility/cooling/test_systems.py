"""The twelve systems: conservation laws, directions, published anchors."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.climate.typical_year import typical_year
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.cooling.systems import SYSTEMS, Heat, cool

ALL = sorted(SYSTEMS)
TEMPERATURES = np.arange(-30.0, 46.0, 0.25)
PLACES = ("phoenix", "singapore", "ashburn", "lulea", "dublin", "mumbai")
BOOK = load_assumptions()


@pytest.fixture(scope="module")
def years(sites):
    return {place: typical_year(sites.resolve(place)) for place in PLACES}


def assert_balanced(heat, cooled):
    into = heat.it_kw + heat.room_kw + cooled.inner_kw
    out = cooled.free_kw + cooled.mechanical_kw + cooled.reused_kw + cooled.unmet_kw
    outside = into + cooled.power_kw["compressors"] - cooled.reused_kw - cooled.unmet_kw
    for ours, expected in ((cooled.heat_kw, into), (out, into), (cooled.rejected_kw, outside)):
        assert (np.abs(ours - expected) <= 1e-9 * into).all()


@pytest.mark.parametrize("cooling", ALL)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("load", [0.05, 0.4, 1.0])
def test_energy_balance_closes_every_hour(cooling, place, load, heat_of, years):
    heat = heat_of(8760, load)
    assert_balanced(heat, cool(cooling, heat, years[place], BOOK))


@given(
    cooling=st.sampled_from(ALL),
    dry_bulb_c=st.floats(-45, 55),
    depression_k=st.floats(0, 25),
    water_c=st.floats(-2, 38),
    load=st.floats(0.05, 1),
    capacity_share=st.floats(0.3, 1),
    reused_share=st.floats(0, 1),
    trim=st.sampled_from([0.0, 0.5, 1.0]),
    spares=st.booleans(),
)
def test_energy_balance_closes_in_any_weather_and_with_units_out(  # noqa: PLR0917
    cooling, dry_bulb_c, depression_k, water_c, load, capacity_share, reused_share, trim, spares
):
    weather = Weather(
        dry_bulb_c=np.array([dry_bulb_c]), wet_bulb_c=np.array([dry_bulb_c - depression_k]),
        water_c=np.array([water_c]), month=np.zeros(1, dtype=np.int64), pressure_kpa=95.0,
        source="test",
    )  # fmt: skip
    heat = Heat(
        it_kw=np.array([1000.0 * load]), room_kw=np.array([45.0]), it_design_kw=1000.0,
        room_design_kw=50.0, spares=spares, capacity_share=capacity_share,
        reused_share=reused_share,
    )  # fmt: skip
    book = BOOK.with_user_values({"cooling.trim_capacity": trim}, "test")
    cooled = cool(cooling, heat, weather, book)
    assert_balanced(heat, cooled)
    parts = [*cooled.power_kw.values(), cooled.free_kw, cooled.mechanical_kw, cooled.unmet_kw,
             cooled.reused_kw, cooled.water_l, *cooled.duties_kw.values()]  # fmt: skip
    assert all(np.isfinite(part).all() and part.min() >= -1e-9 for part in parts)


@pytest.mark.parametrize("cooling", ALL)
def test_nothing_is_unmet_with_full_trim(cooling, heat_of, years):
    for place in ("singapore", "phoenix"):
        assert cool(cooling, heat_of(8760, 1.0), years[place], BOOK).unmet_kw.max() == 0


@pytest.mark.parametrize("cooling", ALL)
@pytest.mark.parametrize("depression_k", [0.5, 5.0, 15.0])
@pytest.mark.parametrize("load", [0.1, 0.5, 1.0])
def test_colder_air_never_takes_more_power(cooling, depression_k, load, heat_of, weather_at):
    """To 40 C: an indirect exchanger stops, and pads give way, in air that nobody has met."""
    weather = weather_at(TEMPERATURES[TEMPERATURES < 40], depression_k=depression_k)
    power = cool(cooling, heat_of(len(weather), load), weather, BOOK).total_power_kw
    assert (np.diff(power) >= -1e-6 * power.max()).all()


@pytest.mark.parametrize("cooling", ALL)
def test_more_heat_takes_more_power(cooling, heat_of, years):
    loads = (0.05, 0.3, 0.5, 0.9, 1.0)
    for place in PLACES:
        year = [cool(cooling, heat_of(8760, x), years[place], BOOK).total_power_kw for x in loads]
        assert (np.diff([power.sum() for power in year]) > 0).all()


def power_with(key, value, cooling, heat, weather):
    book = BOOK.with_user_values({key: value}, "test")
    return cool(cooling, heat, weather, book).total_power_kw


@pytest.mark.parametrize(
    ("key", "values", "systems"),
    [
        ("cooling.tower_approach_k", (3, 6), ("water-economizer", "water-chiller", "dlc-tower")),
        ("cooling.dry_cooler_approach_k", (5, 12), ("dlc-dry", "immersion", "air-chiller")),
        ("cooling.heat_exchanger_approach_k", (1.7, 2.8), ("water-economizer", "seawater")),
        ("cooling.facility_water_dry_c", (45, 40, 36, 32), ("dlc-dry",)),
        ("cooling.facility_water_adiabatic_c", (45, 40, 35, 30), ("dlc-adiabatic",)),
        ("cooling.facility_water_tower_c", (40, 32, 27, 24), ("dlc-tower",)),
        ("cooling.facility_water_immersion_c", (45, 40, 32), ("immersion",)),
        ("cooling.liquid_share", (0.95, 0.8, 0.65), ("dlc-dry", "dlc-adiabatic", "dlc-tower")),
    ],
)
def test_worse_heat_transfer_colder_water_or_less_liquid_never_takes_less_power(
    key, values, systems, heat_of, years
):
    heat = heat_of(8760)
    for cooling in systems:
        for place in PLACES:
            powers = [power_with(key, value, cooling, heat, years[place]) for value in values]
            for better, worse in pairwise(powers):
                assert (worse - better >= -1e-6 * worse.max()).all(), (cooling, place)


@pytest.mark.parametrize("cooling", ALL)
def test_a_unit_out_never_saves_power(cooling, heat_of, years):
    """Of pads and power together: fewer coolers wet their pads earlier."""
    for place in ("phoenix", "lulea"):
        whole, short = (
            cool(cooling, heat_of(8760, 1.0, capacity_share=share), years[place], BOOK)
            for share in (1.0, 10 / 11)
        )
        assert (short.total_power_kw - whole.total_power_kw >= -1e-6).all()
        assert short.unmet_kw.max() == 0


def test_without_a_spare_a_unit_out_leaves_heat_where_compressors_carry_it(heat_of, weather_at):
    heat = heat_of(1, 1.0, spares=False, capacity_share=0.9)
    cooled = cool("dx", heat, weather_at([40.0]), BOOK)
    # nine of ten units, whose design heat this is: a tenth stays
    assert cooled.unmet_kw[0] / cooled.heat_kw[0] == pytest.approx(0.1, abs=0.01)


def test_without_trim_a_dry_cooler_leaves_more_heat_the_hotter_it_is(heat_of, weather_at):
    bare = BOOK.with_user_values({"cooling.trim_capacity": 0.0}, "test")
    weather = weather_at(TEMPERATURES)
    cooled = cool("dlc-dry", heat_of(len(weather), 1.0), weather, bare)
    assert cooled.power_kw["compressors"].max() == 0
    assert (np.diff(cooled.unmet_kw) >= 0).all()
    assert cooled.unmet_kw[0] == 0 < cooled.unmet_kw[-1]


@pytest.mark.parametrize(
    "cooling", ["indirect-evaporative", "dlc-tower", "water-economizer", "seawater", "immersion"]
)
def test_rounding_leaves_no_heat_and_starts_no_pump(cooling, heat_of, years):
    """In the cold of Lulea free cooling carries these systems alone."""
    bare = BOOK.with_user_values({"cooling.trim_capacity": 0.0}, "test")
    cold = years["lulea"].dry_bulb_c < 8
    unmet = cool(cooling, heat_of(8760), years["lulea"], bare).unmet_kw[cold]
    assert unmet.max() == 0
    if cooling == "indirect-evaporative":
        pumps = cool(cooling, heat_of(8760), years["lulea"], BOOK).power_kw["pumps"]
        assert pumps[cold].max() == 0


def test_pads_save_power_and_take_water_where_it_is_hot_and_dry(heat_of, weather_at):
    weather = weather_at([42.0], depression_k=20.0)
    dry, wet = (cool(c, heat_of(1, 1.0), weather, BOOK) for c in ("dlc-dry", "dlc-adiabatic"))
    assert wet.power_kw["compressors"][0] < dry.power_kw["compressors"][0]
    assert wet.water_l[0] > 0 == dry.water_l[0]


def test_cold_seawater_needs_no_compressor_and_warm_seawater_does(heat_of, weather_at):
    cold, warm = (
        cool("seawater", heat_of(1), weather_at([20.0], water_c=t), BOOK) for t in (8.0, 29.0)
    )
    assert cold.power_kw["compressors"][0] == 0
    assert warm.power_kw["compressors"][0] > 0


def test_fan_and_pump_heat_is_in_the_cooling_load(heat_of, weather_at):
    heat = heat_of(1)
    cooled = cool("water-chiller", heat, weather_at([20.0]), BOOK)
    moved = cooled.power_kw["room_fans"][0]
    assert cooled.heat_kw[0] > heat.it_kw[0] + heat.room_kw[0] + moved > heat.it_kw[0]


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
    cooling, place, pue, margin, heat_of, years
):
    heat = heat_of(8760)
    cooled = cool(cooling, heat, years[place], BOOK)
    ours = 1.05 + cooled.total_power_kw.sum() / heat.it_kw.sum()
    assert ours == pytest.approx(pue, abs=margin)


@pytest.mark.parametrize("place", ["ashburn", "chicago", "phoenix", "miami"])
def test_tower_water_is_near_the_published_range(place, heat_of, sites):
    # water-side economizers of 15 US zones: 1.74-1.90 L/kWh (prototype inside Lei's 5-95 %)
    heat = heat_of(8760)
    cooled = cool("water-economizer", heat, typical_year(sites.resolve(place)), BOOK)
    assert 1.6 < cooled.water_l.sum() / heat.it_kw.sum() < 2.1
