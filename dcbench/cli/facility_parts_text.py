"""Parts of a facility record that compare: sites, topologies, savings, rules, supply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcbench.units import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dcbench.records.facility import FacilityRecord
    from dcbench.records.facility_sites import RankedSite, SavingsPackage
    from dcbench.records.facility_standards import Requirement

SITES_SHOWN, SAVINGS_SHOWN, ITEMS_SHOWN = 10, 10, 10
_KINDS = ("law", "policy", "standard", "label", "proposal")


def site_lines(record: FacilityRecord) -> list[str]:
    """Rank the compared sites, best first."""
    if not record.sites:
        return []
    rows = [
        ["rank", "site", "score (interval)", "known", "cooling", "dPUE", *_criteria(record.sites)],
        *(_site_row(site) for site in record.sites[:SITES_SHOWN]),
    ]
    out = sum(bool(site.excluded_by) for site in record.sites)
    tied = sum(site.is_tied_with_best for site in record.sites)
    told = (
        f"{len(record.sites)} sites, score 0 best to 1; {tied} cannot be told from the first, "
        f"{out} left out by filters; all in --json"
    )
    return ["sites", *_aligned(rows), f"  {told}", ""]


def redundancy_lines(record: FacilityRecord) -> list[str]:
    """Set the topologies side by side."""
    if not record.redundancy_options:
        return []
    head = ["topology", "availability", "outages/a", "h/a", "dPUE", "plant USD", "USD/a",
            "lost work USD/a", ""]  # fmt: skip
    rows = [
        [option.redundancy, f"{option.availability:.6f}", f"{option.outages_per_year:.2f}",
         f"{option.outage_h_per_year:.2f}", f"{option.dpue_annual:.3f}",
         rounded(option.plant_usd), rounded(option.usd_per_year),
         rounded(option.lost_usd_per_year), "cheapest" if option.is_cheapest else ""]
        for option in record.redundancy_options
    ]  # fmt: skip
    return ["redundancy against lost work", *_aligned([head, *rows]), ""]


def saving_lines(record: FacilityRecord) -> list[str]:
    """Rank the ways to save, and the package."""
    part = record.savings
    if part is None:
        return []
    head = ["ways to save", "MWh/a", "m3/a", "tCO2e/a", "USD/a", "capital", "payback", "dPUE"]
    rows = [
        [saving.measure, rounded(saving.kwh_per_year / 1e3), rounded(saving.water_l_per_year / 1e3),
         rounded(saving.kgco2e_per_year / 1e3), rounded(saving.usd_per_year),
         rounded(saving.capital_usd), _years(saving.payback_years), f"{saving.dpue_annual:.3f}"]
        for saving in part.measures[:SAVINGS_SHOWN]
    ]  # fmt: skip
    more = len(part.measures) - SAVINGS_SHOWN
    tail = [f"  {more} further measures in --json"] if more > 0 else []
    return [*_aligned([head, *rows], indent=""), *tail, *_package_lines(part.package), ""]


def requirement_lines(record: FacilityRecord) -> list[str]:
    """List the rules that apply, laws first; the others are counted."""
    applying = [rule for rule in record.requirements if rule.applies]
    if not applying:
        return []
    ordered = sorted(applying, key=lambda rule: (_KINDS.index(rule.kind), rule.jurisdiction))
    rows = [_requirement_row(rule) for rule in ordered]
    others = len(record.requirements) - len(applying)
    told = f"  {others} rules of other places or sizes in --json; no verdict is a certificate"
    return ["rules that apply", *_aligned(rows), told, ""]


def supply_lines(record: FacilityRecord) -> list[str]:
    """Say how far renewable supply and reused heat go."""
    lines = []
    if record.renewables is not None:
        part = record.renewables
        sizes = ", ".join(f"{s.kind} {rounded(s.size)} {s.size_unit}" for s in part.supplies)
        lines.append(
            f"supply         {sizes}: {part.matched_annual_share:.1%} of the year's energy, "
            f"{part.cfe_247_share:.1%} hour by hour; market based "
            f"{rounded(part.market_kgco2e_per_year / 1e3)} tCO2e/a, location based "
            f"{rounded(part.location_kgco2e_per_year / 1e3)}"
        )
    if record.heat_reuse is not None:
        reuse = record.heat_reuse
        lines.append(
            f"reused heat    {rounded(reuse.heat_kwh_per_year / 1e3)} MWh/a at "
            f"{reuse.supply_c:g} °C, ERF {reuse.erf:.3f}, ERE {reuse.ere:.3f}; {reuse.note}"
        )
    return [*lines, ""] if lines else []


def register_lines(record: FacilityRecord) -> list[str]:
    """Count the risk register's items, by verdict."""
    items = record.risk_register
    if not items:
        return []
    counts = [
        f"{sum(item.verdict == verdict for item in items)} {verdict}"
        for verdict in ("met", "not met", "not checked")
    ]
    return [f"- risk register of the site: {', '.join(counts)} of {len(items)}; see --json"]


def _criteria(sites: Sequence[RankedSite]) -> list[str]:
    return [f"{score.criterion}, {score.unit}" for score in sites[0].scores]


def _site_row(site: RankedSite) -> list[str]:
    values = ["unknown" if s.value is None else rounded(s.value) for s in site.scores]
    interval = f"{site.score:.3f} ({site.score_low:.3f}-{site.score_high:.3f})"
    return [str(site.rank), site.site, interval, f"{site.known_share:.0%}", site.cooling,
            f"{site.dpue_annual:.3f}", *values]  # fmt: skip


def _package_lines(package: SavingsPackage | None) -> list[str]:
    if package is None:
        return []
    verdict = "reached" if package.is_met else "not reached"
    told = (
        f"  target {package.target_share:.1%} {verdict}: {package.reached_share:.1%} by "
        f"{', '.join(package.measures) or 'nothing'}, {rounded(package.kwh_per_year / 1e3)} MWh/a "
        f"simulated together ({rounded(package.sum_of_singles_kwh_per_year / 1e3)} if summed), "
        f"capital {rounded(package.capital_usd)} USD, payback {_years(package.payback_years)}"
    )
    return [told]


def _requirement_row(rule: Requirement) -> list[str]:
    value = "" if rule.value is None else f"{rounded(rule.value)}"
    return [rule.verdict, f"{rule.rule} ({rule.year})", f"{rule.quantity}: {rule.limit}", value]


def _years(years: float | None) -> str:
    return "never" if years is None else f"{rounded(years, 2)} a"


def _aligned(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        indent
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
