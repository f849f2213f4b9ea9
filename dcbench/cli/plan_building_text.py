"""The building of a plan in a few words; the facility record in `--json` has the whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dcbench.units import rounded

if TYPE_CHECKING:
    from dcbench.records.facility import FacilityRecord

SHOWN = ("transformers", "ups", "generators")
"""Kinds of plant that are named; of those that carry heat, all."""
HEAT = ("chillers", "towers", "coolers", "exchangers", "cdus", "rear_doors", "dx_units")


def building(record: FacilityRecord) -> Iterator[tuple[str, str]]:
    """Give label and text: plant, redundancy, rules, the best way to save."""
    yield "plant", _plant(record)
    best = next((option for option in record.redundancy_options if option.is_cheapest), None)
    if best is not None and record.availability is not None:
        text = f"{record.availability:.6f} with {record.redundancy}; cheapest with the work that"
        yield "availability", f"{text} outages destroy: {best.redundancy}"
    rules = [rule for rule in record.requirements if rule.applies]
    if rules:
        counts = ", ".join(
            f"{sum(rule.verdict == verdict for rule in rules)} {verdict}"
            for verdict in ("met", "not met", "not checked")
        )
        yield "rules", f"of {len(rules)} that apply here {counts}; no verdict is a certificate"
    if record.savings is not None and record.savings.measures:
        first = record.savings.measures[0]
        ways = f"{len(record.savings.measures)} ways in --json"
        saved = f"{rounded(first.kwh_per_year / 1e3)} MWh and {rounded(first.usd_per_year)} USD"
        yield "saves most", f"{first.measure}: {saved} a year; {ways}"


def _plant(record: FacilityRecord) -> str:
    kinds = [kind for kind in record.plant if kind in SHOWN or kind.endswith(HEAT)]
    told = [
        f"{record.plant[kind].units} {kind.replace('_', ' ')} of "
        f"{rounded(record.plant[kind].rating)} {record.plant[kind].rating_unit}"
        for kind in kinds
    ]
    return "; ".join(told)
