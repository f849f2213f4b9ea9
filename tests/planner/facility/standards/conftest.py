"""Simulated facilities, one per design."""

from __future__ import annotations

from functools import cache

import pytest

from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.simulation import simulate
from dcbench_planner.facility.standards.checklist import requirements


@pytest.fixture(scope="session")
def simulated(book, sites):
    @cache
    def make(place="ashburn", redundancy="N+1", it_kw=5000.0, cooling="water-economizer"):
        design = checked_design(
            it_kw=it_kw,
            load_factor=0.8,
            site=sites.resolve(place),
            cooling=cooling,
            redundancy=redundancy,
        )
        return simulate(design, book)

    return make


@pytest.fixture
def checklist(simulated, book):
    """Requirements by id."""

    def make(place="ashburn", redundancy="N+1", it_kw=5000.0, **known):
        found = requirements(simulated(place, redundancy, it_kw), book, **known)
        return {requirement.id: requirement for requirement in found}

    return make
