"""Heat handed over to others."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.climate.typical_year import typical_year
from dcbench_planner.facility.cooling.heat_reuse import heat_reuse, with_reuse
from dcbench_planner.facility.cooling.loops import heat_pump_cop
from dcbench_planner.facility.cooling.systems import cool
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.simulation import simulate


@pytest.fixture
def simulated(book):
    def make(cooling, place="lulea"):
        design = checked_design(
            it_kw=10_000, load_factor=0.8, site=place, cooling=cooling, redundancy="N+1"
        )
        return simulate(design, book)

    return make


@pytest.fixture
def reused(book):
    def make(before, share, supply_c):
        design, changed = with_reuse(before.design, book, share=share, supply_c=supply_c)
        simulation = simulate(design, changed)
        return simulation, heat_reuse(simulation, changed)

    return make


def test_heat_pump_by_hand(loop_of, book):
    # 40 C water to 70 C: condensing 72.2 C, evaporating 37.8 C, half of 345.35 K / 34.4 K
    hot = book.with_user_values({"cooling.reuse_supply_c": 70.0}, "test")
    assert heat_pump_cop(loop_of(1, supply_c=40.0), hot) == pytest.approx(5.02, rel=1e-3)


def test_water_cool_enough_is_handed_over_directly(simulated, reused):
    # 50 C return less 2.2 K of the exchanger
    before = simulated("dlc-dry")
    direct = reused(before, 0.5, 47.8)[1]
    pumped = reused(before, 0.5, 47.9)[1]
    assert direct.heat_pump_kwh_per_year == 0 < pumped.heat_pump_kwh_per_year
    # half the captured 80 % of 8 MW for 8760 h, and the pumps' heat
    assert direct.heat_kwh_per_year == pytest.approx(0.5 * 0.8 * 8000 * 8760, rel=0.02)
    assert direct.erf < pumped.erf
    assert 0 < direct.ere < before.totals.dpue


def test_reused_heat_is_not_rejected(simulated, reused):
    """Fans, towers and water are saved hour by hour; nothing else changes."""
    before = simulated("dlc-tower", "ashburn")
    hours = reused(before, 0.6, 35.0)[0].hours
    was, now = before.hours.cooled, hours.cooled
    assert (now.water_l <= was.water_l).all()
    assert (now.power_kw["heat_rejection_fans"] <= was.power_kw["heat_rejection_fans"] + 1e-9).all()
    assert now.power_kw["pumps"].sum() < was.power_kw["pumps"].sum()
    assert now.heat_kw == pytest.approx(was.heat_kw)
    assert hours.total_kw.sum() < before.hours.total_kw.sum()


@pytest.mark.parametrize("cooling", ["dlc-dry", "dlc-tower", "rear-door", "immersion", "seawater"])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_balance_closes_with_reuse(cooling, share, heat_of, book, sites):
    weather = typical_year(sites.resolve("dublin"))
    heat = heat_of(8760, reused_share=share)
    cooled = cool(cooling, heat, weather, book)
    into = heat.it_kw + heat.room_kw + cooled.inner_kw
    out = cooled.free_kw + cooled.mechanical_kw + cooled.reused_kw + cooled.unmet_kw
    assert np.abs(into - out).max() <= 1e-9 * into.max()
    assert (cooled.reused_kw.sum() > 0) == (share > 0)


def test_the_hotter_the_customer_the_more_the_heat_pumps_take(simulated, reused):
    before = simulated("dlc-dry")
    pumps = [
        reused(before, 0.5, supply)[1].heat_pump_kwh_per_year for supply in (45.0, 55.0, 70.0, 90.0)
    ]
    assert pumps == sorted(pumps)


def test_energy_reuse_effectiveness_by_its_definition(simulated, reused):
    before = simulated("dlc-dry")
    simulation, record = reused(before, 1.0, 65.0)
    hours = simulation.hours
    facility = hours.total_kw.sum()
    assert record.erf == pytest.approx(record.heat_kwh_per_year / facility)
    # The Green Grid: ERE = (1 - ERF) PUE
    assert record.ere == pytest.approx((1 - record.erf) * facility / hours.it_kw.sum())


@pytest.mark.parametrize("cooling", ["air-economizer", "dx", "indirect-evaporative"])
def test_halls_without_a_water_loop_have_no_heat_to_give(cooling, simulated, reused):
    with pytest.raises(InputError, match="no water loop"):
        reused(simulated(cooling), 0.5, 40.0)


def test_bad_terms_are_named_together(simulated, reused):
    with pytest.raises(InputError) as caught:
        reused(simulated("dlc-dry"), 1.5, float("nan"))
    assert [fault.where for fault in caught.value.faults] == ["--reuse-share", "--reuse-supply-c"]
