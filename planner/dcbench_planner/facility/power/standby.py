"""Keeping standby plant ready: block heaters, float charge, recharging, test runs.

Heaters and charging are electricity at the meter, in every hour. Test runs burn fuel into a load
bank; the fuel is counted apart and is not in the PUE.
"""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.records.facility_plant import Standby
from dcbench.records.scenario import Redundancy
from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.plant.derating import Conditions, derate
from dcbench_planner.facility.plant.units import Fleet, sized


@dataclass(frozen=True, kw_only=True)
class StandbyPlant:
    """Generators, and the power that standing by takes."""

    generators: Fleet
    heater_kw: float
    """Of all block heaters, mean."""
    float_kw: float
    """Of all batteries, full."""
    recharge_kw: float
    """Of all batteries after an outage; on top of `float_kw`, at the peak only."""

    @property
    def hourly_kw(self) -> float:
        """Give the power of an ordinary hour."""
        return self.heater_kw + self.float_kw

    @property
    def peak_kw(self) -> float:
        """Give the power at the peak: after an outage, batteries recharge."""
        return self.hourly_kw + self.recharge_kw


def standby_plant(
    *, low_voltage_kw: float, ups_load_kw: float, ups_rating_kw: float, redundancy: Redundancy,
    book: AssumptionBook, at: Conditions,
) -> StandbyPlant:  # fmt: skip
    """Size generators for the whole low-voltage peak while batteries recharge.

    Args:
        low_voltage_kw: peak of IT, losses and mechanical load, without standby power.
        ups_load_kw: peak at the output of all UPS.
        ups_rating_kw: of all UPS units.
        redundancy: topology.
        book: fills, derating, heaters.
        at: design conditions.
    """
    float_kw = book["power_chain.battery_float_share"] * ups_rating_kw
    recharge_kw = book["power_chain.battery_recharge_share"] * ups_load_kw
    generators = sized(
        "generators", low_voltage_kw + float_kw + recharge_kw, redundancy, book,
        fill=book["plant.generator_fill"], derate=derate("generators", at, book),
        sized_by="peak on the low-voltage side with batteries recharging",
    )  # fmt: skip
    return StandbyPlant(
        generators=generators,
        float_kw=float_kw,
        recharge_kw=recharge_kw,
        heater_kw=book["plant.generator_heater_kw_per_kw"] * generators.total_rating,
    )


def standby_record(plant: StandbyPlant, book: AssumptionBook) -> Standby:
    """Give a year of standing by.

    Fuel follows a straight consumption line: at no load a share of that at full load.
    """
    idle, load = book["plant.generator_idle_fuel_share"], book["plant.generator_test_load"]
    full_l_per_h = book["plant.generator_l_per_kwh"] * plant.generators.total_rating
    fuel_l = full_l_per_h * (idle + (1 - idle) * load) * book["plant.generator_test_h"]
    return Standby(
        generator_heaters_kwh_per_year=plant.heater_kw * HOURS_PER_YEAR,
        battery_charging_kwh_per_year=plant.float_kw * HOURS_PER_YEAR,
        generator_test_fuel_l_per_year=fuel_l,
        generator_test_kgco2e_per_year=fuel_l * book["plant.diesel_kgco2e_per_l"],
    )
