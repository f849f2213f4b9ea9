"""ASHRAE classes: does the design keep what the IT equipment was built for?

A class is a limit of the equipment. `for_classes` lets a loop be as warm as the class allows;
`check_classes` refuses a design that is warmer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dcbench.errors import Fault, InputError
from dcbench.records.scenario import Cooling
from dcbench_planner.assumptions import AssumptionBook, Entry
from dcbench_planner.facility.cooling.class_table import ThermalClass, find_class
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.design import Design

WIDEST_AIR_CLASS = "A4"
"""No IT equipment is sold for air outside its limits."""
COLD_PLATES = "cooling.liquid_share"
"""The loops whose liquid is a technology cooling system with a class of its own."""


@dataclass(frozen=True, kw_only=True)
class ClassRequirement:
    """One limit of a class beside what the design supplies, °C."""

    thermal_class: ThermalClass
    supply_c: float
    assumption: str
    """Entry of the book that sets the supply."""

    @property
    def allowed(self) -> bool:
        """The supply keeps the class's limits."""
        highest = self.thermal_class.allowable_high_c
        too_warm = highest is not None and self.supply_c > highest + 1e-9
        return not too_warm and self.supply_c >= self.thermal_class.allowable_low_c

    @property
    def recommended(self) -> bool:
        """The supply is no warmer than recommended; true of water, which has no such limit."""
        highest = self.thermal_class.recommended_high_c
        return highest is None or self.supply_c <= highest + 1e-9


def class_requirements(
    cooling: Cooling, book: AssumptionBook, *, air_class: str | None, water_class: str | None
) -> tuple[ClassRequirement, ...]:
    """Set what the design supplies beside the classes asked for.

    Raises:
        InputError: an unknown class, or a water class of a system without liquid at the racks.
    """
    return tuple(_requirements(cooling, book, air_class, water_class))


def check_classes(
    design: Design, book: AssumptionBook, *, air_class: str | None, water_class: str | None
) -> None:
    """Refuse a design whose supply is outside the class of the IT equipment.

    Args:
        design: its cooling system decides which supplies there are.
        book: supply temperatures, after `for_classes`.
        air_class: A1-A4 or H1; None asks for the widest, A4.
        water_class: W17-W45, W+ (facility water), S30-S50 (technology water); None asks nothing.

    Raises:
        InputError: with every limit that is not kept.
    """
    found = class_requirements(
        design.cooling, book, air_class=air_class or WIDEST_AIR_CLASS, water_class=water_class
    )
    faults = [_fault(need, design.cooling) for need in found if not need.allowed]
    if faults:
        raise InputError(faults)


def for_classes(
    book: AssumptionBook, cooling: Cooling, air_class: str | None, water_class: str | None
) -> AssumptionBook:
    """Let supplies be as warm as the classes allow.

    Water may be as warm as the class's limit, air as warm as recommended: above that servers' own
    fans and leakage grow, which the facility model does not see. Nothing is made colder; a supply
    that is too warm is for `check_classes`. Limits on humidity become those of the class. What the
    user set stays.

    Raises:
        InputError: an unknown class, or a water class of a system without liquid at the racks.
    """
    for need in _requirements(cooling, book, air_class, water_class):
        limits = need.thermal_class
        highest = limits.recommended_high_c or limits.allowable_high_c
        if highest is not None and highest > need.supply_c:
            warmer = book.entries[need.assumption].value + highest - need.supply_c
            book = _set(book, need.assumption, warmer, limits)
        for key in ("highest_dew_point_c", "highest_relative_humidity"):
            limit = getattr(limits, key)
            if limit is not None:
                book = _set(book, f"cooling.{key}", limit, limits)
    return book


def class_notes(found: tuple[ClassRequirement, ...]) -> tuple[str, ...]:
    """Say which supply meets which class."""
    return tuple(_note(need) for need in found)


def _requirements(
    cooling: Cooling, book: AssumptionBook, air_class: str | None, water_class: str | None
) -> Iterator[ClassRequirement]:
    system = SYSTEMS[cooling]
    if air_class is not None:
        yield ClassRequirement(
            thermal_class=find_class(air_class, "--air-class"),
            supply_c=book[system.supply_c], assumption=system.supply_c,
        )  # fmt: skip
    if water_class is None:
        return
    wanted = find_class(water_class, "--water-class")
    loop = system.liquid
    technology = wanted.kind == "technology water"
    if loop is None or (technology and loop.captured_share != COLD_PLATES):
        what = "cold plates" if technology else "liquid at the racks"
        raise InputError(
            Fault(
                where="--water-class",
                value=wanted.name,
                problem=f"{cooling} has no {what}",
                fix="leave it out, or --cooling dlc-dry",
            )
        )
    warmer = book["cooling.cdu_approach_k"] if technology else 0.0
    yield ClassRequirement(
        thermal_class=wanted, supply_c=book[loop.facility_water_c] + warmer,
        assumption=loop.facility_water_c,
    )  # fmt: skip


def _set(book: AssumptionBook, key: str, value: float, limits: ThermalClass) -> AssumptionBook:
    entry = book.entries[key]
    if entry.provenance == "user":
        return book
    source = f"class {limits.name}: {limits.source}"
    changed: Entry = replace(entry, value=value, low=value, high=value, source=source)
    return book.with_entry(changed)


def _fault(need: ClassRequirement, cooling: Cooling) -> Fault:
    limits = need.thermal_class
    flag = "--air-class" if limits.kind == "air" else "--water-class"
    highest = limits.allowable_high_c
    allowed = f"{limits.allowable_low_c:g} to {highest:g} °C"
    return Fault(
        where=flag, value=limits.name,
        problem=f"{cooling} supplies {limits.kind} at {need.supply_c:g} °C, the class allows "
        f"{allowed}",
        fix=f"set {need.assumption} within the class, or take a warmer class or another --cooling",
    )  # fmt: skip


def _note(need: ClassRequirement) -> str:
    limits = need.thermal_class
    high = "no stated limit" if limits.allowable_high_c is None else f"{limits.allowable_high_c:g}"
    line = f"class {limits.name}: {limits.kind} at {need.supply_c:g} °C, allowed to {high}"
    if not need.recommended:
        line += f"; above the recommended {limits.recommended_high_c:g} °C"
    return line
