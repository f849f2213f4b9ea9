"""Ranking all catalogued sites, and the ways to save of one design."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.savings.ranked import savings
from dcbench_planner.facility.simulation import simulate
from dcbench_planner.facility.sites.ranking import rank_sites


def _all_sites() -> int:
    """Rank every site with the best of four systems each, climates generated anew."""
    site_climate.cache_clear()
    book, catalog = load_assumptions(), load_catalog()
    ranked = rank_sites(it_kw=10_000, load_factor=0.8, redundancy="N+1", book=book, catalog=catalog)
    return len(ranked)


@pytest.mark.benchmark(group="facility")
def test_ranking_all_sites(benchmark, against):
    ranked = benchmark.pedantic(_all_sites, rounds=1, warmup_rounds=0)
    against("ranking of all sites, four systems each", at_most_s=6)
    assert ranked == len(load_catalog().sites)


@pytest.mark.benchmark(group="facility")
def test_savings_with_a_package(benchmark, against):
    book = load_assumptions()
    design = checked_design(
        it_kw=10_000, load_factor=0.8, site="ashburn", cooling="dlc-dry", redundancy="2N"
    )
    base = simulate(design, book)
    part = benchmark.pedantic(
        savings, args=(base, book), kwargs={"target_share": 0.2}, rounds=3, warmup_rounds=1
    )
    against("ways to save with a package", at_most_s=2)
    assert part.package is not None
