"""Hours of a published typical year, and one simulated facility."""

from __future__ import annotations

import warnings
from importlib.resources import files

import numpy as np
import pytest

from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.renewables.sky import Sunshine
from dcbench_planner.facility.simulation import simulate


@pytest.fixture(scope="session")
def pvlib():
    return pytest.importorskip("pvlib", reason="photovoltaics are an extra")


@pytest.fixture(scope="session")
def greensboro(pvlib):
    """TMY3 of Greensboro NC (723170), packaged in pvlib: metadata, hours, sunshine."""
    with warnings.catch_warnings(action="ignore"):
        hours, place = pvlib.iotools.read_tmy3(
            files("pvlib") / "data" / "723170TYA.CSV", coerce_year=2023, map_variables=True
        )
        # stamps are the end of the hour in local standard time; the sun is taken at its middle
        middle = hours.index - np.timedelta64(30, "m")
        sun = pvlib.solarposition.get_solarposition(middle, place["latitude"], place["longitude"])
        above = pvlib.irradiance.get_extra_radiation(middle).to_numpy()
    up = np.maximum(np.cos(np.radians(sun["zenith"].to_numpy())), 0)
    ghi, dni = hours["ghi"].to_numpy(float), hours["dni"].to_numpy(float)
    sunshine = Sunshine(
        zenith_deg=sun["apparent_zenith"].to_numpy(),
        azimuth_deg=sun["azimuth"].to_numpy(),
        global_w_per_m2=ghi,
        direct_w_per_m2=dni,
        diffuse_w_per_m2=np.maximum(ghi - dni * up, 0),
        above_air_w_per_m2=above,
    )
    return place, hours, sunshine


@pytest.fixture(scope="session")
def simulated(book, sites):
    def make(place="ashburn", **changes):
        asked = {
            "it_kw": 1000.0,
            "load_factor": 0.8,
            "cooling": "dlc-dry",
            "redundancy": "N+1",
            "site": sites.resolve(place),
        }
        return simulate(checked_design(**(asked | changes)), book)

    return make


@pytest.fixture(scope="session")
def ashburn(simulated):
    return simulated()
