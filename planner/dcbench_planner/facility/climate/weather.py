"""Weather as the cooling models see it: one value per hour, whatever it came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dcbench_planner.facility.climate.psychrometrics import (
    Array,
    enthalpy,
    humidity_ratio_at_wet_bulb,
)

DAYS_OF_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
MONTH_OF_DAY: npt.NDArray[np.int64] = np.repeat(np.arange(12), DAYS_OF_MONTH)
MONTH_OF_HOUR: npt.NDArray[np.int64] = np.repeat(MONTH_OF_DAY, 24)
"""0 is January; shape (8760,)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Weather:
    """Outside air over n time points; a year has 8760 of one hour each.

    Wet bulb and humidity are kept rather than dew point, because the cooling models need them.
    """

    dry_bulb_c: Array
    wet_bulb_c: Array
    """At most the dry bulb."""
    water_c: Array
    """Sea or lake at the intake."""
    month: npt.NDArray[np.int64]
    """0 is January."""
    pressure_kpa: float
    source: str

    @cached_property
    def humidity_ratio(self) -> Array:
        """kg/kg, shape (n,)."""
        return humidity_ratio_at_wet_bulb(self.dry_bulb_c, self.wet_bulb_c, self.pressure_kpa)

    @cached_property
    def enthalpy_kj_per_kg(self) -> Array:
        """Shape (n,)."""
        return enthalpy(self.dry_bulb_c, self.humidity_ratio)

    def __len__(self) -> int:
        """Count the time points."""
        return len(self.dry_bulb_c)


def warmed(weather: Weather, by_k: float) -> Weather:
    """Raise both bulbs, by the warm exhaust that coolers draw in again."""
    return replace(
        weather, dry_bulb_c=weather.dry_bulb_c + by_k, wet_bulb_c=weather.wet_bulb_c + by_k
    )


def joined(first: Weather, second: Weather) -> Weather:
    """Put the time points of `second` behind those of `first`, at the place of `first`."""
    return Weather(
        dry_bulb_c=np.concatenate([first.dry_bulb_c, second.dry_bulb_c]),
        wet_bulb_c=np.concatenate([first.wet_bulb_c, second.wet_bulb_c]),
        water_c=np.concatenate([first.water_c, second.water_c]),
        month=np.concatenate([first.month, second.month]),
        pressure_kpa=first.pressure_kpa,
        source=first.source,
    )
