"""The record: sums, orderings, every site with every system, bad input."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dcbench.errors import InputError
from dcbench.records.facility import FacilityRecord
from dcbench.records.files import read_record, write_record
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.design import default_cooling
from dcbench_planner.facility.record import design_facility, dpue_draws


@pytest.fixture
def design(book, sites):
    def make(place="ashburn", **changes):
        asked = {
            "it_kw": 1000.0,
            "load_factor": 0.8,
            "cooling": "water-economizer",
            "redundancy": "N+1",
            "book": book,
        }
        return design_facility(site=sites.resolve(place), **(asked | changes))

    return make


@pytest.mark.parametrize("cooling", sorted(SYSTEMS))
def test_parts_add_up_exactly(cooling, design):
    record = design(cooling=cooling)
    parts = record.breakdown_kwh_per_year
    assert math.fsum(parts.values()) == record.facility_kwh_per_year
    assert parts["it"] == pytest.approx(1000 * 0.8 * 8760, rel=1e-12)
    assert record.dpue_annual == record.facility_kwh_per_year / parts["it"]
    assert record.facility_peak_kw == pytest.approx(record.dpue_peak * record.it_kw)


def test_annual_is_the_energy_weighted_mean_of_months(design):
    record = design()
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    weighted = (np.array(record.dpue_monthly) * days).sum() / 365
    assert record.dpue_annual == pytest.approx(weighted, rel=1e-12)


def _assert_sane(record):
    named = (record.site, record.cooling)
    assert 1.03 < record.dpue_annual < 1.45, named
    assert record.dpue_annual <= record.dpue_peak < 1.7, named
    assert 0 <= record.wue_site_l_per_kwh < 2.5, named
    assert 0.999 < record.availability < 1, named


def test_every_site_and_every_system_is_sane(design, sites):
    """Each site with a quarter of the systems, each system at a quarter of the sites."""
    for i, site in enumerate(sites):
        for j, cooling in enumerate(SYSTEMS):
            if (i + j) % 4 == 0:
                _assert_sane(design(site.id, cooling=cooling))


@pytest.mark.slow
def test_every_site_with_every_system_is_sane(design, sites):
    for site in sites:
        for cooling in SYSTEMS:
            _assert_sane(design(site.id, cooling=cooling))


@pytest.mark.parametrize("cooling", sorted(SYSTEMS))
@pytest.mark.parametrize("place", ["phoenix", "singapore"])
def test_peak_is_at_least_any_hour_of_the_year(place, cooling, sites, book):
    from dcbench_planner.facility.building import build
    from dcbench_planner.facility.climate.site_climate import site_climate
    from dcbench_planner.facility.climate.typical_year import typical_year

    site = sites.resolve(place)
    building = build(
        it_kw=1000.0, cooling=cooling, redundancy="2N", climate=site_climate(site), book=book
    )
    for load in (0.2, 0.7, 1.0):
        hours = building.year(load, typical_year(site), book)
        assert hours.total_kw.max() <= building.peak_kw + 1e-9


def test_2n_at_half_load_costs_more_than_n(design):
    single, double = (design(redundancy=r, load_factor=0.5).dpue_annual for r in ("N", "2N"))
    assert double > single


def test_a_colder_site_has_no_higher_pue_with_dry_coolers(design):
    names = ("lulea", "ashburn", "singapore")
    values = [design(name, cooling="dlc-dry").dpue_annual for name in names]
    assert values == sorted(values)


def test_records_survive_a_file(design, tmp_path):
    record = design()
    write_record(tmp_path / "f.json", record)
    assert read_record(tmp_path / "f.json", FacilityRecord) == record


def test_every_number_has_unit_and_provenance_and_the_label_is_that_of_the_standard(design):
    record = design()
    numbers = {
        key
        for key, value in record.model_dump(exclude_none=True).items()
        if isinstance(value, float | tuple | dict) and value
    } - {"assumptions", "provenance", "notes"}
    assert numbers <= set(record.provenance)
    assert record.notes[0].startswith("dPUE3 = ")
    assert "Category 3" in record.notes[0]
    assert {a.key for a in record.assumptions} >= {"site.weather", "cooling.tower_approach_k"}


def test_only_assumptions_that_matter_are_listed(design, book):
    book.used.clear()
    listed = {a.key for a in design(cooling="dx").assumptions}
    assert "cooling.tower_approach_k" not in listed
    assert listed - {"site.weather", "site.grid_kgco2e_per_kwh"} == book.used


def test_draws_in_the_book_do_not_change_the_design(design, book):
    draws = book.with_draws({"cooling.tower_approach_k": np.array([3.0, 6.0])})
    assert design(book=draws).dpue_annual == design().dpue_annual
    spread = dpue_draws(design(), book.with_draws({"facility.overhead_factor": np.array([1, 2])}))
    assert spread[1] - 1 == pytest.approx(2 * (spread[0] - 1))


def test_all_faults_are_named_at_once(book):
    with pytest.raises(InputError) as caught:
        design_facility(
            it_kw=math.nan,
            load_factor=0.0,
            site="ashbrn",
            cooling="ice",
            redundancy="3N",
            book=book,
        )
    text = str(caught.value)
    assert len(caught.value.faults) == 5
    for expected in ("--it-kw", "--load-factor", "did you mean ashburn", "dlc-dry", "4N/3"):
        assert expected in text


def test_unphysical_assumptions_of_the_user_are_named(design, book):
    bad = book.with_user_values({"cooling.fan_efficiency": 0.0}, "scenario.toml")
    with pytest.raises(InputError, match=r"cooling\.fan_efficiency=0"):
        design(book=bad)


def test_a_site_without_grid_carbon_is_refused(sites, book):
    bare = replace(sites.resolve("oslo"), grid_ci_gco2_kwh=None)
    with pytest.raises(InputError, match="grid carbon"):
        design_facility(
            it_kw=10.0, load_factor=1.0, site=bare, cooling="dx", redundancy="N", book=book
        )


def test_hall_size_hardly_changes_pue(design):
    values = [design(it_kw=it_kw).dpue_annual for it_kw in (1000.0, 1e5, 1e7)]
    assert max(values) - min(values) < 0.01


@pytest.mark.parametrize(
    ("place", "liquid", "rack_kw", "expected"),
    # rules of `default_cooling`, by the sites' design temperatures
    [
        ("ashburn", True, 130, "dlc-dry"),
        ("phoenix", True, 130, "dlc-adiabatic"),
        ("abu-dhabi", True, 130, "dlc-tower"),
        ("ashburn", False, 60, "rear-door"),
        ("ashburn", False, 41, "water-economizer"),
        ("ashburn", False, 20, "water-economizer"),
        ("lulea", False, 20, "air-economizer"),
    ],
)
def test_default_cooling(place, liquid, rack_kw, expected, sites):
    site = sites.resolve(place)
    assert default_cooling(liquid_cooled=liquid, rack_kw=rack_kw, site=site) == expected
