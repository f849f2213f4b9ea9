"""Photovoltaics against pvlib's own chain and a published typical year."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from dcbench.errors import EnvironmentUnfitError
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.renewables import sky
from dcbench_planner.facility.renewables.pv import pv_share
from dcbench_planner.facility.renewables.sky import clearness, sunshine

MONTHS = np.arange(12)


def test_clearness_by_hand():
    # Bristow-Campbell at a range of 10 K: B = 0.036 exp(-1.54) = 0.00772, 10^2.4 = 251.19,
    # 0.7 (1 - exp(-1.9389)) = 0.5993 of the extraterrestrial; over a clear sky of 0.75: 0.7991
    day = np.where(np.arange(24) == 14, 10.0, 0.0)
    above = np.full(8760, 100.0)
    shares = clearness(np.tile(day, 365), above, 0.75 * above)
    assert shares == pytest.approx(np.full(365, 0.7991), abs=2e-4)
    assert clearness(np.tile(day, 365), above, 0.5 * above).max() == 1.0
    assert clearness(np.tile(day, 365), above, 0 * above).max() == 0.0


def test_the_module_chain_agrees_with_that_of_pvlib(greensboro, book, pvlib):
    place, hours, sun = greensboro
    ours = pv_share(sun, hours["temp_air"].to_numpy(float), place["latitude"], book)
    tilt, rating = 0.8 * place["latitude"], 1 / 1.2 / 0.96
    mount = pvlib.pvsystem.FixedMount(surface_tilt=tilt, surface_azimuth=180)
    array = pvlib.pvsystem.Array(
        mount,
        albedo=0.2,
        module_parameters={"pdc0": 1.0, "gamma_pdc": -0.0037},
        temperature_model_parameters={"u0": 25.0, "u1": 6.84},
    )
    system = pvlib.pvsystem.PVSystem(
        [array], inverter_parameters={"pdc0": rating}, losses_parameters={}
    )
    location = pvlib.location.Location(place["latitude"], place["longitude"])
    chain = pvlib.modelchain.ModelChain.with_pvwatts(
        system, location, temperature_model="faiman", transposition_model="haydavies"
    )
    weather = hours[["ghi", "dni", "temp_air"]].assign(
        dhi=sun.diffuse_w_per_m2, wind_speed=2.0, precipitable_water=2.0
    )
    weather.index = weather.index - np.timedelta64(30, "m")
    with warnings.catch_warnings(action="ignore"):
        chain.run_model(weather)
    # pvlib's default losses are 14.08 %, ours 14 %
    assert ours.sum() == pytest.approx(float(chain.results.ac.fillna(0).sum()), rel=0.003)


def test_yield_of_a_published_year(greensboro, book):
    place, hours, sun = greensboro
    ours = pv_share(sun, hours["temp_air"].to_numpy(float), place["latitude"], book)
    # PVWatts gives about 1350 kWh per kW for fixed modules in central North Carolina (recalled)
    assert 1270 < ours.sum() < 1430


def test_modelled_sunshine_gives_the_yield_of_the_true_hours(greensboro, book):
    place, hours, sun = greensboro
    air = hours["temp_air"].to_numpy(float)
    true = pv_share(sun, air, place["latitude"], book).sum()
    modelled = sunshine(
        latitude=place["latitude"], longitude=place["longitude"], elevation_m=place["altitude"],
        dry_bulb_c=air, book=book,
    )  # fmt: skip
    assert pv_share(modelled, air, place["latitude"], book).sum() == pytest.approx(true, rel=0.1)


def test_a_generated_year_gives_the_yield_of_the_true_hours(greensboro, book, sites):
    place, hours, sun = greensboro
    air = hours["temp_air"].to_numpy(float)
    month = hours.index.month.to_numpy() - 1
    day = air.reshape(365, 24)
    normals = replace(
        sites.resolve("ashburn"), id="greensboro", latitude=place["latitude"],
        longitude=place["longitude"], elevation_m=place["altitude"], sd_daily_mean_c=None,
        dry_bulb_c=tuple(air[month == m].mean() for m in MONTHS),
        dew_point_c=tuple(hours["temp_dew"].to_numpy(float)[month == m].mean() for m in MONTHS),
        daily_range_c=tuple(np.ptp(day, axis=1)[month[::24] == m].mean() for m in MONTHS),
    )  # fmt: skip
    generated = site_climate(normals).year.dry_bulb_c
    modelled = sunshine(
        latitude=place["latitude"], longitude=place["longitude"], elevation_m=place["altitude"],
        dry_bulb_c=generated, book=book,
    )  # fmt: skip
    ours = pv_share(modelled, generated, place["latitude"], book).sum()
    assert ours == pytest.approx(pv_share(sun, air, place["latitude"], book).sum(), rel=0.1)


@pytest.mark.usefixtures("pvlib")
def test_the_sun_is_up_by_day_and_closes_its_sum(sites, book):
    site = sites.resolve("sydney")
    dry_bulb = site_climate(site).year.dry_bulb_c
    sun = sunshine(
        latitude=site.latitude, longitude=site.longitude, elevation_m=site.elevation_m,
        dry_bulb_c=dry_bulb, book=book,
    )  # fmt: skip
    by_hour = sun.global_w_per_m2.reshape(365, 24).mean(axis=0)
    assert by_hour[[0, 1, 2, 22, 23]].max() == 0
    assert by_hour.argmax() in {11, 12}
    assert sun.diffuse_w_per_m2.min() >= 0
    assert (sun.diffuse_w_per_m2 <= sun.global_w_per_m2 + 1e-9).all()
    power = pv_share(sun, dry_bulb, site.latitude, book)
    # modules face north in the south: January beats July; the inverter caps at 1 / 1.2
    assert power[: 31 * 24].sum() > power[181 * 24 : 212 * 24].sum()
    assert 0 <= power.min() <= power.max() <= 1 / 1.2


def test_without_pvlib_one_line_says_what_to_install(monkeypatch, book):
    def missing(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(sky, "import_module", missing)
    with pytest.raises(EnvironmentUnfitError, match=r"pip install '\.\[renewables\]'"):
        sunshine(latitude=0.0, longitude=0.0, elevation_m=0.0, dry_bulb_c=np.zeros(8760), book=book)
    assert EnvironmentUnfitError.exit_code == 3


def test_another_missing_module_is_not_hidden(monkeypatch):
    def missing(name):
        del name
        raise ModuleNotFoundError("No module named 'scipy'", name="scipy")

    monkeypatch.setattr(sky, "import_module", missing)
    with pytest.raises(ModuleNotFoundError, match="scipy"):
        sky.load_pvlib()
