"""What a plan answers beside the plan: the most that was asked for, and the Pareto front."""

from __future__ import annotations

from collections.abc import Iterator

from dcbench.records.plan import ParetoPoint, Plan
from dcbench.units import rounded, with_prefix

FRONT_LINES = 7
"""Points that are shown, evenly from the fastest to the cheapest; `--json` has them all."""
_THINGS = {"params": "parameters", "tokens": "tokens"}


def most(plan: Plan) -> str | None:
    """Say the largest model or the most tokens, and what stops the next larger one."""
    asked = plan.most
    if asked is None:
        return None
    thing, flag = _THINGS[asked.asked], f"--{asked.asked} {asked.value:.3g}"
    return (
        f"{with_prefix(asked.value, '')} {thing} are the most ({flag}); with "
        f"{with_prefix(asked.next_value, '')}: {asked.binds}"
    )


def front(plan: Plan) -> list[str]:
    """Give the Pareto front as a table; nothing where the plan is the only point."""
    if len(plan.pareto) <= 1:
        return []
    head = f"{'unbeaten':<13}{'GPUs':>8} {'accelerator':<15}{'format':<8}"
    with_quality = any(point.quality is not None for point in plan.pareto)
    quality = f"{'quality':>10}" if with_quality else ""
    rows = (_row(point, with_quality=with_quality) for point in _shown(plan.pareto))
    return [f"{head}{'days':>9}{'USD':>13}{'MWh':>9}{quality}", *rows, ""]


def _row(point: ParetoPoint, *, with_quality: bool) -> str:
    mark = "this plan" if point.chosen else ""
    quality = f"{'' if point.quality is None else f'{point.quality:g}':>10}" if with_quality else ""
    return (
        f"{mark:<13}{point.accelerators:>8,} {point.accelerator:<15}{point.precision:<8}"
        f"{rounded(point.calendar_days):>9}{rounded(point.run_usd):>13}"
        f"{rounded(point.total_kwh / 1e3):>9}{quality}"
    ).rstrip()


def _shown(points: tuple[ParetoPoint, ...]) -> Iterator[ParetoPoint]:
    """Thin the front evenly; the chosen plan and both ends stay."""
    last = len(points) - 1
    step = max(1.0, last / (FRONT_LINES - 1))
    kept = {round(i * step) for i in range(FRONT_LINES)}
    for index, point in enumerate(points):
        if index in kept or point.chosen:
            yield point
