"""Availability from failure and repair rates: k of n units, parallel paths, common cause.

Standard reliability block algebra (IEEE 493); the beta factor follows IEC 61508-6 annex D.
"""

from __future__ import annotations

import math

from dcbench.records.scenario import Redundancy
from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.plant.units import Fleet


def unit_availability(failures_per_year: float, repair_h: float) -> float:
    """Give MTBF / (MTBF + MTTR)."""
    between_h = HOURS_PER_YEAR / failures_per_year
    return between_h / (between_h + repair_h)


def k_of_n(k: int, n: int, availability: float) -> float:
    """Give the probability that at least k of n independent units work."""
    down = 1 - availability
    return math.fsum(
        math.comb(n, failed) * down**failed * availability ** (n - failed)
        for failed in range(n - k + 1)
    )


def parallel(*availabilities: float) -> float:
    """Give the availability of paths of which one suffices."""
    return 1 - math.prod(1 - a for a in availabilities)


def with_common_cause(independent: float, unit: float, beta: float) -> float:
    """Subtract failures that take all units at once: U = U_independent + beta (1 - A_unit)."""
    return max(0.0, independent - beta * (1 - unit))


def facility_availability(
    *, generators: Fleet, transformers: Fleet, ups: Fleet, cooling: Fleet | None,
    room: Fleet | None,
    redundancy: Redundancy, book: AssumptionBook,
) -> float:  # fmt: skip
    """Give the share of time in which a rack has power and cooling.

    Utility backed by generators, then transformers, switchboards and UPS in series with heat
    rejection and room units. Of each kind the rack depends on one group of units that share a
    spare. Maintenance, human error and IT faults are not in it.

    Args:
        generators, transformers, ups: fleets of the power chain.
        cooling: chillers, towers or coolers, whichever is most likely to fail; None without any.
        room: room units or CDUs likewise.
        redundancy: topology of the power chain.
        book: failure and repair rates, common cause.
    """
    utility, switchboard = _unit("utility", book), _unit("switchboard", book)
    starts = _group(generators, 1 - book["availability.generator_no_start"], redundancy, book)
    fleets = {
        "transformer": transformers, "ups": ups, "chiller": cooling, "room_unit": room,
    }  # fmt: skip
    return math.prod(
        [
            parallel(utility, starts),
            parallel(switchboard, switchboard) if redundancy == "2N" else switchboard,
            *(
                _group(fleet, _unit(kind, book), redundancy, book)
                for kind, fleet in fleets.items()
                if fleet is not None
            ),
        ]
    )


def _unit(kind: str, book: AssumptionBook) -> float:
    return unit_availability(
        book[f"availability.{kind}_per_year"], book[f"availability.{kind}_repair_h"]
    )


def _group(fleet: Fleet, unit: float, redundancy: Redundancy, book: AssumptionBook) -> float:
    """Give the availability of a group; 2N is two paths of which each carries the whole group."""
    size = min(fleet.duty_units, int(book["plant.units_per_spare"]))
    if fleet.redundant_units == 0:
        return float(unit**size)
    if redundancy == "2N" and fleet.redundant_units == fleet.duty_units:
        independent = parallel(unit**size, unit**size)
    else:
        size = math.ceil(fleet.duty_units / fleet.redundant_units)
        independent = k_of_n(size, size + 1, unit)
    return with_common_cause(independent, unit, book["availability.common_cause"])
