"""What the model expects of the same facility, with the metered load and weather."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dcbench.catalog import Catalog, Site, load_catalog
from dcbench.errors import Fault, InputError
from dcbench.records.audit import ExpectedPart, Period
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.audit.hourly import Hourly
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.site_climate import SiteClimate
from dcbench_planner.facility.climate.weather import DAYS_OF_MONTH, Weather
from dcbench_planner.facility.design import Design, checked_design, default_cooling
from dcbench_planner.facility.simulation import simulate, unphysical

BAND_KEY = "facility.overhead_factor"
PEAK_QUANTILE = 0.999
"""Of the hourly IT load: one odd hour must not size the facility."""
SMALLEST_LOAD_FACTOR = 0.05
_FIRST_HOUR_OF_MONTH = np.concatenate([[0], np.cumsum(DAYS_OF_MONTH) * 24])


@dataclass(frozen=True, kw_only=True)
class AskedDesign:
    """The facility that the meter belongs to, as far as the user says."""

    site: Site | str
    cooling: str | None = None
    """By climate for air-cooled racks when left out."""
    redundancy: str = "N+1"
    it_kw: float | None = None
    """Design peak; the meter's own peak when left out."""
    catalog: Catalog | None = None
    climate: SiteClimate | None = None
    """Of the user's weather file."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Expectation:
    """The model by the hour; arrays of shape (n,), NaN where load or weather is not known."""

    part: ExpectedPart
    overhead_kw: Array
    parts_kw: Mapping[str, Array]
    """`cooling`, `power_losses`, `other`."""
    low: float
    high: float
    wet_bulb_c: Array
    dry_bulb_c: Array


def design_of(asked: AskedDesign, hours: Hourly, where: str) -> Design:
    """Give the design that the meter's load is run through.

    Raises:
        InputError: with the faults of the design, or an IT peak below the metered one.
    """
    catalog = asked.catalog or load_catalog()
    site = asked.site
    row = catalog.sites.resolve(site, where="--site") if isinstance(site, str) else site
    known = hours.it_kw[np.isfinite(hours.it_kw)]
    peak_kw = float(np.quantile(known, PEAK_QUANTILE))
    it_kw = peak_kw if asked.it_kw is None else asked.it_kw
    if it_kw < peak_kw:
        problem = f"is below the metered IT peak of {peak_kw:,.1f} kW in {where}"
        fix = "give the design peak, or leave it out to take the meter's"
        raise InputError(Fault(where="--it-kw", value=it_kw, problem=problem, fix=fix))
    cooling = asked.cooling or default_cooling(liquid_cooled=False, rack_kw=0, site=row)
    return checked_design(
        it_kw=max(it_kw, 1.0), site=row, cooling=cooling, redundancy=asked.redundancy,
        load_factor=float(np.clip(known.mean() / max(it_kw, 1.0), SMALLEST_LOAD_FACTOR, 1.0)),
        catalog=catalog, climate=asked.climate,
    )  # fmt: skip


def expectation(
    design: Design, hours: Hourly, book: AssumptionBook, *, it_kw_from_user: bool
) -> Expectation:
    """Run the metered IT load through the design in the metered or the typical weather.

    Args:
        design: from `design_of`.
        hours: the meter.
        book: assumptions; those read are marked as used.
        it_kw_from_user: the design peak was given, not inferred.
    """
    weather, is_measured = _weather(design, hours)
    known = np.isfinite(weather.dry_bulb_c) & np.isfinite(hours.it_kw)
    point = book.with_draws({})
    building = simulate(design, book).building
    try:
        load = np.clip(hours.it_kw[known], 0.0, design.it_kw)
        run = building.at(load, _at(weather, known), point)
    except (ArithmeticError, ValueError) as error:
        raise unphysical(point, design, error) from error
    book.used |= point.used | {BAND_KEY}
    names = run.parts_kw()
    grouped = {
        "cooling": [p for name, p in names.items() if name in run.cooled.power_kw],
        "power_losses": [names[n] for n in ("distribution", "ups", "transformers") if n in names],
    }  # fmt: skip
    parts = {name: _spread(np.sum(found, axis=0), known) for name, found in grouped.items()}
    overhead = _spread(run.total_kw - run.it_kw, known)
    parts["other"] = overhead - parts["cooling"] - parts["power_losses"]
    band = book.entries[BAND_KEY]
    part = _part(design, hours, overhead, (band.low, band.high))
    part = part.model_copy(
        update={
            "weather": f"{'the file' if is_measured else 'typical year'}: {weather.source}"[:2000],
            "weather_is_measured": is_measured,
            "it_kw_from": "user" if it_kw_from_user else "meter",
        }
    )
    return Expectation(
        part=part, overhead_kw=overhead, parts_kw=parts, low=band.low, high=band.high,
        wet_bulb_c=weather.wet_bulb_c, dry_bulb_c=weather.dry_bulb_c,
    )  # fmt: skip


def with_expected(period: Period, hours: Hourly, found: Expectation) -> Period:
    """Add what the model expects to a month."""
    month = np.datetime64(period.name, "M").astype(np.int64)
    known = np.isfinite(found.overhead_kw) & np.isfinite(hours.total_kw) & (hours.months == month)
    it = float(hours.it_kw[known].sum())
    if it <= 0 or period.pue is None:
        return period
    extra = float(found.overhead_kw[known].sum()) / it
    measured = float(hours.total_kw[known].sum()) / it
    return period.model_copy(
        update={
            "expected_pue": 1 + extra, "expected_low": 1 + extra * found.low,
            "expected_high": 1 + extra * found.high,
            "is_above_expected": measured > 1 + extra * found.high,
        }
    )  # fmt: skip


def _part(
    design: Design, hours: Hourly, overhead: Array, band: tuple[float, float]
) -> ExpectedPart:
    known = np.isfinite(overhead) & np.isfinite(hours.total_kw)
    it, total = hours.it_kw[known].sum(), hours.total_kw[known].sum()
    expected = float(overhead[known].sum())
    above = known & (hours.overhead_kw > overhead * band[1])
    return ExpectedPart(
        site=design.site.id, cooling=design.cooling, redundancy=design.redundancy,
        it_kw=design.it_kw, it_kw_from="user", weather="", weather_is_measured=False,
        hours=int(known.sum()), pue=1 + expected / float(it), measured_pue=float(total / it),
        overhead_ratio=max(0.0, float(total - it) / expected), band_low=band[0],
        band_high=band[1], hours_above=int(above.sum()), months_above=(),
    )  # fmt: skip


def _weather(design: Design, hours: Hourly) -> tuple[Weather, bool]:
    """Give the weather of the file, completed by the typical year, and whether it is the file's."""
    year = design.climate.year
    place = _hour_of_year(hours.hours)
    typical_dry, typical_wet = year.dry_bulb_c[place], year.wet_bulb_c[place]
    months = (hours.months % 12).astype(np.int64)
    if hours.dry_bulb_c is None:
        dry, wet, source = typical_dry, typical_wet, year.source
    elif hours.wet_bulb_c is None:
        dry = hours.dry_bulb_c
        spread = np.array([(typical_dry - typical_wet)[months == m].mean() if (months == m).any()
                           else 0.0 for m in range(12)])  # fmt: skip
        wet, source = dry - spread[months], f"dry bulb; monthly wet bulb of {year.source}"
    else:
        dry, source = hours.dry_bulb_c, "dry and wet bulb"
        wet = np.minimum(hours.wet_bulb_c, dry)
    weather = replace(
        year, dry_bulb_c=dry, wet_bulb_c=wet, water_c=year.water_c[place], month=months,
        source=source,
    )  # fmt: skip
    return weather, hours.dry_bulb_c is not None


def _at(weather: Weather, known: npt.NDArray[np.bool_]) -> Weather:
    return replace(
        weather, dry_bulb_c=weather.dry_bulb_c[known],
        wet_bulb_c=np.where(np.isfinite(weather.wet_bulb_c), weather.wet_bulb_c,
                            weather.dry_bulb_c)[known],
        water_c=weather.water_c[known], month=weather.month[known],
    )  # fmt: skip


def _spread(values: Array, known: npt.NDArray[np.bool_]) -> Array:
    result = np.full(len(known), np.nan)
    result[known] = values
    return result


def _hour_of_year(hours: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give the hour of a common year; 29 February is read as the 28th."""
    stamps = hours.astype("datetime64[h]")
    months = stamps.astype("datetime64[M]")
    month = months.astype(np.int64) % 12
    day = (stamps.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    day = np.minimum(day, DAYS_OF_MONTH[month] - 1)
    return np.asarray(_FIRST_HOUR_OF_MONTH[month] + 24 * day + hours % 24)
