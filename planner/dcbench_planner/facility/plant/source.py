"""The source of power: utility feeds, generators that must start, batteries that bridge."""

from __future__ import annotations

import math

from dcbench.records.facility_plant import AvailabilityPart
from dcbench.records.scenario import Redundancy
from dcbench.units import HOURS_PER_YEAR, SECONDS_PER_HOUR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.plant.availability import Uptime, parallel, unit_of
from dcbench_planner.facility.plant.bill import Plant
from dcbench_planner.facility.plant.groups import Group, group_of


def source_part(plant: Plant, redundancy: Redundancy, book: AssumptionBook) -> AvailabilityPart:
    """Give utility, HV/MV transformers and generators as one block.

    When the utility or the transformers behind it fail (f per year, for r hours), batteries carry
    the IT until the generators do. Down are the hours of failures in which too few generators start
    or last, and the start time where batteries do not bridge it:
    U = sum (U_i (1 - P_g) + f_i P_g (1 - P_b) t_start), outages sum f_i (1 - P_g P_b).

    Args:
        plant: feeds, HV/MV transformers, generators, UPS.
        redundancy: topology.
        book: rates, probabilities on demand, start times.
    """
    generators = group_of(plant.fleets["generators"], redundancy)
    batteries = group_of(plant.fleets["ups"], redundancy)
    bridged = batteries_on_demand(batteries, book)
    start_share = start_s(book) / SECONDS_PER_HOUR / HOURS_PER_YEAR
    down, outages, anywhere, up = 0.0, 0.0, 0.0, 1.0
    for line in _lines(plant, redundancy, book):
        starts = generators_on_demand(generators, line.outage_h, book)
        down += (1 - line.availability) * (1 - starts)
        down += line.outages_per_year * starts * (1 - bridged) * start_share
        outages += line.outages_per_year * (1 - starts * bridged)
        everywhere = starts**generators.groups * bridged**batteries.groups
        anywhere += line.outages_per_year * (1 - everywhere)
        up *= line.availability
    feeds = plant.fleets["utility_feeds"]
    return AvailabilityPart(
        block=f"utility ({feeds.units} feeds) and generators", needed=generators.needed,
        installed=generators.needed + generators.spares, groups=generators.groups,
        unit_availability=up, availability=1 - down, outages_per_year=outages,
        facility_outages_per_year=anywhere,
    )  # fmt: skip


def utility_uptime(book: AssumptionBook, *, is_doubled: bool) -> Uptime:
    """Give one feed, or two that fail independently and together."""
    one = unit_of("utility", book)
    if not is_doubled:
        return Uptime(
            availability=one.availability,
            outages_per_year=one.failures_per_year * one.availability,
        )
    together = unit_of("two_feeds", book)
    alone = 2 * one.failures_per_year * one.availability * (1 - one.availability)
    return Uptime(
        availability=parallel(one.availability, one.availability) * together.availability,
        outages_per_year=alone + together.failures_per_year * together.availability,
    )


def generators_on_demand(group: Group, outage_h: float, book: AssumptionBook) -> float:
    """Give the probability that enough generators start and last for so many hours."""
    lasting = math.exp(-book["availability.generator_run_per_year"] * outage_h / HOURS_PER_YEAR)
    works = (1 - book["availability.generator_no_start"]) * lasting
    return group.on_demand(works, book["availability.common_cause"])


def batteries_on_demand(group: Group, book: AssumptionBook) -> float:
    """Give the probability that batteries carry the IT until generators do."""
    if start_s(book) > 60 * book["plant.battery_minutes"]:
        return 0.0
    works = 1 - book["availability.battery_no_bridge"]
    return group.on_demand(works, book["availability.common_cause"])


def start_s(book: AssumptionBook) -> float:
    """Give the time from the utility's failure until generators carry the load."""
    return float(book["availability.generator_start_s"] + book["availability.transfer_s"])


def _lines(plant: Plant, redundancy: Redundancy, book: AssumptionBook) -> list[Uptime]:
    """Give what the generators stand in for."""
    feeds = plant.fleets["utility_feeds"]
    lines = [utility_uptime(book, is_doubled=feeds.redundant_units >= feeds.duty_units)]
    if "hv_transformers" in plant.fleets:
        group = group_of(plant.fleets["hv_transformers"], redundancy)
        beta = book["availability.common_cause"]
        lines.append(group.uptime(unit_of("hv_transformer", book), beta))
    return lines
