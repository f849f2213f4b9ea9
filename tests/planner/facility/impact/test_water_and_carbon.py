"""Water and carbon by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.impact import carbon
from dcbench_planner.facility.impact.water import (
    evaporated_l,
    tower_makeup_l,
    with_blowdown_l,
    wue_source_l_per_kwh,
)


def test_evaporation_by_hand(book):
    # 3600 / 2430 x 0.9 = 1.333 L per kWh of rejected heat at 10 % sensible (24 C between 0 and 30)
    litres = evaporated_l(np.array([1.0]), np.array([24.0]), book)[0]
    assert litres == pytest.approx(1.3333, rel=1e-3)


def test_blowdown_by_hand(book):
    # 6 cycles: evaporation x 6/5
    assert with_blowdown_l(np.array([10.0]), book)[0] == pytest.approx(12.0)


def test_a_tower_takes_evaporation_blowdown_and_drift(book):
    heat, warm = np.array([1000.0]), np.array([30.0])
    makeup = tower_makeup_l(heat, np.array([48.0]), warm, book)[0]
    # 1000 x 0.95 x 3600/2430 x 1.2 + 48 kg/s x 3600 x 0.0005
    assert makeup == pytest.approx(1688.9 + 86.4, rel=1e-3)


def test_source_water_adds_that_of_the_electricity(book):
    assert wue_source_l_per_kwh(1.5, 1.2, book) == pytest.approx(1.5 + 2.0 * 1.2)


def test_grid_factors_keep_their_basis(sites):
    ashburn = sites.resolve("ashburn")
    # Electricity Maps 2024 means of PJM: 321 direct, 392 life cycle
    assert carbon.grid_intensity(ashburn).kgco2e_per_kwh == pytest.approx(0.321)
    assert carbon.grid_intensity(ashburn).basis == "direct"
    assert carbon.grid_intensity(ashburn, "lifecycle").kgco2e_per_kwh == pytest.approx(0.392)


def test_a_basis_that_was_not_published_is_refused_not_replaced(sites):
    with pytest.raises(InputError, match="no direct grid carbon"):
        carbon.grid_intensity(sites.resolve("lulea"), "direct")
    with pytest.raises(InputError, match="no lifecycle grid carbon"):
        carbon.operational_kgco2e(1.0, sites.resolve("phoenix"), "lifecycle")
    bare = replace(sites.resolve("ashburn"), grid_ci_gco2_kwh=None)
    with pytest.raises(InputError, match="grid_ci_gco2_kwh"):
        carbon.grid_intensity(bare)


def test_operational_carbon_works_on_draws(sites):
    draws = carbon.operational_kgco2e(np.array([1000.0, 2000.0]), sites.resolve("ashburn"))
    assert draws == pytest.approx([321.0, 642.0])


def test_embodied_carbon_by_hand(book):
    # 1024 accelerators x 160 kg x 2 for servers, network, storage
    assert carbon.embodied_it_kgco2e(1024, book) == pytest.approx(327_680)
    assert carbon.embodied_it_kgco2e(1024, book, 100.0) == pytest.approx(204_800)
    assert carbon.embodied_facility_kgco2e(1000.0, book) == pytest.approx(1e6)
    # 30 days of 5 years
    assert carbon.embodied_share_kgco2e(1825.0, 720.0, 5) == pytest.approx(30.0)
