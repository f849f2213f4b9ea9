"""A user's weather file as the climate of a site: EPW, TMY3 or plain CSV."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dcbench.catalog import Site
from dcbench.errors import Fault, InputError
from dcbench_planner.facility.climate.design_conditions import design_of_header, design_of_hours
from dcbench_planner.facility.climate.epw import is_epw, read_epw
from dcbench_planner.facility.climate.file_year import file_year
from dcbench_planner.facility.climate.psychrometrics import pressure_at
from dcbench_planner.facility.climate.reading_checks import check
from dcbench_planner.facility.climate.readings import Place, Readings
from dcbench_planner.facility.climate.site_climate import SiteClimate
from dcbench_planner.facility.climate.tmy3 import is_tmy3, read_tmy3
from dcbench_planner.facility.climate.typical_year import DESIGN_QUANTILE
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.climate.weather_csv import (
    COLUMNS,
    is_weather_csv,
    read_weather_csv,
)

NEAR_KM = 100.0
"""A file from farther away is not the site's climate; that is said."""
AVERAGED_BELOW_K = 2.0
"""Hours whose 0.4 % dry bulb is that far below the published one are an averaged year."""
LARGEST_FILE_BYTES = 100_000_000
_EARTH_RADIUS_KM = 6371.0
_PRESSURE_TOLERANCE_KPA = 4.0


def climate_from_file(path: Path, *, site: Site) -> SiteClimate:
    """Read a weather file; what was mended or must be known stands in the notes.

    Elevation and air pressure of the file win over the site's. Design conditions are those of an
    EPW's header; else the site's published ones, if the file is from nearby, or those of the hours,
    whichever is higher. An averaged year ("climate normals") is good for energy, but has no
    extremes: it needs published design conditions.

    Args:
        path: EPW, TMY3 or CSV; told apart by content.
        site: where the facility stands.

    Raises:
        InputError: with what is wrong with the file, by line.
    """
    readings = _read(path)
    check(readings)
    elevation_m = (
        site.elevation_m if readings.place.elevation_m is None else readings.place.elevation_m
    )
    source = f"{readings.kind} file {path.name}"
    if readings.place.name:
        source += f": {readings.place.name}"
    year = file_year(readings, _pressure_kpa(readings, elevation_m), source)
    design, notes = _design(readings, year, site)
    for hours in (year.dry_bulb_c, year.wet_bulb_c, year.water_c):
        hours.setflags(write=False)
    return SiteClimate(
        year=year, design=design, elevation_m=elevation_m, source=source, provenance="user",
        is_file=True, notes=(*_place_notes(readings, site), *readings.notes, *notes),
    )  # fmt: skip


def _read(path: Path) -> Readings:
    lines, where = _lines(path), str(path)
    if is_epw(lines):
        return read_epw(lines, where)
    if is_tmy3(lines):
        return read_tmy3(lines, where)
    if is_weather_csv(lines):
        return read_weather_csv(lines, where)
    if path.suffix.lower() == ".epw":
        raise InputError(Fault(
            where=where, field="line 1", value=lines[0], problem="does not start with LOCATION,",
            fix="an EPW file has 8 lines of header; is the file complete?",
        ))  # fmt: skip
    raise InputError(Fault(
        where=where, problem="is no EPW, TMY3 or CSV weather file",
        fix=f"a CSV needs a header such as {','.join(COLUMNS[:3])}",
    ))  # fmt: skip


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise InputError(Fault(where=str(path), problem="is larger than 100 MB",
                                   fix="give one year of hours"))  # fmt: skip
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(Fault(where=str(path), problem=f"cannot be read: {reason}")) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _pressure_kpa(readings: Readings, elevation_m: float) -> float:
    """Give the mean pressure of the file, else that of the elevation."""
    standard = pressure_at(elevation_m)
    values = readings.columns.get("pressure_kpa", np.array([]))
    known = values[np.isfinite(values)]
    if not len(known):
        return standard
    mean = float(known.mean())
    if abs(mean - standard) > _PRESSURE_TOLERANCE_KPA:
        readings.notes.append(
            f"mean air pressure of the weather file is {mean:.1f} kPa, that of {elevation_m:.0f} m "
            f"is {standard:.1f} kPa: was it reduced to sea level?"
        )
    return mean


def _design(readings: Readings, year: Weather, site: Site) -> tuple[Weather, list[str]]:
    """Give what to size for, and what to say about it."""
    published, name = readings.design, "the weather file"
    reached = float(np.quantile(year.dry_bulb_c, DESIGN_QUANTILE))
    if published is not None:
        design = design_of_header(published, year)
        if not readings.says_normals and reached > published.dry_bulb_c - AVERAGED_BELOW_K:
            return design, []
        line = (
            f"hours of {name} are averaged or mild (0.4 % dry bulb {reached:.1f} °C, published "
            f"{published.dry_bulb_c:.1f} °C): the peak rests on the design conditions in its header"
        )
        return design, [line]
    is_near = _distance_km(readings.place, site) <= NEAR_KM
    dry, wet = (site.design_db_0p4_c, site.design_wb_0p4_c) if is_near else (None, None)
    design = design_of_hours(year, dry, wet)
    if dry is not None and wet is not None:
        return design, [f"design conditions: the higher of {name}'s hours and those of {site.name}"]
    if readings.says_normals:
        raise InputError(Fault(
            where=readings.where, problem="is an averaged year without design conditions, so "
            "nothing can be sized for it", fix="take a TMY or a measured year of the place",
        ))  # fmt: skip
    return design, [f"design conditions are those of {name}'s one year: other years are hotter"]


def _place_notes(readings: Readings, site: Site) -> list[str]:
    away = _distance_km(readings.place, site)
    if away <= NEAR_KM:
        return []
    return [f"the weather file is from {away:.0f} km away from {site.name}"]


def _distance_km(place: Place, site: Site) -> float:
    """Give the great-circle distance (haversine); 0 if the file does not say where it is from."""
    if place.latitude is None or place.longitude is None:
        return 0.0
    here, there = np.radians([site.latitude, place.latitude])
    across = np.radians(place.longitude - site.longitude)
    half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(across / 2) ** 2
    return float(2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(min(half, 1.0))))
