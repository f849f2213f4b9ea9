"""What the catalog knows about a site's risks, in words; no evidence, only where to look."""

from __future__ import annotations

from collections.abc import Iterator

from dcbench.catalog import Catalog, Site, SiteRisk
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.simulation import Simulation
from dcbench_planner.facility.sites.risk import risk_score
from dcbench_planner.facility.sites.weights import default_weights

NO_ROW = "the catalog has no risks of this site: give them with --site-risk or in the overlay"
BAD_CLASS = 3


def site_risk_notes(
    site: Site, catalog: Catalog, book: AssumptionBook, *, takes_water: bool = True
) -> tuple[str, ...]:
    """Say what threatens one site, for a plan or a facility record.

    Args:
        site: the chosen site.
        catalog: its table of risks.
        book: weights of the items.
        takes_water: the cooling evaporates water.
    """
    row = catalog.site_risk.find(site.id)
    if row is None:
        return (NO_ROW,)
    risk = risk_score(row, default_weights(book).risks, book, takes_water=takes_water)
    known = f"{risk.known_share:.0%} of its weight known"
    score = "unknown" if risk.score is None else f"{risk.score:.2f}"
    line = f"site risk {score} on 0 (best) to 1, {known}, {_trust(row)}"
    if risk.known_share < 1:
        line += f"; between {risk.low:.2f} and {risk.high:.2f}"
    return (line, *_words(row))


def ranked_notes(run: Simulation, row: SiteRisk | None) -> tuple[str, ...]:
    """Say what a reader of the ranking must know about one site."""
    lines = []
    if run.totals.unmet_hours:
        lines.append(f"heat not removed in {run.totals.unmet_hours} h of the year")
    if run.design.site.price_evidence not in {"read", "user"}:
        lines.append("electricity price recalled, not read in a source")
    lines += [NO_ROW] if row is None else list(_words(row))
    return tuple(lines)


def worst_items(row: SiteRisk) -> tuple[str, ...]:
    """Name the hazard classes of 3 and 4."""
    classes = {
        "earthquake": row.seismic_class, "flood": row.flood_class,
        "cyclone": row.tropical_cyclone_class, "wildfire": row.wildfire_class,
        "tornado": row.tornado_class, "water stress": row.water_stress_class,
    }  # fmt: skip
    return tuple(
        f"{name} {value} of 4" for name, value in classes.items() if (value or 0) >= BAD_CLASS
    )


def unknown_items(row: SiteRisk) -> tuple[str, ...]:
    """Name the cells that the score needs and nobody has filled."""
    cells = {
        "grid interruptions": row.grid_saidi_min_per_year, "earthquake": row.seismic_class,
        "flood": row.flood_class, "cyclone": row.tropical_cyclone_class,
        "wildfire": row.wildfire_class, "tornado": row.tornado_class,
        "water stress": row.water_stress_class, "carriers": row.carriers_class,
    }  # fmt: skip
    return tuple(name for name, value in cells.items() if value is None)


def _words(row: SiteRisk) -> Iterator[str]:
    if worst_items(row):
        yield f"high: {', '.join(worst_items(row))}"
    if unknown_items(row):
        yield f"unknown: {', '.join(unknown_items(row))}"
    if row.power_availability_note:
        yield f"power, {_trust(row)}: {row.power_availability_note}"
    if row.data_residency:
        yield f"data law, {_trust(row)}: {row.data_residency}"


def _trust(row: SiteRisk) -> str:
    return {"user": "in part the user's own", "read": "read"}.get(row.evidence, "recalled")
