"""The balance and the liquid-cooled anchors as figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.cooling.systems import Heat, cool
from dcbench_planner.validation.facility import balance


@pytest.fixture(scope="module")
def book():
    return load_assumptions()


def test_the_figures_reach_their_bounds(book):
    found = balance.figures(book)
    assert found["balance.worst_relative"] <= 1e-9
    # published annual PUE of three supercomputer sites, see liquid_anchors.csv
    assert found["balance.liquid_anchors"] <= 0.02


def test_a_lost_kilowatt_is_noticed(book, sites_weather):
    heat = Heat(
        it_kw=np.full(8760, 800.0), room_kw=np.full(8760, 45.0), it_design_kw=1000.0,
        room_design_kw=50.0,
    )  # fmt: skip
    cooled = cool("dlc-dry", heat, sites_weather, book)
    assert balance.imbalance(heat, cooled) <= 1e-9
    for part in ("free_kw", "mechanical_kw", "heat_kw", "inner_kw"):
        wrong = replace(cooled, **{part: getattr(cooled, part) + 1.0})
        assert balance.imbalance(heat, wrong) > 1e-4


def test_rows_name_their_source(book):
    rows = balance.rows(book)
    assert {row.id for row in rows} == {"nrel-esif", "frontier", "lumi"}
    assert all("recalled" in row.source for row in rows)


@pytest.fixture(scope="module")
def sites_weather():
    from dcbench.catalog import load_catalog
    from dcbench_planner.facility.climate.site_climate import site_climate

    return site_climate(load_catalog().sites.resolve("dublin")).year
