"""The bill of plant: how many transformers, UPS, generators, chillers, CDUs ... a building has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dcbench.records.facility_plant import PlantItem
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.building import Building
from dcbench_planner.facility.plant.counts import heat_fleets
from dcbench_planner.facility.plant.racks import rack_feeds
from dcbench_planner.facility.plant.units import Fleet, sized
from dcbench_planner.facility.plant.water import water_fleets

FUEL_LHV_KWH_PER_L = 9.96
"""Lower heating value of diesel, 35.9 MJ/L (EN 590 at 15 °C)."""


@dataclass(frozen=True, kw_only=True)
class Plant:
    """Fleets by kind."""

    fleets: dict[str, Fleet]

    def items(self) -> dict[str, PlantItem]:
        """Give the bill as it stands in a facility record."""
        return {kind: fleet.item() for kind, fleet in self.fleets.items()}


def plant_of(building: Building, book: AssumptionBook) -> Plant:
    """Count units for the building's peak, derated for the site's heat and altitude."""
    fleets = [
        *_electrical(building, book),
        rack_feeds(building, book),
        *_heat(building, book),
        *water_fleets(building, book).values(),
    ]
    return Plant(fleets={fleet.kind: fleet for fleet in fleets})


def _heat(building: Building, book: AssumptionBook) -> Iterable[Fleet]:
    duties_kw, at = building.peak_duties_kw, building.conditions
    return heat_fleets(duties_kw, building.redundancy, book, at).values()


def fuel_efficiency(book: AssumptionBook) -> float:
    """Give the generators' electrical efficiency on the fuel's lower heating value."""
    return float(1 / (book["plant.generator_l_per_kwh"] * FUEL_LHV_KWH_PER_L))


def _electrical(building: Building, book: AssumptionBook) -> list[Fleet]:
    chain, supply = building.electrical.chain, building.electrical.supply
    mechanical, generators = (
        building.electrical.mechanical.ups,
        building.electrical.standby.generators,
    )
    boards = supply.transformers.attached(
        "switchboards", supply.transformers.rating, "kVA", supply.transformers.load,
        "one main board per transformer", fill=supply.transformers.fill,
    )  # fmt: skip
    feeds = sized(
        "utility_feeds", building.peak_kw / supply.power_factor, building.redundancy, book,
        sized_by="peak at the meter",
    )  # fmt: skip
    present = [
        feeds, supply.hv_transformers, supply.transformers, boards, chain.ups,
        _batteries(chain.ups, "ups_batteries", book), mechanical,
        mechanical and _batteries(mechanical, "mechanical_ups_batteries", book),
        generators, _tanks(generators, book), chain.pdus,
    ]  # fmt: skip
    return [fleet for fleet in present if fleet is not None]


def _batteries(ups: Fleet, kind: str, book: AssumptionBook) -> Fleet:
    """One battery per UPS unit, for its whole usable rating: P t over efficiency, depth, fade."""
    hours = book["plant.battery_minutes"] / 60 / book["plant.battery_usable"]
    return ups.attached(
        kind, ups.rating * hours, "kWh", ups.load * hours,
        f"UPS load for {book['plant.battery_minutes']:g} min at end of life", fill=ups.fill,
    )  # fmt: skip


def _tanks(generators: Fleet, book: AssumptionBook) -> Fleet:
    """One tank per generator, for its share of the load."""
    fuel_l = generators.load * book["plant.fuel_hours"] * book["plant.generator_l_per_kwh"]
    tanks = generators.attached(
        "fuel_tanks", fuel_l / generators.duty_units, "L", fuel_l,
        f"generator load for {book['plant.fuel_hours']:g} h",
    )  # fmt: skip
    return replace(tanks, derate=1.0)
