"""The figures of availability, plant and power chain."""

from __future__ import annotations

import pytest

from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.validation.facility import availability


def test_figures_are_what_they_must_be():
    found = availability.figures(load_assumptions())
    assert found["availability.goldens_missed"] == 0
    assert found["availability.monte_carlo_sigmas"] < 3
    assert found["plant.shortages"] == 0
    assert found["plant.unnoticed"] == 0
    assert 0.33 <= found["plant.fuel_efficiency"] <= 0.42
    assert found["power_chain.legacy_ups_efficiency"] == pytest.approx(0.85, abs=0.005)


def test_rows_stand_beside_their_published_values():
    rows = availability.rows(load_assumptions())
    assert len(rows) == 6
    assert all(row.ok for row in rows)
    assert all(abs(row.error) < 1e-5 for row in rows if row.quantity == "availability")


def test_a_wrong_value_is_seen():
    golden = availability.Golden(id="x", published=0.9, digits=2, ours=0.906, source="test")
    assert not golden.is_reached
