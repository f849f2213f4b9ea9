"""A facility record for people: every number with its unit and provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcbench.cli.facility_parts_text import (
    redundancy_lines,
    register_lines,
    requirement_lines,
    saving_lines,
    site_lines,
    supply_lines,
)
from dcbench.units import rounded

if TYPE_CHECKING:
    from dcbench.records.facility import FacilityRecord

_SHOWN = {
    "dpue_annual": "annual dPUE",
    "dpue_peak": "peak dPUE",
    "wue_site_l_per_kwh": "WUE, site",
    "wue_source_l_per_kwh": "WUE, source",
    "cue_kgco2e_per_kwh": "CUE",
    "facility_kwh_per_year": "energy",
    "facility_peak_kw": "peak power",
    "availability": "availability",
}
_MONTHS = "JFMAMJJASOND"
_DIGITS = {"availability": 6}


def lines(record: FacilityRecord) -> list[str]:
    """Give the record as lines of text."""
    head = (
        f"{rounded(record.it_kw)} kW of IT at {record.site}: {record.cooling}, "
        f"{record.redundancy}, average load {record.load_factor:g} of peak"
    )
    return [
        head, "", *_numbers(record), "", *_energy(record), "", *supply_lines(record),
        *site_lines(record), *_plant(record), "", *redundancy_lines(record),
        *saving_lines(record), *requirement_lines(record),
        *(f"- {note}" for note in record.notes), *register_lines(record),
        f"- {len(record.assumptions)} assumptions with ranges and sources: see --json",
    ]  # fmt: skip


def _numbers(record: FacilityRecord) -> list[str]:
    rows = []
    for key, label in _SHOWN.items():
        value, origin = getattr(record, key), record.provenance[key]
        if value is None:
            continue
        shown = (
            f"{rounded(value, _DIGITS.get(key, 4)):>12} {'' if origin.unit == '1' else origin.unit}"
        )
        rows.append(
            f"{label:<14}{shown:<24}{_band(record, key)}{origin.provenance}: {origin.source}"
        )
    months = " ".join(
        f"{name} {value:.3f}" for name, value in zip(_MONTHS, record.dpue_monthly, strict=True)
    )
    return [*rows, f"{'monthly dPUE':<14}{months}"]


def _band(record: FacilityRecord, key: str) -> str:
    band = record.bands.get(key)
    return "" if band is None else f"80 % band {rounded(band.p10, 4)}-{rounded(band.p90, 4)}; "


def _energy(record: FacilityRecord) -> list[str]:
    total = record.facility_kwh_per_year
    shares = [
        f"{part.replace('_', ' ')} {energy / total:.1%}"
        for part, energy in record.breakdown_kwh_per_year.items()
        if energy > 0
    ]
    return [f"energy         {', '.join(shares)}"]


def _plant(record: FacilityRecord) -> list[str]:
    rows = []
    for kind, item in record.plant.items():
        spare = f" ({item.redundant_units} redundant)" if item.redundant_units else ""
        rating = f"{rounded(item.rating)} {item.rating_unit}"
        rows.append(f"{kind.replace('_', ' '):<27}{item.units:>5} of {rating}{spare}")
    return rows
