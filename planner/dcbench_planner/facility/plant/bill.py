"""The bill of plant: how many transformers, UPS, generators, chillers, CDUs ... a building has."""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.records.facility_plant import PlantItem
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.building import Building
from dcbench_planner.facility.plant.units import Fleet, sized

FUEL_LHV_KWH_PER_L = 9.96
"""Lower heating value of diesel, 35.9 MJ/L (EN 590 at 15 °C)."""
HEAT_REJECTION = (
    "water_cooled_chillers", "air_cooled_chillers", "dx_units", "cooling_towers", "dry_coolers",
    "adiabatic_coolers", "seawater_heat_exchangers", "indirect_evaporative_units",
)  # fmt: skip
ROOM = ("room_units", "cdus", "dx_units")
_HOT_C, _HIGH_M = 40.0, 1000.0


@dataclass(frozen=True, kw_only=True)
class Plant:
    """Fleets by kind, and what hangs on them."""

    fleets: dict[str, Fleet]
    fuel_l: float
    battery_kwh: float
    """Per UPS unit."""

    def items(self) -> dict[str, PlantItem]:
        """Give the bill as it stands in a facility record."""
        generators, ups = self.fleets["generators"], self.fleets["ups"]
        listed = {kind: _item(fleet) for kind, fleet in self.fleets.items()}
        listed["fuel_tanks"] = PlantItem(
            units=generators.units, redundant_units=generators.redundant_units,
            rating=self.fuel_l / generators.duty_units, rating_unit="L",
        )  # fmt: skip
        listed["ups_batteries"] = PlantItem(
            units=ups.units, redundant_units=ups.redundant_units, rating=self.battery_kwh,
            rating_unit="kWh",
        )  # fmt: skip
        return listed

    def weakest(self, kinds: tuple[str, ...]) -> Fleet | None:
        """Give the fleet of those kinds with most units to lose; None if the plant has none."""
        present = [self.fleets[kind] for kind in kinds if kind in self.fleets]
        ranked = sorted(present, key=lambda fleet: (fleet.redundant_units == 0, fleet.duty_units))
        return ranked[-1] if ranked else None


def plant_of(building: Building, book: AssumptionBook) -> Plant:
    """Count units for the building's peak.

    Generators carry the whole facility and lose rating in hot or thin air. Heat-removing units are
    sized for their largest duty in the peak hours.
    """
    fleets = {"transformers": building.supply.transformers, "ups": building.chain.ups}
    fleets["generators"] = sized(
        "generators", building.peak_kw / book["plant.generator_fill"], building.redundancy, book,
        derate=generator_derate(
            building.climate.design_dry_bulb_c, building.climate.elevation_m, book
        ),
    )  # fmt: skip
    for kind, duty in building.peak.cooled.duties_kw.items():
        largest_kw = float(duty.max())
        if largest_kw > 0:
            load = largest_kw / book["plant.heat_unit_fill"]
            fleets[kind] = sized(kind, load, building.redundancy, book)
    fuel_kw_h = building.peak_kw * book["plant.fuel_hours"]
    minutes = book["plant.battery_minutes"] / book["plant.battery_usable"]
    return Plant(
        fleets=fleets, fuel_l=fuel_kw_h * book["plant.generator_l_per_kwh"],
        battery_kwh=building.chain.ups.rating * minutes / 60,
    )  # fmt: skip


def generator_derate(design_db_c: float, elevation_m: float, book: AssumptionBook) -> float:
    """Give the usable share of a generator's rating: linear above 40 °C and above 1000 m."""
    hot = book["plant.generator_derate_per_k"] * max(design_db_c - _HOT_C, 0)
    high = book["plant.generator_derate_per_m"] * max(elevation_m - _HIGH_M, 0)
    return float(max(1 - hot - high, 0.5))


def fuel_efficiency(book: AssumptionBook) -> float:
    """Give the generators' electrical efficiency on the fuel's lower heating value."""
    return float(1 / (book["plant.generator_l_per_kwh"] * FUEL_LHV_KWH_PER_L))


def _item(fleet: Fleet) -> PlantItem:
    return PlantItem(
        units=fleet.units, redundant_units=fleet.redundant_units, rating=fleet.rating,
        rating_unit=fleet.unit,
    )  # fmt: skip
