"""What the asked sources produce in each hour of a site's year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.renewables.ask import RenewablesAsk
from dcbench_planner.facility.renewables.pv import pv_share
from dcbench_planner.facility.renewables.sky import sunshine
from dcbench_planner.facility.renewables.wind import wind_share, wind_speeds
from dcbench_planner.facility.simulation import Simulation

Kind = Literal["pv", "wind", "ppa"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Generation:
    """Power of each source, kW; each array has shape (8760,)."""

    pv_kw: Array
    wind_kw: Array
    ppa_kw: Array
    notes: tuple[str, ...]

    @property
    def on_site_kw(self) -> Array:
        """Photovoltaics and wind."""
        return self.pv_kw + self.wind_kw


def generate(simulation: Simulation, ask: RenewablesAsk, book: AssumptionBook) -> Generation:
    """Give the hours of every source that is asked for.

    Raises:
        EnvironmentUnfitError: photovoltaics are asked for and pvlib is not installed.
    """
    none = np.zeros(len(simulation.weather))
    sun = sun_hours(simulation, book) if ask.needs_sun else none
    if ask.pv_yield_kwh_per_kw is not None:
        sun = sun * (ask.pv_yield_kwh_per_kw / sun.sum())
    windy = ask.wind_kw > 0 or (ask.ppa_kw > 0 and ask.ppa_shape == "wind")
    wind = wind_hours(simulation, ask.wind_speed_m_per_s, book) if windy else none
    shapes = {"flat": none + 1, "pv": sun, "wind": wind}
    shape = shapes[ask.ppa_shape]
    return Generation(
        pv_kw=ask.pv_kw * sun, wind_kw=ask.wind_kw * wind,
        ppa_kw=ask.ppa_kw * shape / shape.mean() if ask.ppa_kw else none,
        notes=tuple(_notes(ask, windy=windy)),
    )  # fmt: skip


def sun_hours(simulation: Simulation, book: AssumptionBook) -> Array:
    """Give photovoltaic power per rating of modules, shape (8760,)."""
    site, dry_bulb = simulation.design.site, simulation.weather.dry_bulb_c
    sun = sunshine(
        latitude=site.latitude, longitude=site.longitude,
        elevation_m=simulation.design.climate.elevation_m, dry_bulb_c=dry_bulb, book=book,
    )  # fmt: skip
    return pv_share(sun, dry_bulb, site.latitude, book)


def wind_hours(simulation: Simulation, mean_m_per_s: float | None, book: AssumptionBook) -> Array:
    """Give wind power per rating, shape (8760,)."""
    mean = book["renewables.wind_mean_m_per_s"] if mean_m_per_s is None else mean_m_per_s
    weather = simulation.weather
    return wind_share(wind_speeds(mean, book), weather.dry_bulb_c, weather.pressure_kpa, book)


def _notes(ask: RenewablesAsk, *, windy: bool) -> list[str]:
    lines = []
    if ask.needs_sun and ask.pv_yield_kwh_per_kw is not None:
        lines.append("the yearly yield of photovoltaics was given; its hours are modelled")
    elif ask.needs_sun:
        lines.append(
            "irradiance is a clear sky times a clearness from the daily temperature range: annual "
            "yield misses by 10 % on average, 36 % at worst, over 28 typical years"
        )
    if windy and ask.wind_speed_m_per_s is None:
        lines.append("the wind of this site is unknown: give --wind-speed")
    if windy:
        lines.append("wind hours are generated: no season, no time of day, independent of the sun")
    return lines
