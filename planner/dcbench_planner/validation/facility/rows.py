"""Published annual PUE and WUE: one row a site and a period, and which rows can be compared."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from dcbench.units import parse_number
from dcbench_planner.prediction.cells import CellError, read_cases

NEEDED = ("operator", "site", "year_or_period", "metric_type", "pue")
"""Columns that a table must have; cells may be empty but for operator and site."""
LARGEST_PUE = 5.0
LARGEST_WUE = 50.0
MAX_TEXT = 500
NOT_ONE_YEAR = r"quarter|monthly|not annual|instant|peak|\bspot\b|half.year|\b[QH][1-4]\b"
NOT_A_SITE = r"\b(?:survey|fleet|new buildings|portfolio|all sites|industry|global)\b"
NOT_WHOLE = r"\bpart\b|partial|\bppue\b|\bipue\b"
CLAIMED = r"design|claim|target|estimate|expected|planned"


class SkippedError(CellError):
    """A readable row that says nothing about one site in one year."""


@dataclass(frozen=True, kw_only=True)
class PueRow:
    """One published figure."""

    id: str
    operator: str
    site: str
    latitude: float | None
    longitude: float | None
    elevation_m: float | None
    climate_name: str
    """Of a catalogued site; empty if the row names none."""
    period: str
    """Year or period as the source states it."""
    pue: float | None
    wue_l_per_kwh: float | None
    words: str
    """The cooling system in the source's words; may be empty."""
    claimed: bool
    """A design value or a claim, not a year of metering."""
    recalled: bool
    """Recalled from the source, not read in it."""
    source: str


def packaged_cells() -> list[dict[str, str]]:
    """Give the rows of `pue.csv` as text."""
    table = resources.files(__package__) / "pue.csv"
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def own_cells(path: Path) -> list[dict[str, str]]:
    """Read the user's table.

    Raises:
        InputError: it is unreadable or lacks a column of `NEEDED`.
    """
    return read_cases(path, NEEDED, see="docs/facility-accuracy.md")


def row_id(cells: Mapping[str, str]) -> str:
    """Give `operator site period`, by which a row is named."""
    parts = (cells.get(name) or "" for name in ("operator", "site", "year_or_period"))
    return " ".join(part.strip() for part in parts if part.strip())[:MAX_TEXT]


def pue_row(cells: Mapping[str, str]) -> PueRow:
    """Read one row.

    Args:
        cells: text by column name; columns beyond `NEEDED` may be absent.

    Raises:
        SkippedError: it is no annual figure of one site.
        CellError: a cell cannot be read.
    """
    text = {name: (value or "").strip()[:MAX_TEXT] for name, value in cells.items() if name}
    if "__fault__" in text:
        raise CellError(text["__fault__"])
    for name in ("operator", "site"):
        if not text.get(name):
            raise CellError(f"missing {name}")
    _check_kind(text)
    pue = _number(text, "pue", 1.0, LARGEST_PUE)
    wue = _number(text, "wue_l_per_kwh", 0.0, LARGEST_WUE)
    return PueRow(
        id=row_id(text), operator=text["operator"], site=text["site"],
        latitude=_number(text, "latitude", -90.0, 90.0),
        longitude=_number(text, "longitude", -180.0, 180.0),
        elevation_m=_number(text, "elevation_m", -450.0, 6000.0),
        climate_name=text.get("nearest_sites_csv_name", ""),
        period=text.get("year_or_period", ""), pue=pue, wue_l_per_kwh=wue,
        words=text.get("cooling_type", ""),
        claimed=bool(re.search(CLAIMED, text.get("metric_type", ""), re.IGNORECASE)),
        recalled=text.get("evidence", "") == "recalled", source=text.get("source", ""),
    )  # fmt: skip


def _check_kind(text: Mapping[str, str]) -> None:
    metric = f"{text.get('metric_type', '')}; {text.get('year_or_period', '')}"
    for pattern, where, reason in (
        (NOT_A_SITE, f"{metric}; {text['site']}", "many sites together have no one climate"),
        (NOT_ONE_YEAR, metric, "not a whole year"),
        (NOT_WHOLE, metric, "part of a facility, not a whole one"),
    ):
        if re.search(pattern, where, re.IGNORECASE):
            raise SkippedError(reason)


def _number(text: Mapping[str, str], name: str, low: float, high: float) -> float | None:
    if not text.get(name):
        return None
    try:
        value = parse_number(text[name])
    except ValueError as error:
        raise CellError(f"{name} = {text[name][:40]} is {error}") from error
    if not low <= value <= high:
        raise CellError(f"{name} = {text[name][:40]} is not {low:g} to {high:g}")
    return value
