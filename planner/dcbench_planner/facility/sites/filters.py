"""Sites that are out whatever they score.

A hard filter needs to know: where the cell that it asks for is empty, the site is out and the
reason says so. The table's notes are words, so a moratorium is found by words; a period such as
2019-22 that has ended before the table was written does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dcbench.catalog import SiteRisk
from dcbench.errors import Fault, InputError
from dcbench_planner.facility.sites.risk import WORST_CLASS

AS_OF_YEAR = 2026
"""The notes of the packaged table are of this year."""
_STOPS = re.compile(r"\b(moratorium|pause|bans?|banned)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"[;,](?![^()]*\))")
_PERIOD = re.compile(r"\b(?:19|20)\d\d-(\d\d)\b")


@dataclass(frozen=True, kw_only=True)
class SiteFilters:
    """What a site must keep."""

    highest_seismic_class: int | None = None
    """0 to 4; None: no limit."""
    allow_moratorium: bool = False
    """Keep sites whose power note speaks of a ban or pause on new data centres."""
    data_law: str | None = None
    """Word that the note on data laws must hold, such as GDPR; None: any law."""


def checked_filters(filters: SiteFilters) -> SiteFilters:
    """Give the filters back.

    Raises:
        InputError: the seismic limit is no class, or the law is empty.
    """
    faults = []
    limit = filters.highest_seismic_class
    if limit is not None and not 0 <= limit <= WORST_CLASS:
        fix = f"give a class of 0 to {WORST_CLASS}"
        faults.append(Fault(where="--seismic-limit", value=limit, problem="is no class", fix=fix))
    if filters.data_law is not None and not filters.data_law.strip():
        faults.append(Fault(where="--data-law", problem="is empty", fix="name a law such as GDPR"))
    if faults:
        raise InputError(faults)
    return filters


def reasons_out(risk: SiteRisk | None, filters: SiteFilters) -> tuple[str, ...]:
    """Say why a site is out; empty when it stays."""
    return tuple(_reasons(risk or SiteRisk(id="", name="", source="", evidence=""), filters))


def stops(note: str) -> str | None:
    """Give the clause of a power note that speaks of a stop still in force; None without one."""
    for clause in _CLAUSES.split(note):
        ended = any(2000 + int(end) < AS_OF_YEAR for end in _PERIOD.findall(clause))
        if _STOPS.search(clause) and not ended:
            return clause.strip()
    return None


def _reasons(row: SiteRisk, filters: SiteFilters) -> Iterator[str]:
    limit = filters.highest_seismic_class
    if limit is not None:
        if row.seismic_class is None:
            yield "seismic class unknown"
        elif row.seismic_class > limit:
            yield f"seismic class {row.seismic_class}, limit {limit}"
    stop = stops(row.power_availability_note or "")
    if stop is not None and not filters.allow_moratorium:
        yield f"no new load: {stop}"
    if filters.data_law is not None:
        if row.data_residency is None:
            yield "data law unknown"
        elif filters.data_law.casefold() not in row.data_residency.casefold():
            yield f"data law is {row.data_residency}, not {filters.data_law}"
