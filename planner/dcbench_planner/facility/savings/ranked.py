"""Ways to save for one simulated design, ranked, and a package that meets a target."""

from __future__ import annotations

import math

from dcbench.errors import Fault, InputError
from dcbench.records.facility_sites import SavingsPart
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.savings.case import Case
from dcbench_planner.facility.savings.cooling_measures import cooling_measures
from dcbench_planner.facility.savings.it_measures import SHARED, it_measures
from dcbench_planner.facility.savings.package import Single, package
from dcbench_planner.facility.savings.power_measures import power_measures
from dcbench_planner.facility.savings.worth import as_saving, prices, worth
from dcbench_planner.facility.simulation import Simulation

MEASURES = (*cooling_measures(), *power_measures(), *it_measures())


def savings(
    simulation: Simulation, book: AssumptionBook, *, target_share: float | None = None,
    many_jobs: bool = True,
) -> SavingsPart:  # fmt: skip
    """Run the model again for every measure that applies, about 6 ms each.

    Args:
        simulation: the design as it is.
        book: assumptions that it was simulated with; entries read are marked as used.
        target_share: of the facility's annual energy that a package should save; no package if
            None.
        many_jobs: whether the nodes are shared by jobs that come and go; a single job leaves none
            idle, so measures about idle nodes are left out.

    Returns:
        Measures by money saved per year, then by energy; those that cost are last. Measures that
        change neither energy nor water are left out.

    Raises:
        InputError: the target is no share.
    """
    if target_share is not None:
        _check(target_share)
    point = book.with_draws({})
    at = prices(simulation.design, point)
    first = Case(design=simulation.design, book=point)
    usable = [measure for measure in MEASURES if many_jobs or measure.name not in SHARED]
    changes = [
        (measure, change) for measure in usable if (change := measure.apply(first)) is not None
    ]
    found = [
        (Single(measure=measure, worth=worth(change.case, simulation, at)), change)
        for measure, change in changes
    ]
    found = [pair for pair in found if _changes(pair[0])]
    found.sort(key=lambda pair: (-pair[0].worth.usd, -pair[0].worth.kwh, pair[0].measure.name))
    singles = [single for single, _ in found]
    chosen = None
    if target_share is not None:
        chosen = package(singles, simulation, first, at, target_share)
    book.used |= point.used
    return SavingsPart(
        facility_kwh_per_year=simulation.totals.total_kwh,
        electricity_usd_per_kwh=at.usd_per_kwh, electricity_source=at.electricity_source,
        water_usd_per_m3=at.usd_per_m3, kgco2e_per_kwh=at.grid.kgco2e_per_kwh,
        carbon_basis=at.grid.basis,
        measures=tuple(as_saving(s.measure.name, change, s.worth) for s, change in found),
        package=chosen,
    )  # fmt: skip


def parse_target(text: str, where: str = "--saving-target") -> float:
    """Read a share such as `20%` or `0.2`.

    Raises:
        InputError: it is no number, or not between 0 and 1.
    """
    stated = text.strip()
    is_percent = stated.endswith("%")
    try:
        value = float(stated.removesuffix("%")) / (100 if is_percent else 1)
    except ValueError:
        value = math.nan
    if not 0 < value < 1:
        raise InputError(_fault(where, text))
    return value


def _check(target_share: float) -> None:
    if not 0 < target_share < 1:
        raise InputError(_fault("--saving-target", target_share))


def _fault(where: str, value: object) -> Fault:
    fix = "give a share of the facility's energy such as 20% or 0.2"
    return Fault(where=where, value=value, problem="is no share", fix=fix)


def _changes(single: Single) -> bool:
    found = single.worth
    return found.kwh != 0 or found.water_l != 0 or found.lost_work_usd != 0
