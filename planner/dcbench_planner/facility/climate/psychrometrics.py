"""Moist air: the equations of ASHRAE Handbook Fundamentals (2017), chapter 1, on arrays.

Temperatures in °C, pressures in kPa, humidity ratios in kg water per kg dry air, enthalpies in kJ
per kg dry air. Valid from -100 to 200 °C. All functions take floats or float64 arrays of one shape.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

ZERO_CELSIUS_K = 273.15
SEA_LEVEL_KPA = 101.325
CP_AIR_KJ_PER_KG_K = 1.006
"""Specific heat of dry air, as in the enthalpy equation (chapter 1, equation 30)."""
RATIO_OF_MOLAR_MASSES = 0.621945
"""Water over dry air (chapter 1, equation 20)."""
TRIPLE_POINT_C = 0.01
_ICE = (-5.6745359e3, 6.3925247, -9.6778430e-3, 6.2215701e-7, 2.0747825e-9, -9.4840240e-13,
        4.1635019)  # fmt: skip
_WATER = (-5.8002206e3, 1.3914993, -4.8640239e-2, 4.1764768e-5, -1.4452093e-8, 0.0, 6.5459673)


def pressure_at(elevation_m: float) -> float:
    """Give the standard-atmosphere pressure in kPa (chapter 1, equation 3); -5 to 11 km."""
    return float(SEA_LEVEL_KPA * (1 - 2.25577e-5 * elevation_m) ** 5.2559)


def elevation_at(pressure_kpa: float) -> float:
    """Give the elevation in m with that standard-atmosphere pressure; inverse of `pressure_at`."""
    return float((1 - (pressure_kpa / SEA_LEVEL_KPA) ** (1 / 5.2559)) / 2.25577e-5)


def saturation_pressure(temperature_c: Array | float) -> Array:
    """Give the vapour pressure in kPa over ice up to 0.01 °C, over water above.

    Hyland and Wexler 1983, as in chapter 1, equations 5 and 6.
    """
    celsius = np.asarray(temperature_c, dtype=np.float64)
    kelvin = celsius + ZERO_CELSIUS_K
    frozen = celsius <= TRIPLE_POINT_C
    if frozen.all():
        return np.exp(_log_pressure(kelvin, _ICE)) / 1000.0
    log_pressure = _log_pressure(kelvin, _WATER)
    if frozen.any():
        log_pressure = np.where(frozen, _log_pressure(kelvin, _ICE), log_pressure)
    return np.exp(log_pressure) / 1000.0


def humidity_ratio_at_dew_point(dew_point_c: Array | float, pressure_kpa: float) -> Array:
    """Give the humidity ratio of air saturated at that temperature (chapter 1, equation 20)."""
    vapour = saturation_pressure(dew_point_c)
    return RATIO_OF_MOLAR_MASSES * vapour / (pressure_kpa - vapour)


def humidity_ratio_at_wet_bulb(
    dry_bulb_c: Array | float, wet_bulb_c: Array | float, pressure_kpa: float
) -> Array:
    """Give the humidity ratio from dry and wet bulb (chapter 1, equations 33 and 35)."""
    dry, wet = np.asarray(dry_bulb_c), np.asarray(wet_bulb_c)
    saturated = humidity_ratio_at_dew_point(wet, pressure_kpa)
    water = ((2501 - 2.326 * wet) * saturated - CP_AIR_KJ_PER_KG_K * (dry - wet)) / (
        2501 + 1.86 * dry - 4.186 * wet
    )
    ice = ((2830 - 0.24 * wet) * saturated - CP_AIR_KJ_PER_KG_K * (dry - wet)) / (
        2830 + 1.86 * dry - 2.1 * wet
    )
    return np.asarray(np.maximum(np.where(wet >= 0, water, ice), 0.0))


def saturation_and_slope(temperature_c: Array, *, ice: bool) -> tuple[Array, Array]:
    """Give saturation pressure in kPa and its slope in kPa/K, over ice or over water alone."""
    kelvin = temperature_c + ZERO_CELSIUS_K
    c = _ICE if ice else _WATER
    pressure = np.exp(_log_pressure(kelvin, c)) / 1000.0
    curvature = 2 * c[3] + kelvin * (3 * c[4] + 4 * kelvin * c[5])
    return pressure, pressure * ((c[6] - c[0] / kelvin) / kelvin + c[2] + kelvin * curvature)


def dew_point(vapour_kpa: Array) -> Array:
    """Give the temperature in °C at which that vapour pressure saturates, shape (n,).

    Inverse of `saturation_pressure`: Magnus' formula (Alduchov and Eskridge 1996), then Newton's
    method on the logarithm of the pressure; within 1e-6 K from -90 to 90 °C.
    """
    log_ratio = np.log(vapour_kpa / 0.61094)
    start = 243.04 * log_ratio / (17.625 - log_ratio)
    frozen = vapour_kpa <= saturation_pressure(TRIPLE_POINT_C)
    celsius = np.empty_like(start)
    for ice, these in ((True, frozen), (False, ~frozen)):
        found = start[these]
        for _ in range(4):
            pressure, slope = saturation_and_slope(found, ice=ice)
            found = found - np.log(pressure / vapour_kpa[these]) * pressure / slope
        celsius[these] = found
    return celsius


def enthalpy(dry_bulb_c: Array | float, humidity_ratio: Array | float) -> Array:
    """Give the enthalpy in kJ per kg dry air (chapter 1, equation 30)."""
    temperature = np.asarray(dry_bulb_c, dtype=np.float64)
    return CP_AIR_KJ_PER_KG_K * temperature + humidity_ratio * (2501 + 1.86 * temperature)


def density(dry_bulb_c: Array | float, humidity_ratio: Array | float, pressure_kpa: float) -> Array:
    """Give the density of moist air in kg/m³ (chapter 1, equations 26 and 27)."""
    kelvin = np.asarray(dry_bulb_c, dtype=np.float64) + ZERO_CELSIUS_K
    volume = 0.287042 * kelvin * (1 + 1.607858 * humidity_ratio) / pressure_kpa
    return np.asarray((1 + humidity_ratio) / volume)


def _log_pressure(kelvin: Array, c: tuple[float, ...]) -> Array:
    polynomial = c[1] + kelvin * (c[2] + kelvin * (c[3] + kelvin * (c[4] + kelvin * c[5])))
    return np.asarray(c[0] / kelvin + polynomial + c[6] * np.log(kelvin))
