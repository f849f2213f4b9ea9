"""What more redundancy costs, by hand."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.plant.bill import plant_of
from dcbench_planner.facility.plant.prices import fleet_usd, plant_usd, usd_per_rating
from dcbench_planner.facility.plant.redundancy import LostWork, redundancy_options
from dcbench_planner.facility.plant.units import unit_sizes
from dcbench_planner.facility.simulation import simulate


@pytest.fixture(scope="module")
def simulation(book):
    design = checked_design(
        it_kw=5000.0, load_factor=0.7, site="ashburn", cooling="dlc-dry", redundancy="N+1"
    )
    return simulate(design, book)


@pytest.fixture(scope="module")
def options(simulation, book):
    found = redundancy_options(simulation, book, it_usd_per_hour=10_000.0)
    return {option.redundancy: option for option in found}


def test_lost_work_by_hand():
    work = LostWork(it_usd_per_hour=1000.0, restart_h=1.0, checkpoint_interval_h=0.5)
    # 10 h down + 4 failures x (1 + 0.25) h + 2 planned stops x 1 h = 17 h
    assert work.usd_per_year(outage_h=10.0, outages=4.0, planned=2.0) == pytest.approx(17_000)


def test_every_topology_is_there_and_one_is_cheapest(options):
    assert list(options) == ["N", "N+1", "2N", "4N/3"]
    assert sum(option.is_cheapest for option in options.values()) == 1
    cost = {name: o.usd_per_year + o.lost_usd_per_year for name, o in options.items()}
    assert options[min(cost, key=cost.__getitem__)].is_cheapest


def test_more_redundancy_costs_more_plant_and_loses_less(options):
    order = [options[name] for name in ("N", "N+1", "2N")]
    assert [o.plant_usd for o in order] == sorted(o.plant_usd for o in order)
    lost = [o.lost_usd_per_year for o in order]
    assert lost == sorted(lost, reverse=True)
    assert options["2N"].dpue_annual > options["N+1"].dpue_annual


def test_the_design_itself_is_among_them_unchanged(options, simulation):
    same = options["N+1"]
    assert same.dpue_annual == simulation.totals.dpue


def test_money_by_hand(options, simulation):
    same = options["N+1"]
    # capital recovery at 10 % over 15 years: 0.131474
    overhead_kwh = simulation.totals.total_kwh - simulation.totals.it_kwh
    assert same.usd_per_year == pytest.approx(0.1314738 * same.plant_usd + 0.1 * overhead_kwh)
    hours = (1 - same.availability) * 8760
    assert same.outage_h_per_year == pytest.approx(hours)
    lost_h = hours + same.outages_per_year * (1 + 0.5)
    assert same.lost_usd_per_year == pytest.approx(lost_h * 10_000)


def test_worthless_work_buys_no_redundancy_and_precious_work_buys_it(simulation, book):
    def cheapest(usd):
        found = redundancy_options(simulation, book, it_usd_per_hour=usd)
        return next(option.redundancy for option in found if option.is_cheapest)

    assert cheapest(0.0) == "N"
    assert cheapest(1e9) in {"2N", "4N/3"}


def test_the_default_value_is_per_kilowatt(simulation, book):
    by_default = redundancy_options(simulation, book)
    asked = redundancy_options(simulation, book, it_usd_per_hour=1.9 * 5000)
    assert by_default == asked


def test_prices_by_hand(simulation, book):
    catalog = load_catalog()
    plant = plant_of(simulation.building, book)
    # equipment.csv: UPS with batteries 350 USD/kW, diesel sets 800 USD/kW
    costs = fleet_usd(plant.fleets, catalog, book)
    assert costs["ups"] == pytest.approx(350 * plant.fleets["ups"].total_rating)
    assert costs["generators"] == pytest.approx(800 * plant.fleets["generators"].total_rating)
    assert "fuel_tanks" not in costs
    assert plant_usd(plant, catalog, book) == pytest.approx(sum(costs.values()))
    # power and cooling plant of the catalog's totals, 9300-15000 USD/kW with shell and the rest
    assert 2500 < plant_usd(plant, catalog, book) / 5000 < 9300


def test_every_kind_has_a_price_or_is_in_anothers(book):
    catalog = load_catalog()
    unpriced = {kind for kind, sizes in unit_sizes().items() if not sizes.usd_from}
    assert unpriced == {"hv_transformers", "pdus"}
    for kind in set(unit_sizes()) - unpriced:
        assert usd_per_rating(kind, catalog, book) > 0
