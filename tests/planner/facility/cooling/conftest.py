"""Shared by the cooling tests: heat of a 1 MW hall, loops, weather by relative humidity."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.cooling.result import Duty
from dcbench_planner.facility.cooling.systems import Heat


@pytest.fixture
def heat_of():
    """Heat of n hours at a share of 1 MW of IT."""

    def make(n, load=0.8, design_kw=1000.0, **terms):
        return Heat(
            it_kw=np.full(n, load * design_kw), room_kw=np.full(n, 0.045 * design_kw),
            it_design_kw=design_kw, room_design_kw=0.05 * design_kw, **terms,
        )  # fmt: skip

    return make


@pytest.fixture
def loop_of():
    """A water loop of n hours at a share of 1 MW."""

    def make(n, load=1.0, supply_c=20.0, rise_k=10.0, running=1.0):
        return Duty(
            heat_kw=np.full(n, 1000.0 * load), design_kw=1000.0, supply_c=supply_c,
            return_c=supply_c + rise_k, running=running,
        )  # fmt: skip

    return make
