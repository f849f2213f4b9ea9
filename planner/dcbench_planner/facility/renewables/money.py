"""What renewable supply costs a year: capital by its life, upkeep, contracts."""

from __future__ import annotations

import math

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.renewables.ask import RenewablesAsk


def capital_recovery(rate: float, years: float) -> float:
    """Give the yearly payment per capital, r (1+r)^n / ((1+r)^n - 1)."""
    if rate <= 0:
        return 1 / years
    return rate / (1 - math.pow(1 + rate, -years))


def supply_usd_per_year(ask: RenewablesAsk, ppa_kwh: float, book: AssumptionBook) -> float:
    """Give annuities, upkeep and contract payments; exports earn nothing."""
    owned = {"pv": ask.pv_kw, "wind": ask.wind_kw, "battery": ask.battery_kwh}
    units = {"pv": "kw", "wind": "kw", "battery": "kwh"}
    total = ppa_kwh * book["renewables.ppa_usd_per_kwh"] if ask.ppa_kw else 0.0
    for kind, size in owned.items():
        if size > 0:
            capital = size * book[f"renewables.{kind}_usd_per_{units[kind]}"]
            total += capital * _yearly(kind, book)
    return float(total)


def _yearly(kind: str, book: AssumptionBook) -> float:
    life = book[f"renewables.{kind}_life_years"]
    recovery = capital_recovery(book["finance.cost_of_capital"], life)
    return float(recovery + book[f"renewables.{kind}_om_share"])
