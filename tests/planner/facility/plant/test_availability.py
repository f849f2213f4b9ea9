"""Reliability algebra against goldens, and directions."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.plant.availability import (
    facility_availability,
    k_of_n,
    parallel,
    unit_availability,
    with_common_cause,
)
from dcbench_planner.facility.plant.units import sized


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    # binomial sums by hand for A = 0.999
    [(4, 4, 0.996006), (4, 5, 0.99999002), (4, 6, 0.99999998)],
)
def test_k_of_n_goldens(k, n, expected):
    assert k_of_n(k, n, 0.999) == pytest.approx(expected, abs=6e-9)


def test_two_paths_golden():
    assert parallel(0.9995, 0.9995) == pytest.approx(0.99999975, abs=1e-12)


def test_common_cause_dominates_redundancy():
    # 4 of 5 at 0.999 with beta 0.05: 1 - (1e-5 + 0.05 x 0.001) = 0.99994
    together = with_common_cause(k_of_n(4, 5, 0.999), 0.999, 0.05)
    assert together == pytest.approx(0.99994, abs=1e-6)


def test_k_of_n_agrees_with_simulation():
    rng = np.random.default_rng(7)
    draws = (rng.random((200_000, 6)) < 0.9).sum(axis=1) >= 5
    spread = np.sqrt(draws.var() / len(draws))
    assert k_of_n(5, 6, 0.9) == pytest.approx(draws.mean(), abs=3 * spread)


def test_unit_availability_by_hand():
    # one failure a year of 8.76 h: 8760 / 8768.76
    assert unit_availability(1.0, 8.76) == pytest.approx(0.999000999)


def _site(redundancy, book, it_kw=5000.0):
    kinds = ("generators", "transformers", "ups", "air_cooled_chillers", "room_units")
    names = ("generators", "transformers", "ups", "cooling", "room")
    fleets = {
        name: sized(kind, it_kw, redundancy, book) for name, kind in zip(names, kinds, strict=True)
    }
    return facility_availability(**fleets, redundancy=redundancy, book=book)


def test_redundancy_raises_availability(book):
    plain, spare, double = (_site(topology, book) for topology in ("N", "N+1", "2N"))
    assert plain < spare < double < 1
    assert plain < _site("4N/3", book) < 1


def test_removing_the_spare_units_lowers_availability(book):
    fleet = sized("ups", 5000.0, "N+1", book)
    unit = 0.999
    assert k_of_n(fleet.duty_units, fleet.units, unit) > k_of_n(
        fleet.duty_units, fleet.duty_units, unit
    )


def test_a_gigawatt_is_as_available_to_a_rack_as_a_megawatt(book):
    assert _site("N+1", book, 1e6) == pytest.approx(_site("N+1", book, 1e4), abs=2e-4)
