"""The chain in series: blocks, directions, the source by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dcbench_planner.facility.plant.availability import unit_of
from dcbench_planner.facility.plant.bill import plant_of
from dcbench_planner.facility.plant.blocks import (
    MAINTENANCE,
    availability_parts,
    chain_availability,
    facility_outages,
    planned_outages,
)
from dcbench_planner.facility.plant.groups import group_of
from dcbench_planner.facility.plant.source import source_part, utility_uptime
from dcbench_planner.facility.plant.units import sized

TOPOLOGIES = ["N", "N+1", "2N", "4N/3"]


@pytest.fixture(scope="module")
def parts(built, book):
    def make(redundancy, it_kw=30_000.0, cooling="dlc-tower", changed=None):
        used = changed or book
        plant = plant_of(built(cooling=cooling, redundancy=redundancy, it_kw=it_kw), used)
        return availability_parts(plant, redundancy, used)

    return make


@pytest.mark.parametrize("redundancy", TOPOLOGIES)
def test_the_chain_is_the_product_of_its_blocks(redundancy, parts):
    chain = parts(redundancy)
    product = math.exp(math.fsum(math.log(part.availability) for part in chain))
    assert chain_availability(chain) == pytest.approx(product, rel=1e-12)
    names = [part.block for part in chain]
    assert names[0].startswith("utility")
    assert names[-1] == MAINTENANCE
    assert {"transformers", "ups", "pdus", "cooling towers", "cdus", "loop pumps"} <= set(names)
    for part in chain:
        assert part.availability > 0.99
        assert part.facility_outages_per_year >= part.outages_per_year * (1 - 1e-12)


def test_redundancy_raises_availability_and_lowers_outages(parts):
    plain, spare, double, blocks = (parts(topology) for topology in TOPOLOGIES)
    hours = [chain_availability(chain) for chain in (plain, spare, double)]
    assert hours == sorted(hours)
    assert chain_availability(plain) < chain_availability(blocks) < 1
    outages = [facility_outages(chain) for chain in (plain, spare, double)]
    assert outages == sorted(outages, reverse=True)


def test_a_gigawatt_is_as_available_to_a_rack_as_ten_megawatts(parts):
    small, large = (chain_availability(parts("N+1", it_kw)) for it_kw in (20_000.0, 1e6))
    assert large == pytest.approx(small, abs=2e-4)
    assert facility_outages(parts("N+1", 1e6)) > facility_outages(parts("N+1", 20_000.0))


def test_series_of_blocks_agrees_with_draws_within_three_sigma(book):
    # four blocks of the packaged topologies, unit availabilities lowered to be seen in draws
    rng, draws = np.random.default_rng(11), 400_000
    up = np.ones(draws, dtype=bool)
    expected = 1.0
    for kind, load, topology, unit in (
        ("ups", 1000.0, "N+1", 0.97),
        ("transformers", 1000.0, "2N", 0.9),
        ("air_cooled_chillers", 20_000.0, "2N", 0.95),
        ("generators", 900.0, "4N/3", 0.96),
    ):
        group = group_of(sized(kind, load, topology, book), topology)
        units = rng.random((draws, group.needed + group.spares)) < unit
        if group.is_doubled:
            up &= units[:, : group.needed].all(axis=1) | units[:, group.needed :].all(axis=1)
        else:
            up &= units.sum(axis=1) >= group.needed
        expected *= group.on_demand(unit, 0.0)
    sigma = math.sqrt(expected * (1 - expected) / draws)
    assert 0.8 < expected < 0.99
    assert up.mean() == pytest.approx(expected, abs=3 * sigma)


@pytest.mark.parametrize(
    ("kind", "load", "topology", "expected"),
    # (needed, spares, groups) from plant_units.csv and ten duty units to a spare
    [
        ("ups", 1000.0, "N", (1, 0, 4)),
        ("ups", 1000.0, "N+1", (4, 1, 1)),
        ("ups", 40_000.0, "N+1", (9, 1, 3)),
        ("ups", 40_000.0, "2N", (1, 1, 27)),
        ("ups", 40_000.0, "4N/3", (3, 1, 9)),
        ("air_cooled_chillers", 20_000.0, "2N", (7, 2, 2)),
        ("pdus", 1000.0, "2N", (1, 1, 4)),
    ],
)
def test_groups_by_hand(kind, load, topology, expected, book):
    group = group_of(sized(kind, load, topology, book), topology)
    assert (group.needed, group.spares, group.groups) == expected


def test_the_source_by_hand(built, book):
    # one feed, N: every generator and battery serves its own share
    plant = plant_of(built(redundancy="N"), book)
    part = source_part(plant, "N", book)
    fails = 1.956 * 8760 / (8760 + 1.956 * 1.3)
    down_share = 1.956 * 1.3 / (8760 + 1.956 * 1.3)
    starts = 0.99 * math.exp(-0.8 * 1.3 / 8760)
    by_hand = down_share * (1 - starts) + fails * starts * 0.002 * 20 / 3600 / 8760
    assert 1 - part.availability == pytest.approx(by_hand, rel=1e-3)
    assert part.outages_per_year == pytest.approx(fails * (1 - starts * 0.998), rel=1e-3)
    assert part.facility_outages_per_year <= fails


def test_batteries_that_do_not_bridge_make_every_utility_failure_an_outage(built, book):
    plant = plant_of(built(), book)
    short = book.with_user_values({"plant.battery_minutes": 0.25}, "test")  # 15 s against 20 s
    fails = utility_uptime(book, is_doubled=False).outages_per_year
    assert source_part(plant, "N+1", short).outages_per_year == pytest.approx(fails)
    assert source_part(plant, "N+1", book).outages_per_year < 0.02 * fails


def test_a_second_feed_helps_down_to_what_takes_both(book):
    one, two = (utility_uptime(book, is_doubled=second) for second in (False, True))
    assert two.availability > one.availability
    together = unit_of("two_feeds", book)
    assert two.outages_per_year == pytest.approx(together.failures_per_year, rel=0.01)
    assert one.outages_per_year == pytest.approx(1.956, rel=1e-3)


def test_a_site_without_spares_stops_for_maintenance(parts, book):
    # two shutdowns of 12 h
    assert planned_outages(parts("N")) == 2
    assert parts("N")[-1].availability == pytest.approx(1 - 24 / 8760)
    assert parts("2N")[-1].availability == 1
    single = book.with_user_values(
        {
            "availability.maintenance_h_n_plus_1": 18.0,
            "availability.maintenance_stops_n_plus_1": 1.5,
        },
        "test",
    )
    assert parts("N+1", changed=single)[-1].availability == pytest.approx(1 - 18 / 8760)
