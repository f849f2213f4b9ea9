"""Measures on cooling: temperatures, liquid share, system, heat exchangers, fans, tower water."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from dcbench.records.scenario import Cooling
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.savings.case import Case, Change, Measure

_AIR: tuple[Cooling, ...] = (
    "air-economizer", "indirect-evaporative", "water-economizer", "air-chiller",
)  # fmt: skip
_LIQUID: tuple[Cooling, ...] = ("dlc-dry", "dlc-adiabatic", "dlc-tower")
_NEEDS_PLATES = "needs nodes with cold plates; their slower fans are counted"
_EXCHANGERS = {
    "cooling.tower_approach_k": -1,
    "cooling.heat_exchanger_approach_k": -1,
    "cooling.dry_cooler_approach_k": -1,
    "cooling.cdu_approach_k": -1,
    "cooling.coil_effectiveness": 1,
    "cooling.indirect_wet_effectiveness": 1,
    "cooling.indirect_dry_effectiveness": 1,
    "cooling.media_effectiveness": 1,
}
"""Entries that larger exchange surfaces lower (-1) or raise (+1), to the end of their range."""


def cooling_measures() -> tuple[Measure, ...]:
    """Give the measures on cooling."""
    systems = tuple(
        Measure(name=f"cooling-{system}", apply=partial(_system, system), excludes="cooling system")
        for system in (*_AIR, *_LIQUID, "rear-door")
    )
    return (
        Measure(name="warmer-room-air", apply=_warmer_air),
        Measure(name="warmer-facility-water", apply=_warmer_water),
        Measure(name="more-liquid-cooling", apply=_more_liquid),
        Measure(name="larger-heat-exchangers", apply=_exchangers),
        Measure(name="containment", apply=_containment),
        Measure(name="lower-fan-pressure", apply=_fan_pressure),
        Measure(name="tower-water-cycles", apply=_cycles),
        *systems,
    )


def _warmer_air(case: Case) -> Change | None:
    """Raise the supply air to the end of the recommended envelope; hot IT draws more."""
    book = case.book
    before, after = book["cooling.room_supply_c"], book["savings.room_supply_highest_c"]
    if after <= before:
        return None
    threshold = book["savings.it_power_rises_above_c"]
    warmer_k = max(after - max(before, threshold), 0.0)
    in_air = 1 - _liquid_share(case)
    grown = 1 + book["savings.it_power_rise_per_k"] * warmer_k * in_air
    warmed = case.with_values({"cooling.room_supply_c": after}).with_it(grown, grown)
    return Change(
        case=warmed.paid("savings.warmer_air_usd_per_kw", case.design.it_kw),
        text=f"room supply air {before:g} -> {after:g} °C",
        note=f"air-cooled IT takes {grown - 1:.2%} more, which lowers PUE but not energy",
    )


def _warmer_water(case: Case) -> Change | None:
    """Raise the facility water to the end of the entry's range."""
    liquid = SYSTEMS[case.design.cooling].liquid
    if liquid is None:
        return None
    entry = case.book.entries[liquid.facility_water_c]
    if entry.high <= entry.value:
        return None
    return Change(
        case=case.with_values({entry.key: entry.high}).paid("savings.warmer_water_usd_per_kw"),
        text=f"facility water {entry.value:g} -> {entry.high:g} °C",
        note=f"IT must take water of {entry.high:g} °C; hotter accelerators leak more, not counted",
    )


def _more_liquid(case: Case) -> Change | None:
    """Move more heat from air to liquid, with slower server fans."""
    liquid = SYSTEMS[case.design.cooling].liquid
    if liquid is None or liquid.captured_share != "cooling.liquid_share":
        return None
    entry = case.book.entries["cooling.liquid_share"]
    if entry.high <= entry.value or entry.value >= 1:
        return None
    fans = case.book["power_chain.server_fan_share_liquid"]
    kept = 1 - fans * (entry.high - entry.value) / (1 - entry.value)
    moved_kw = (entry.high - entry.value) * case.design.it_kw
    changed = case.with_values({entry.key: entry.high}).with_it(kept, kept)
    return Change(
        case=changed.paid("savings.liquid_share_usd_per_kw", moved_kw),
        text=f"heat in liquid {entry.value:.0%} -> {entry.high:.0%}",
        note=f"server fans fall with the air: IT takes {1 - kept:.2%} less",
    )


def _system(system: Cooling, case: Case) -> Change | None:
    """Build another cooling system; from air to cold plates server fans slow down."""
    before = case.design.cooling
    if system == before or not _is_alternative(system, before):
        return None
    to_plates = system in _LIQUID and before not in (*_LIQUID, "immersion")
    air, plates = "power_chain.server_fan_share_air", "power_chain.server_fan_share_liquid"
    factor = (1 - case.book[air]) / (1 - case.book[plates]) if to_plates else 1.0
    changed = replace(case, design=replace(case.design, cooling=system)).with_it(factor, factor)
    extra = case.book[_capital_key(system)] - case.book[_capital_key(before)]
    spent = case.capital_usd + max(extra, 0.0) * case.design.it_kw
    cheaper = "; the plant is cheaper to build, which is not counted" if extra < 0 else ""
    return Change(
        case=replace(changed, capital_usd=spent), text=f"{before} -> {system}",
        note=(_NEEDS_PLATES if to_plates else "before it is built") + cheaper,
    )  # fmt: skip


def _exchangers(case: Case) -> Change | None:
    """Enlarge heat exchangers, so that free cooling carries more hours."""
    book = case.book
    ends = {
        key: entry.low if sign < 0 else entry.high
        for key, sign in _EXCHANGERS.items()
        if (entry := book.entries.get(key)) is not None
        and (entry.value - (entry.low if sign < 0 else entry.high)) * sign < 0
    }
    if not ends:
        return None
    return Change(
        case=case.with_values(ends).paid("savings.exchangers_usd_per_kw"),
        text="approach and effectiveness of towers, coolers, coils at the good end of their range",
        note="more hours of free cooling",
    )


def _containment(case: Case) -> Change | None:
    key = SYSTEMS[case.design.cooling].air_rise_k
    text = "air temperature rise through the racks {0:g} -> {1:g} K"
    return _to_end(case, key, 1, "savings.containment_usd_per_kw", text)


def _fan_pressure(case: Case) -> Change | None:
    key, text = "cooling.room_fan_pressure_pa", "pressure of room fans {0:g} -> {1:g} Pa"
    return _to_end(case, key, -1, "savings.fan_pressure_usd_per_kw", text)


def _cycles(case: Case) -> Change | None:
    """Blow down less; saves water alone."""
    key = "water.cycles_of_concentration"
    before, after = case.book[key], case.book["savings.cycles_of_concentration"]
    if after <= before:
        return None
    return Change(
        case=case.with_values({key: after}).paid("savings.water_treatment_usd_per_kw"),
        text=f"cycles of concentration {before:g} -> {after:g}",
        note="saves water, not energy; treatment chemicals not counted",
    )


def _to_end(case: Case, key: str, sign: int, price: str, text: str) -> Change | None:
    """Move one entry to the good end of its range: high for +1, low for -1."""
    entry = case.book.entries[key]
    end = entry.high if sign > 0 else entry.low
    if (end - entry.value) * sign <= 0:
        return None
    return Change(case=case.with_values({key: end}).paid(price), text=text.format(entry.value, end))


def _is_alternative(system: Cooling, before: Cooling) -> bool:
    """Cold plates stay cold plates; air may go anywhere but to doors that it has no need of."""
    if before in _LIQUID or before == "immersion":
        return system in _LIQUID
    return system != "rear-door" or before in {"dx", "water-chiller", "air-chiller"}


def _liquid_share(case: Case) -> float:
    liquid = SYSTEMS[case.design.cooling].liquid
    if liquid is None or liquid.unit == "rear_doors":
        return 0.0
    return float(case.book[liquid.captured_share])


def _capital_key(system: Cooling) -> str:
    return f"savings.cooling_{system.replace('-', '_')}_usd_per_kw"
