"""The renewables part of a facility record."""

from __future__ import annotations

import numpy as np

from dcbench.records.facility_energy import Renewables, Supply
from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.impact.carbon import grid_intensity
from dcbench_planner.facility.renewables.ask import RenewablesAsk
from dcbench_planner.facility.renewables.battery import Battery
from dcbench_planner.facility.renewables.emissions import emissions
from dcbench_planner.facility.renewables.generation import Generation, generate
from dcbench_planner.facility.renewables.matching import Matched, matched
from dcbench_planner.facility.renewables.money import supply_usd_per_year
from dcbench_planner.facility.simulation import Simulation

BOUNDARY = (
    "on-site supply is behind the meter; contracts are matched to the load by the hour for the "
    "24/7 share and by the year for the market-based figure; the grid's own clean share is out; "
    "battery losses are outside the PUE boundary; exports earn nothing"
)


def renewables(
    simulation: Simulation, ask: RenewablesAsk, book: AssumptionBook, *, basis: str | None = None
) -> Renewables:
    """Match the asked supply to the facility's hours, about 0.3 s with photovoltaics.

    Args:
        simulation: of the facility; its hours are the load.
        ask: sizes, see `checked_ask`.
        book: `renewables.*`; draws in it are ignored, entries read are marked as used.
        basis: of the grid's carbon, `direct` or `lifecycle`; None takes the site's.

    Raises:
        EnvironmentUnfitError: photovoltaics are asked for and pvlib is not installed.
        InputError: the site has no grid factor on that basis.
    """
    point = book.with_draws({})
    grid = grid_intensity(simulation.design.site, basis)
    generation = generate(simulation, ask, point)
    store = _battery(ask, point)
    load = simulation.hours.total_kw
    hours = matched(load, generation.on_site_kw, generation.ppa_kw, store)
    emitted = emissions(hours, generation, ask, grid, point)
    cost = supply_usd_per_year(ask, float(generation.ppa_kw.sum()), point)
    price = simulation.design.site.elec_price_industrial_usd_kwh
    bought = float(hours.uncovered_kw.sum())
    book.used |= point.used
    return Renewables(
        supplies=tuple(_supplies(ask, generation, hours)),
        load_kwh_per_year=float(load.sum()),
        matched_annual_share=_annual_share(generation, load),
        cfe_247_share=min(max(hours.cfe_share, 0.0), 1.0),
        ref=_ref(hours),
        grid_kwh_per_year=float(hours.grid_kw.sum()),
        uncovered_kwh_per_year=bought,
        exported_kwh_per_year=max(float(hours.exported_kw.sum()), 0.0),
        battery_losses_kwh_per_year=max(hours.battery.losses_kwh, 0.0),
        location_kgco2e_per_year=emitted.location,
        market_kgco2e_per_year=emitted.market,
        market_hourly_kgco2e_per_year=emitted.market_hourly,
        grid_basis="lifecycle" if grid.basis == "lifecycle" else "direct",
        usd_per_year=cost,
        grid_usd_per_year=None if price is None else bought * price,
        note="; ".join((BOUNDARY, *generation.notes)),
    )


def _battery(ask: RenewablesAsk, book: AssumptionBook) -> Battery:
    if ask.battery_kwh == 0:
        return Battery(usable_kwh=0.0, power_kw=0.0, round_trip=1.0)
    power = ask.battery_kw
    if power is None:
        power = ask.battery_kwh / book["renewables.battery_hours"]
    return Battery(
        usable_kwh=ask.battery_kwh * book["renewables.battery_usable"], power_kw=power,
        round_trip=book["renewables.battery_round_trip"],
    )  # fmt: skip


def _annual_share(generation: Generation, load_kw: Array) -> float:
    produced = float(generation.on_site_kw.sum() + generation.ppa_kw.sum())
    return min(1.0, produced / float(load_kw.sum()))


def _ref(hours: Matched) -> float:
    """ISO/IEC 30134-3: renewable energy over all energy of the year.

    Exports and battery losses are left out; a contract counts with its whole year.
    """
    unused = hours.contract_kw - hours.contract_direct_kw - hours.contract_charged_kw
    share = hours.cfe_share + float(unused.sum() / hours.load_kw.sum())
    return min(max(share, 0.0), 1.0)


def _supplies(ask: RenewablesAsk, generation: Generation, hours: Matched) -> list[Supply]:
    on_site = hours.on_site_direct_kw + hours.on_site_charged_kw
    used = np.divide(on_site, hours.on_site_kw, out=np.zeros_like(on_site),
                     where=hours.on_site_kw > 0)  # fmt: skip
    contract = hours.contract_direct_kw + hours.contract_charged_kw
    listed = [
        _supply("pv", ask.pv_kw, generation.pv_kw, used * generation.pv_kw),
        _supply("wind", ask.wind_kw, generation.wind_kw, used * generation.wind_kw),
        _supply("ppa", ask.ppa_kw, generation.ppa_kw, contract),
    ]
    if ask.battery_kwh > 0:
        delivered = float(hours.battery.discharge_kw.sum())
        listed.append(
            Supply(kind="battery", size=ask.battery_kwh, size_unit="kWh",
                   kwh_per_year=delivered, used_kwh_per_year=delivered)
        )  # fmt: skip
    return [supply for supply in listed if supply.size > 0]


def _supply(kind: str, size_kw: float, produced_kw: Array, used_kw: Array) -> Supply:
    produced = float(produced_kw.sum())
    factor = min(produced / (size_kw * HOURS_PER_YEAR), 1.0) if size_kw else None
    units = {"pv": "kW of modules", "wind": "kW", "ppa": "kW mean"}
    return Supply.model_validate(
        {
            "kind": kind, "size": size_kw, "size_unit": units[kind], "kwh_per_year": produced,
            "used_kwh_per_year": float(used_kw.sum()), "capacity_factor": factor,
        }
    )  # fmt: skip
