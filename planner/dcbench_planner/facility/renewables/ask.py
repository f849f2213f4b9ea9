"""What renewable supply is asked for, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from dcbench.errors import Fault, InputError

PpaShape = Literal["flat", "wind", "pv"]
"""Hours of a contract: the same power always, or as wind or photovoltaics produce."""
LARGEST_KW = 1e7
LARGEST_KWH = 1e9
YIELD_KWH_PER_KW = (200.0, 3000.0)
LOWEST_WIND_M_PER_S, HIGHEST_WIND_M_PER_S = 2.0, 15.0


@dataclass(frozen=True, kw_only=True)
class RenewablesAsk:
    """Sizes; zero means none. `checked_ask` makes one from a user's values."""

    pv_kw: float = 0.0
    """Modules at standard test conditions, on site."""
    pv_yield_kwh_per_kw: float | None = None
    """Known yield of a year per kW of modules, which then replaces the modelled level."""
    wind_kw: float = 0.0
    """Turbine rating, on site."""
    wind_speed_m_per_s: float | None = None
    """Annual mean at hub height; None takes the assumption."""
    ppa_kw: float = 0.0
    """Mean contracted power, delivered over the grid."""
    ppa_shape: PpaShape = "flat"
    battery_kwh: float = 0.0
    """Nominal energy."""
    battery_kw: float | None = None
    """Charging and discharging power at the grid side; None takes energy over assumed hours."""

    @property
    def is_empty(self) -> bool:
        """Nothing is asked for."""
        return self == RenewablesAsk()

    @property
    def needs_sun(self) -> bool:
        """Hours of photovoltaics are needed."""
        return self.pv_kw > 0 or (self.ppa_kw > 0 and self.ppa_shape == "pv")


def checked_ask(
    *, pv_kw: float | None = None, pv_yield_kwh_per_kw: float | None = None,
    wind_kw: float | None = None, wind_speed_m_per_s: float | None = None,
    ppa_kw: float | None = None, ppa_shape: str = "flat", battery_kwh: float | None = None,
    battery_kw: float | None = None,
) -> RenewablesAsk:  # fmt: skip
    """Check a user's values; None means not given.

    Raises:
        InputError: with every fault.
    """
    sizes = {"--pv-kw": pv_kw, "--wind-kw": wind_kw, "--ppa-kw": ppa_kw}
    faults = [
        fault for flag, size in sizes.items() for fault in _outside(flag, size, 0, LARGEST_KW, "kW")
    ]
    faults += _outside("--battery-kwh", battery_kwh, 0, LARGEST_KWH, "kWh")
    faults += _outside("--battery-kw", battery_kw, 1e-3, LARGEST_KW, "kW")
    faults += _outside(
        "--wind-speed", wind_speed_m_per_s, LOWEST_WIND_M_PER_S, HIGHEST_WIND_M_PER_S,
        "m/s at hub height",
    )  # fmt: skip
    faults += _outside("--pv-yield", pv_yield_kwh_per_kw, *YIELD_KWH_PER_KW, "kWh per kW and year")
    faults += _lonely(sizes, battery_kwh)
    needs = (
        ("--wind-speed", wind_speed_m_per_s, "wind", "--wind-kw", wind_kw),
        ("--pv-yield", pv_yield_kwh_per_kw, "photovoltaics", "--pv-kw", pv_kw),
        ("--battery-kw", battery_kw, "a battery", "--battery-kwh", battery_kwh),
    )
    faults += [
        Fault(where=flag, problem=f"acts on {what} only", fix=f"add {needed}")
        for flag, value, what, needed, size in needs
        if value is not None and not size
    ]
    known: dict[str, PpaShape] = {name: name for name in get_args(PpaShape)}
    if ppa_shape not in known:
        fix = f"one of {', '.join(known)}"
        faults.append(Fault(where="--ppa-shape", value=ppa_shape, problem="unknown shape", fix=fix))
    if faults:
        raise InputError(faults)
    return RenewablesAsk(
        pv_kw=pv_kw or 0.0, pv_yield_kwh_per_kw=pv_yield_kwh_per_kw, wind_kw=wind_kw or 0.0,
        wind_speed_m_per_s=wind_speed_m_per_s, ppa_kw=ppa_kw or 0.0, ppa_shape=known[ppa_shape],
        battery_kwh=battery_kwh or 0.0, battery_kw=battery_kw,
    )  # fmt: skip


def _outside(flag: str, value: float | None, low: float, high: float, unit: str) -> list[Fault]:
    if value is None or low <= value <= high:
        return []
    fix = f"give {low:g} to {high:g} {unit}"
    return [Fault(where=flag, value=value, problem="is out of range", fix=fix)]


def _lonely(sizes: dict[str, float | None], battery_kwh: float | None) -> list[Fault]:
    """Find a battery with nothing to store."""
    if not battery_kwh or any(sizes.values()):
        return []
    fix = "add --pv-kw, --wind-kw or --ppa-kw"
    problem = "the battery stores surplus of renewable supply and there is none"
    return [Fault(where="--battery-kwh", problem=problem, fix=fix)]
