"""The hourly facility model over many sites: what ranking sites and ways to save costs."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.simulation import simulate

SITES = 100
SYSTEMS = (
    "air-economizer", "indirect-evaporative", "water-economizer", "air-chiller", "dlc-dry",
    "dlc-adiabatic", "dlc-tower", "rear-door", "dx",
)  # fmt: skip


def _all_sites() -> int:
    """Simulate every catalogued site, the first ones again up to 100, with nine systems."""
    site_climate.cache_clear()
    book, catalog = load_assumptions(), load_catalog()
    rows = [site for site in catalog.sites if site.dry_bulb_c]
    done = 0
    for number in range(SITES):
        if number >= len(rows):
            site_climate.cache_clear()
        for cooling in SYSTEMS:
            design = checked_design(
                it_kw=10_000, load_factor=0.8, site=rows[number % len(rows)], cooling=cooling,
                redundancy="N+1", catalog=catalog,
            )  # fmt: skip
            done += simulate(design, book).totals.unmet_hours == 0
    return done


@pytest.mark.benchmark(group="facility")
def test_a_hundred_sites_of_nine_systems(benchmark, against):
    assert benchmark.pedantic(_all_sites, rounds=1, warmup_rounds=0) == SITES * len(SYSTEMS)
    against("100 sites x 9 cooling systems x 8760 h, one process", at_most_s=10)


@pytest.mark.benchmark(group="facility")
def test_one_simulation(benchmark, against):
    book, catalog = load_assumptions(), load_catalog()
    design = checked_design(
        it_kw=10_000, load_factor=0.8, site="ashburn", cooling="dlc-tower", redundancy="N+1",
        catalog=catalog,
    )  # fmt: skip
    benchmark.pedantic(simulate, (design, book), rounds=10, warmup_rounds=1)
    against("one year of one design", at_most_s=0.02)
