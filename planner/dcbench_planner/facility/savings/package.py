"""Measures taken together: added one by one, the whole set simulated again each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dcbench.records.facility_sites import SavingsPackage
from dcbench_planner.facility.savings.case import Case, Measure
from dcbench_planner.facility.savings.worth import Prices, Worth, as_package, worth
from dcbench_planner.facility.simulation import Simulation

SMALLEST_GAIN = 1e-6
"""Of the facility's energy; less is no reason to add a measure."""


@dataclass(frozen=True, kw_only=True)
class Single:
    """One measure by itself."""

    measure: Measure
    worth: Worth


def package(
    singles: Sequence[Single], base: Simulation, first: Case, at: Prices, target_share: float
) -> SavingsPackage:
    """Add measures in the order given until a share of the facility's energy is saved.

    A measure stays if the set with it saves more energy than without, and no heat stays in the
    hall that did not before. Then measures are dropped without which no less is saved. Measures
    that save only because less work is done are passed over. This is greedy: another set may
    reach the target for less money.

    Args:
        singles: measures by themselves, best first; those that save no energy are passed over.
        base: the design as it is.
        first: the same as a case.
        at: prices.
        target_share: of the facility's annual energy, 0-1.
    """
    total_kwh = base.totals.total_kwh
    saving = [one for one in singles if one.worth.same_work_kwh > SMALLEST_GAIN * total_kwh]
    kept: list[Single] = []
    reached = worth(first, base, at)
    for single in saving:
        if reached.kwh >= target_share * total_kwh:
            break
        if _excluded(single, kept):
            continue
        found = _together([*kept, single], base, first, at)
        if found is not None and found.kwh > reached.kwh + SMALLEST_GAIN * total_kwh:
            kept, reached = [*kept, single], found
    kept, reached = _pruned(kept, reached, base, first, at)
    return as_package(
        tuple(single.measure.name for single in kept), reached, target_share=target_share,
        facility_kwh=total_kwh, singles_kwh=sum(single.worth.kwh for single in kept),
    )  # fmt: skip


def _pruned(
    kept: list[Single], reached: Worth, base: Simulation, first: Case, at: Prices
) -> tuple[list[Single], Worth]:
    """Drop what a later measure has made useless."""
    for single in list(kept):
        rest = [other for other in kept if other is not single]
        found = _together(rest, base, first, at)
        if found is not None and found.kwh >= reached.kwh:
            kept, reached = rest, found
    return kept, reached


def _excluded(single: Single, kept: Sequence[Single]) -> bool:
    word = single.measure.excludes
    return bool(word) and any(other.measure.excludes == word for other in kept)


def _together(singles: Sequence[Single], base: Simulation, first: Case, at: Prices) -> Worth | None:
    """Apply measures one after another; None if one no longer applies or heat stays."""
    case = first
    for single in singles:
        change = single.measure.apply(case)
        if change is None:
            return None
        case = change.case
    found = worth(case, base, at)
    return None if found.run.totals.unmet_hours > base.totals.unmet_hours else found
