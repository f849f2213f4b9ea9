"""Units in service."""

from __future__ import annotations

import pytest

from dcbench_planner.facility.cooling.staging import units_running


def test_spares_run_along_until_one_unit_is_out(book):
    # ten duty units to a spare
    assert units_running(1.0, book, spares=True) == pytest.approx(1.1)
    assert units_running(10 / 11, book, spares=True) == pytest.approx(1.0)
    assert units_running(1.0, book, spares=False) == 1.0
    assert units_running(0.9, book, spares=False) == pytest.approx(0.9)


def test_spares_that_stand_by_start_when_one_unit_is_out(book):
    cold = book.with_user_values({"cooling.spares_run": 0.0}, "test")
    assert units_running(1.0, cold, spares=True) == 1.0
    assert units_running(10 / 11, cold, spares=True) == pytest.approx(1.0)
