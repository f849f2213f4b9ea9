"""Measures on the power chain and the house: UPS, transformers, redundancy, lighting."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from dcbench_planner.facility.power.kinds import UpsKind, with_transformers, with_ups
from dcbench_planner.facility.savings.case import Case, Change, Measure

_NOTES: dict[UpsKind, str] = {
    "sic": "three-level or silicon carbide converters",
    "eco": "the load sees the grid until a fault; transfer takes milliseconds, less protection",
}


def power_measures() -> tuple[Measure, ...]:
    """Give the measures on power chain and lighting."""
    return (
        Measure(name="ups-sic", apply=partial(_ups, "sic"), excludes="kind of UPS"),
        Measure(name="ups-eco-mode", apply=partial(_ups, "eco"), excludes="kind of UPS"),
        Measure(name="redundancy-n+1", apply=_redundancy),
        Measure(name="ups-right-sized", apply=_right_sized),
        Measure(name="low-loss-transformers", apply=_transformers),
        Measure(name="lighting", apply=_lighting),
    )


def _ups(kind: UpsKind, case: Case) -> Change | None:
    book = with_ups(case.book, kind)
    return Change(
        case=replace(case, book=book).paid(f"savings.ups_{kind}_usd_per_kw"),
        text=f"UPS: {kind}", note=_NOTES[kind],
    )  # fmt: skip


def _redundancy(case: Case) -> Change | None:
    """Install less, so that what is installed is loaded better."""
    before = case.design.redundancy
    if before not in {"2N", "4N/3"}:
        return None
    return Change(
        case=replace(case, design=replace(case.design, redundancy="N+1")),
        text=f"redundancy {before} -> N+1",
        note="availability falls; the smaller plant is cheaper, which is not counted",
    )


def _right_sized(case: Case) -> Change | None:
    entry = case.book.entries["power_chain.ups_fill"]
    if entry.high <= entry.value:
        return None
    return Change(
        case=case.with_values({entry.key: entry.high}).paid("savings.ups_size_usd_per_kw"),
        text=f"UPS loaded to {entry.value:.0%} -> {entry.high:.0%} of its rating at the peak",
        note="less room to grow",
    )


def _transformers(case: Case) -> Change | None:
    book = with_transformers(case.book, "liquid")
    return Change(
        case=replace(case, book=book).paid("savings.transformers_usd_per_kw"),
        text="liquid-filled MV/LV transformers", note="fire protection of the oil not counted",
    )  # fmt: skip


def _lighting(case: Case) -> Change | None:
    entry = case.book.entries["facility.lighting_and_other_share"]
    if entry.low >= entry.value:
        return None
    return Change(
        case=case.with_values({entry.key: entry.low}).paid("savings.lighting_usd_per_kw"),
        text=f"lighting and other {entry.value:.2%} -> {entry.low:.2%} of design IT power",
    )
