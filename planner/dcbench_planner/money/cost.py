"""What the cluster costs to buy, to run, and per hour that it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dcbench.units import HOURS_PER_YEAR
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.money.finance import annual_capital_usd, levelised_usd_per_hour

BASIS = "US dollars, real, at the price years of the assumptions (2024 to 2026), before tax"

IT_LINES = ("accelerator_nodes", "spare_nodes", "network", "storage")
NODE_LINES = ("accelerator_nodes", "spare_nodes")
"""Lines that have a resale value."""


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """What there is to pay for."""

    it_usd: Mapping[str, Number]
    """By the names of `IT_LINES`."""
    accelerators: int
    """That do paid work; spares do not."""
    it_avg_kw: Number
    critical_kw: Number
    """IT design power that a facility is built or rented for."""
    dpue_annual: Number
    wue_site_l_per_kwh: Number
    own_plant: bool
    """False: a share of a colocation hall, with power billed on top."""
    liquid_cooled: bool


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """Costs of owning; values may be arrays of draws."""

    capex_usd: Mapping[str, Number]
    opex_usd_per_year: Mapping[str, Number]
    annual_usd: Number
    """Capital charge and operating cost of one year."""
    usd_per_gpu_hour: Number


def cost_of_owning(purchase: Purchase, book: AssumptionBook) -> Ownership:
    """Give CapEx and OpEx lines and the levelised cost of an accelerator-hour.

    annual = sum_i [C_i - RV_i (1+r)^-n_i] CRF(r, n_i) + OpEx; LCOG = annual / (N 8760 u). Energy is
    paid for the whole year, also in hours that are not used.
    """
    capex = dict(purchase.it_usd) | _facility_capex(purchase, book)
    opex = _opex(purchase, capex, book)
    annual = sum(opex.values()) + sum(
        _annual_line_usd(line, usd, book) for line, usd in capex.items()
    )
    hourly = levelised_usd_per_hour(annual, purchase.accelerators, book["finance.utilisation"])
    return Ownership(
        capex_usd=capex, opex_usd_per_year=opex, annual_usd=annual, usd_per_gpu_hour=hourly
    )


def _facility_capex(purchase: Purchase, book: AssumptionBook) -> dict[str, Number]:
    if not purchase.own_plant:
        return {}
    usd_per_kw = book["price.facility_usd_per_kw"]
    if purchase.liquid_cooled:
        usd_per_kw = usd_per_kw * (1.0 + book["price.facility_liquid_premium"])
    return {"facility": purchase.critical_kw * usd_per_kw}


def _annual_line_usd(line: str, usd: Number, book: AssumptionBook) -> Number:
    life = "finance.it_life_years" if line in IT_LINES else "finance.facility_life_years"
    residual = book["finance.node_residual_share"] if line in NODE_LINES else 0.0
    return annual_capital_usd(usd, book["finance.cost_of_capital"], book[life], residual)


def _opex(
    purchase: Purchase, capex: Mapping[str, Number], book: AssumptionBook
) -> dict[str, Number]:
    it_kwh = purchase.it_avg_kw * HOURS_PER_YEAR
    it_usd = sum(purchase.it_usd.values())
    lines = {
        "energy": it_kwh * purchase.dpue_annual * book["price.electricity_usd_per_kwh"],
        "it_maintenance": it_usd * book["opex.it_maintenance_share"],
        "insurance": sum(capex.values()) * book["opex.insurance_share"],
        "staff": purchase.critical_kw * book["opex.staff_usd_per_kw_year"],
    }
    return lines | _hall_opex(purchase, capex, it_kwh, book)


def _hall_opex(
    purchase: Purchase, capex: Mapping[str, Number], it_kwh: Number, book: AssumptionBook
) -> dict[str, Number]:
    """Own plant: upkeep and water. Colocation: rent, which includes both."""
    if not purchase.own_plant:
        rent = purchase.critical_kw * 12.0 * book["price.colocation_usd_per_kw_month"]
        return {"colocation": rent}
    litres = it_kwh * purchase.wue_site_l_per_kwh
    return {
        "water": litres / 1000.0 * book["price.water_usd_per_m3"],
        "facility_maintenance": capex["facility"] * book["opex.facility_maintenance_share"],
    }
