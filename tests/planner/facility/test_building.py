"""Peak, sums and heat of the building as a whole."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dcbench_planner.facility.building import build
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.cooling.systems import SYSTEMS


@pytest.fixture(scope="module")
def made(book, sites):
    def make(cooling="dlc-dry", redundancy="N+1", it_kw=1000.0, place="phoenix", **changes):
        used = book.with_user_values(changes, "test") if changes else book
        climate = site_climate(sites.resolve(place))
        return build(
            it_kw=it_kw, cooling=cooling, redundancy=redundancy, climate=climate, book=used
        ), used

    return make


@pytest.mark.parametrize("cooling", sorted(SYSTEMS))
def test_parts_add_up_to_the_meter_exactly_in_every_hour(cooling, made):
    building, book = made(cooling)
    hours = building.year(0.7, building.climate.year, book)
    parts = list(hours.parts_kw().values())
    for found, hour in zip(hours.total_kw, zip(*parts, strict=True), strict=True):
        assert found == math.fsum(hour)
    assert all((part >= 0).all() for part in parts)


def test_parts_have_stable_names(made):
    building, book = made()
    names = set(building.year(0.7, building.climate.year, book).parts_kw())
    assert names >= {
        "it", "distribution", "ups", "transformers", "standby", "room_fans", "pumps",
        "heat_rejection_fans", "compressors", "lighting_and_other",
    }  # fmt: skip


@pytest.mark.parametrize("redundancy", ["N", "N+1", "2N", "4N/3"])
@pytest.mark.parametrize("cooling", sorted(SYSTEMS))
def test_peak_is_at_least_any_simulated_hour(cooling, redundancy, made):
    building, book = made(cooling, redundancy)
    year = building.climate.year
    rng = np.random.default_rng(5)
    for it_kw in (np.full(8760, 1000.0), rng.uniform(0, 1000, 8760)):
        assert building.at(it_kw, year, book).total_kw.max() <= building.peak_kw


def test_the_peak_has_one_cooling_unit_out_and_batteries_recharging(made):
    building, _ = made("water-economizer")
    usual, one_out = building.peak.total_kw, building.peak_unit_out.total_kw
    # ten units at full speed instead of eleven slower ones
    assert one_out.max() > usual[-len(one_out) :].max()
    assert building.peak_kw == one_out.max()
    standby = building.electrical.standby
    recharge = building.peak.standby_kw[0] - standby.hourly_kw
    assert recharge == pytest.approx(standby.recharge_kw)
    # 7 % of the UPS load
    assert 0.07 * 1000 < recharge < 0.08 * 1000


def test_a_small_hall_without_spares_has_nothing_left_with_its_only_unit_out(made):
    building, _ = made("dx", "N", it_kw=5.0)
    assert building.peak_unit_out is None
    assert building.peak_kw == building.peak.total_kw.max()


def test_transformers_carry_the_peak_within_their_fill(made):
    building, _ = made("dlc-tower", it_kw=40_000.0)
    supply = building.electrical.supply
    low_voltage = (building.peak.total_kw - building.peak.transformers_kw).max() / 0.97
    low = supply.transformers
    assert low.duty_units * low.rating * low.derate * 0.8 >= low_voltage
    high = supply.hv_transformers
    assert high.duty_units * high.rating * high.derate * 0.8 >= low_voltage


@pytest.mark.parametrize("cooling", ["dlc-dry", "air-economizer"])
def test_transformers_inside_heat_the_hall_and_the_heat_is_found(cooling, made):
    outside, book = made(cooling)
    inside, used = made(cooling, **{"power_chain.transformer_heat_in_room": 1.0})
    year = outside.climate.year
    cool, warm = outside.year(0.8, year, book), inside.year(0.8, year, used)
    added = warm.cooled.heat_kw - cool.cooled.heat_kw
    lost = inside.electrical.room_heat_kw(warm)
    assert (lost > 0).all()
    # fans and pumps of the hall add a little of their own
    assert (added >= lost * (1 - 1e-6)).all()
    assert (added <= lost * 1.3).all()
    assert warm.total_kw.sum() > cool.total_kw.sum()
    again = inside.hall.cooled(warm.it_kw, lost, year, used)
    assert again.heat_kw == pytest.approx(warm.cooled.heat_kw, abs=1e-6)


def test_losses_and_it_arrive_as_heat(made):
    building, book = made("air-chiller")
    hours = building.year(0.7, building.climate.year, book)
    inside = (
        hours.it_kw + hours.distribution_kw + hours.lighting_and_other_kw
        + building.electrical.chain.ups_loss_kw(hours.it_kw)
        + book["power_chain.battery_float_share"] * building.electrical.chain.ups.total_rating
        + hours.cooled.inner_kw
    )  # fmt: skip
    assert hours.cooled.heat_kw == pytest.approx(inside, rel=1e-9)


def test_redundancy_at_part_load_costs_energy_of_the_chain(made):
    def chain_kwh(redundancy):
        building, book = made(redundancy=redundancy)
        hours = building.year(0.5, building.climate.year, book)
        return hours.ups_kw.sum() + hours.transformers_kw.sum() + hours.standby_kw.sum()

    assert chain_kwh("N") < chain_kwh("2N")
    assert chain_kwh("4N/3") < chain_kwh("2N")
