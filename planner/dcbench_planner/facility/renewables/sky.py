"""Sunshine at a site whose weather has no irradiance: clear sky times a clearness of the day.

Clear sky: Ineichen and Perez 2002 with monthly Linke turbidity (Remund et al. 2003), both of pvlib.
Clearness: Bristow and Campbell 1984, from the day's range of dry bulb; so clear days are the days
with a large range, as in the weather that the cooling sees. Direct and diffuse: Erbs, Klein and
Duffie 1982.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from dcbench.errors import EnvironmentUnfitError
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.weather import MONTH_OF_DAY

NO_PVLIB = "photovoltaics need pvlib: in the checkout run pip install '.[renewables]'"
FIRST_HOUR = "2023-01-01 00:30"
"""Middle of the first hour of a common year; the year itself hardly moves the sun."""
BRISTOW_CAMPBELL = (0.7, 0.036, 0.154, 2.4)
"""Highest transmittance, and the coefficients of the rate and of the range."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sunshine:
    """Irradiance at the middle of 8760 hours, W/m²; each array has shape (8760,)."""

    zenith_deg: Array
    """Apparent, refraction corrected."""
    azimuth_deg: Array
    """Clockwise from north."""
    global_w_per_m2: Array
    """On the horizontal."""
    direct_w_per_m2: Array
    """On a plane facing the sun."""
    diffuse_w_per_m2: Array
    """On the horizontal."""
    above_air_w_per_m2: Array
    """On a plane facing the sun, outside the atmosphere."""


def load_pvlib() -> Any:  # noqa: ANN401 - an optional module, untyped
    """Import pvlib, about 1.5 s.

    Raises:
        EnvironmentUnfitError: it is not installed.
    """
    try:
        return import_module("pvlib")
    except ModuleNotFoundError as error:
        if error.name not in {"pvlib", "h5py"}:
            raise
        raise EnvironmentUnfitError(NO_PVLIB) from None


def sunshine(
    *, latitude: float, longitude: float, elevation_m: float, dry_bulb_c: Array,
    book: AssumptionBook,
) -> Sunshine:  # fmt: skip
    """Give the sunshine of a year whose hours are in local mean solar time.

    Civil time differs from it by up to half an hour in most places; the day's range does not
    notice.

    Args:
        latitude: degrees north.
        longitude: degrees east.
        elevation_m: of the site.
        dry_bulb_c: hours of the year, shape (8760,).
        book: `renewables.pv_irradiance_factor`.

    Raises:
        EnvironmentUnfitError: pvlib is not installed.
    """
    load_pvlib()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # pvlib on pandas 3
        return _sunshine((latitude, longitude, elevation_m), dry_bulb_c, book)


def _sunshine(
    place: tuple[float, float, float], dry_bulb_c: Array, book: AssumptionBook
) -> Sunshine:
    pvlib = load_pvlib()
    latitude, longitude, elevation_m = place
    times = _times(longitude)
    there = pvlib.location.Location(latitude, longitude, altitude=max(elevation_m, 0.0))
    sun = there.get_solarposition(times)
    clear = there.get_clearsky(times, model="ineichen", solar_position=sun)["ghi"].to_numpy()
    above = pvlib.irradiance.get_extra_radiation(times).to_numpy()
    zenith = sun["zenith"].to_numpy()
    horizontal = above * np.maximum(np.cos(np.radians(zenith)), 0.0)
    factor = book["renewables.pv_irradiance_factor"]
    everywhere = clear * np.repeat(clearness(dry_bulb_c, horizontal, clear, factor), 24)
    split = pvlib.irradiance.erbs(everywhere, zenith, times)
    return Sunshine(
        zenith_deg=sun["apparent_zenith"].to_numpy(), azimuth_deg=sun["azimuth"].to_numpy(),
        global_w_per_m2=everywhere, direct_w_per_m2=np.asarray(split["dni"]),
        diffuse_w_per_m2=np.asarray(split["dhi"]), above_air_w_per_m2=above,
    )  # fmt: skip


def clearness(dry_bulb_c: Array, above_w_per_m2: Array, clear_w_per_m2: Array,
              factor: float = 1.0) -> Array:  # fmt: skip
    """Give irradiation over that of a clear sky for each day, 0-1, shape (365,).

    H / H0 = 0.7 (1 - exp(-B ΔT^2.4)), B = 0.036 exp(-0.154 mean ΔT of the month) (Bristow and
    Campbell 1984, equations 2 and 4 as recalled), at most a clear sky.

    Args:
        dry_bulb_c: hours of the year, shape (8760,).
        above_w_per_m2: on the horizontal outside the atmosphere, shape (8760,).
        clear_w_per_m2: on the horizontal under a clear sky, shape (8760,).
        factor: true over modelled irradiation.
    """
    range_k = np.ptp(dry_bulb_c.reshape(365, 24), axis=1)
    mean_k = np.bincount(MONTH_OF_DAY, weights=range_k) / np.bincount(MONTH_OF_DAY)
    highest, rate, decay, power = BRISTOW_CAMPBELL
    slope = rate * np.exp(-decay * mean_k[MONTH_OF_DAY])
    transmitted = highest * (1 - np.exp(-slope * range_k**power)) * factor
    above, clear = (
        hours.reshape(365, 24).sum(axis=1) for hours in (above_w_per_m2, clear_w_per_m2)
    )
    polar_night = clear <= 0
    share = transmitted * above / np.where(polar_night, 1.0, clear)
    return np.where(polar_night, 0.0, np.minimum(share, 1.0))


def _times(longitude: float) -> Any:  # noqa: ANN401 - a pandas index; pandas is loaded late
    pandas = import_module("pandas")
    first = pandas.Timestamp(FIRST_HOUR, tz="UTC") - pandas.Timedelta(hours=longitude / 15)
    return pandas.date_range(first, periods=8760, freq="h")
