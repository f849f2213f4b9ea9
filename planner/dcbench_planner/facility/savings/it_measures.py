"""Measures on the IT load: power limit, idle nodes off, jobs packed on fewer nodes."""

from __future__ import annotations

from dataclasses import replace

from dcbench_planner.facility.savings.case import Case, Change, Measure
from dcbench_planner.hardware.power_cap import cap_effect

BUSIEST = 1.0


SHARED = frozenset({"idle-nodes-off", "packed-jobs"})
"""Measures that need nodes which stand idle between jobs."""


def it_measures() -> tuple[Measure, ...]:
    """Give the measures on the IT load."""
    return (
        Measure(name="power-cap", apply=_power_cap),
        Measure(name="idle-nodes-off", apply=_idle_off),
        Measure(name="packed-jobs", apply=_packed),
    )


def _power_cap(case: Case) -> Change | None:
    """Limit the accelerators' power; the work that is lost costs IT time."""
    cap = case.book["savings.power_cap_share"]
    effect = cap_effect(cap, case.book)
    factor, speed = float(effect.power_factor), float(effect.speed_factor)
    if factor >= 1:
        return None
    capped = replace(case.with_it(factor, factor), speed=case.speed * speed)
    return Change(
        case=capped.paid("savings.power_cap_usd_per_kw", case.design.it_kw),
        text=f"accelerators limited to {cap:.0%} of their rated power",
        note=f"training step {1 / speed - 1:.1%} longer; energy of the same work "
        f"{float(effect.energy_factor) - 1:+.1%}",
    )


def _idle_off(case: Case) -> Change | None:
    """Switch nodes off that have no job.

    With u the share of node hours with a job and i idle over average node power, the mean load is
    proportional to u + (1 - u) i; a share of the idle part falls to standby.
    """
    book = case.book
    used, idle = book["finance.utilisation"], book["savings.idle_power_share"]
    off, standby = book["savings.powered_off_share"], book["savings.off_power_share"]
    before = used + (1 - used) * idle
    after = used + (1 - used) * (off * standby + (1 - off) * idle)
    if after >= before:
        return None
    return Change(
        case=case.with_it(1.0, after / before).paid("savings.idle_off_usd_per_kw"),
        text=f"{off:.0%} of idle node hours switched off; {1 - used:.0%} of node hours are idle",
        note="restart takes minutes; wear of switching not counted",
    )


def _packed(case: Case) -> Change | None:
    """Run the same work on fewer, busier nodes.

    Node power at activity a is i + (1 - i) a of that when busy. A share a / a' of the nodes does
    the work at activity a', and the rest is not there.
    """
    book = case.book
    idle, before, after = (
        book["savings.idle_power_share"], book["savings.node_activity"],
        book["savings.packed_activity"],
    )  # fmt: skip
    nodes = before / after
    mean = nodes * (idle + (1 - idle) * after) / (idle + (1 - idle) * before)
    if nodes >= 1 or case.design.load_factor * mean / nodes > BUSIEST:
        return None
    return Change(
        case=case.with_it(nodes, mean).paid("savings.packing_usd_per_kw"),
        text=f"same work on {nodes:.0%} of the nodes, activity {before:.0%} -> {after:.0%}",
        note="for many small jobs; one job that fills the cluster gains nothing",
    )
