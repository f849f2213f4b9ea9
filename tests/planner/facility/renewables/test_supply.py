"""The renewables part of a record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.renewables.ask import checked_ask
from dcbench_planner.facility.renewables.money import capital_recovery
from dcbench_planner.facility.renewables.supply import renewables


def test_a_flat_contract_by_hand(ashburn, book):
    load = ashburn.totals.total_kwh
    half = load / 8760 / 2
    result = renewables(ashburn, checked_ask(ppa_kw=half), book)
    # half of the mean load in every hour, always below the load
    assert result.cfe_247_share == pytest.approx(0.5)
    assert result.matched_annual_share == pytest.approx(0.5)
    assert result.ref == pytest.approx(0.5)
    assert result.grid_kwh_per_year == pytest.approx(load)
    # PJM 2024, direct: 0.321 kg/kWh; contracts change the market figure only
    assert result.location_kgco2e_per_year == pytest.approx(0.321 * load)
    assert result.market_kgco2e_per_year == pytest.approx(0.5 * 0.321 * load)
    assert result.market_hourly_kgco2e_per_year == pytest.approx(0.5 * 0.321 * load)
    # 0.06 USD/kWh contracted; the rest at the site's 0.0826
    assert result.usd_per_year == pytest.approx(0.06 * load / 2)
    assert result.grid_usd_per_year == pytest.approx(0.0826 * load / 2)


def test_a_contract_of_the_year_looks_better_by_the_year_than_by_the_hour(ashburn, book):
    mean = ashburn.totals.total_kwh / 8760
    result = renewables(ashburn, checked_ask(ppa_kw=mean, ppa_shape="wind"), book)
    assert result.matched_annual_share == pytest.approx(1.0)
    assert result.cfe_247_share < 0.75
    assert result.market_kgco2e_per_year == pytest.approx(0.0, abs=1.0)
    hourly = (1 - result.cfe_247_share) * result.load_kwh_per_year * 0.321
    assert result.market_hourly_kgco2e_per_year == pytest.approx(hourly, rel=1e-6)


def test_on_site_wind_lowers_both_figures(ashburn, book):
    result = renewables(ashburn, checked_ask(wind_kw=500.0, wind_speed_m_per_s=7.0), book)
    wind = result.supplies[0]
    from_grid = result.load_kwh_per_year - wind.used_kwh_per_year
    assert result.grid_kwh_per_year == pytest.approx(from_grid)
    assert result.location_kgco2e_per_year == pytest.approx(0.321 * from_grid)
    assert result.market_kgco2e_per_year == pytest.approx(result.location_kgco2e_per_year)
    assert wind.kwh_per_year == pytest.approx(wind.used_kwh_per_year + result.exported_kwh_per_year)
    assert "unknown" not in result.note


def test_lifecycle_adds_what_the_plants_emitted(ashburn, book):
    ask = checked_ask(wind_kw=500.0, wind_speed_m_per_s=7.0)
    direct = renewables(ashburn, ask, book)
    whole = renewables(ashburn, ask, book, basis="lifecycle")
    # PJM 0.392 on that basis; wind 0.011 kg/kWh that is not exported
    expected = 0.392 * whole.grid_kwh_per_year + 0.011 * whole.supplies[0].used_kwh_per_year
    assert whole.location_kgco2e_per_year == pytest.approx(expected)
    assert (direct.grid_basis, whole.grid_basis) == ("direct", "lifecycle")


def test_a_basis_that_the_site_lacks_is_refused(simulated, book):
    with pytest.raises(InputError, match="no lifecycle grid carbon"):
        renewables(simulated("phoenix"), checked_ask(ppa_kw=1.0), book, basis="lifecycle")


@pytest.mark.usefixtures("pvlib")
def test_the_sums_of_a_mixed_supply_close(ashburn, book):
    ask = checked_ask(pv_kw=2000.0, wind_kw=800.0, ppa_kw=300.0, battery_kwh=3000.0)
    result = renewables(ashburn, ask, book)
    pv, wind, ppa, battery = result.supplies
    assert [s.kind for s in result.supplies] == ["pv", "wind", "ppa", "battery"]
    made = pv.kwh_per_year + wind.kwh_per_year
    taken = pv.used_kwh_per_year + wind.used_kwh_per_year
    assert made == pytest.approx(taken + result.exported_kwh_per_year)
    # taken = direct + into the battery; the battery returns it less its losses (it ends near empty)
    covered = result.load_kwh_per_year - result.uncovered_kwh_per_year
    left = taken + ppa.used_kwh_per_year - result.battery_losses_kwh_per_year - covered
    assert 0 <= left <= 0.9 * 3000
    assert result.cfe_247_share == pytest.approx(covered / result.load_kwh_per_year)
    assert result.cfe_247_share < result.matched_annual_share
    assert battery.used_kwh_per_year == battery.kwh_per_year > 0
    assert ppa.kwh_per_year == pytest.approx(300 * 8760)


@pytest.mark.usefixtures("pvlib")
def test_a_known_yield_sets_the_level(ashburn, book):
    result = renewables(ashburn, checked_ask(pv_kw=100.0, pv_yield_kwh_per_kw=1500.0), book)
    assert result.supplies[0].kwh_per_year == pytest.approx(150_000)
    assert "was given" in result.note


def test_unknown_wind_and_unknown_price_are_said(simulated, book, sites):
    bare = replace(sites.resolve("ashburn"), id="bare", elec_price_industrial_usd_kwh=None)
    result = renewables(simulated(site=bare), checked_ask(wind_kw=10.0), book)
    assert "the wind of this site is unknown" in result.note
    assert result.grid_usd_per_year is None


def test_entries_read_are_marked_and_draws_are_ignored(ashburn, book):
    import numpy as np

    drawn = book.with_draws({"renewables.wind_losses": np.array([0.1, 0.2])})
    ask = checked_ask(wind_kw=10.0)
    assert renewables(ashburn, ask, drawn) == renewables(ashburn, ask, book)
    assert "renewables.wind_losses" in drawn.used
    assert "renewables.pv_losses" not in drawn.used


def test_annuity_by_hand():
    # 10 % over 20 years: 0.11746 (any annuity table); no interest: a straight line
    assert capital_recovery(0.1, 20) == pytest.approx(0.11746, abs=1e-5)
    assert capital_recovery(0.0, 20) == pytest.approx(0.05)
