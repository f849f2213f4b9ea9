"""Why a plan is as it is, in 80 columns: time, memory, limits, rates, interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from dcbench.records.plan import Plan
from dcbench.records.plan_explain import CurveSource, ExplainPart, StepInterval
from dcbench.units import rounded, with_prefix

SMALLEST = 0.005
"""Shares below this are told as one rest."""
BAR = 16
"""Length of a bar for the whole."""
LONGEST = 8
NAMED_GUESSES = 3
COLUMN = 40

Entry = tuple[str, float, float]
"""Label, amount and share."""


def waterfalls(plan: Plan) -> Iterator[str]:
    """Give the time and the memory waterfall beside each other."""
    explain = plan.explain
    if explain is None:
        return
    time = [(e.label, e.time_s, e.share) for e in explain.time_waterfall]
    memory = [(e.label, e.size_bytes, e.share) for e in explain.memory_waterfall]
    left = list(_column(time, "s"))
    right = [*_column(memory, "B"), *_room(plan, explain)]
    capacity = with_prefix(plan.memory.capacity_bytes, "B")
    heads = f"time of a step: {with_prefix(plan.step.time_s, 's')}", f"memory, of {capacity}"
    yield from _beside([heads[0], *left], [heads[1], *right])


def reasons(plan: Plan) -> Iterator[tuple[str, str]]:
    """Give label and text of what limits the plan and what it rests on."""
    explain = plan.explain
    if explain is None:
        return
    if explain.binding:
        yield "limit", explain.binding
    if explain.curves:
        yield "rates", _curves(explain.curves)
    if explain.interval is not None:
        yield "interval", _interval(explain.interval)


def _column(entries: Sequence[Entry], unit: str) -> Iterator[str]:
    rest = [entry for entry in entries if abs(entry[2]) < SMALLEST]
    for label, amount, share in entries:
        if abs(share) >= SMALLEST:
            yield _line(label, amount, share, unit)
    if rest:
        amount, share = sum(entry[1] for entry in rest), sum(entry[2] for entry in rest)
        yield _line("the rest", amount, share, unit)


def _line(label: str, amount: float, share: float, unit: str) -> str:
    bar = "#" * min(round(BAR * abs(share)), LONGEST)
    shown = with_prefix(amount, unit, 3) if amount >= 0 else f"-{with_prefix(-amount, unit, 3)}"
    return f"  {label[:15]:<15} {shown:>7} {100 * share:3.0f}% {bar}"


def _room(plan: Plan, explain: ExplainPart) -> Iterator[str]:
    """Say how much is left of what the allocator can fill, and how likely the run fits."""
    if explain.headroom_bytes is not None:
        share = explain.headroom_bytes / plan.memory.capacity_bytes
        yield _line("room left", explain.headroom_bytes, share, "B").rstrip("# ")
    if plan.memory.fits_probability is not None:
        yield f"  {'fits with':<15} {100 * plan.memory.fits_probability:6.1f}% probability"


def _beside(left: Iterable[str], right: Iterable[str]) -> Iterator[str]:
    for one, other in zip_longest(left, right, fillvalue=""):
        yield f"{one:<{COLUMN}}{other}".rstrip()


def _curves(curves: Sequence[CurveSource]) -> str:
    """Count what is measured, published and guessed, and name the guesses."""
    names = {"calibrated": "measured here", "assumed": "guessed"}
    known = sorted(curves, key=lambda curve: curve.provenance == "assumed")
    counts = Counter(names.get(curve.provenance, curve.provenance) for curve in known)
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    guessed = [curve.label for curve in curves if curve.provenance == "assumed"]
    named = ", ".join(guessed[:NAMED_GUESSES])
    return f"{told}: {named}{', ...' if len(guessed) > NAMED_GUESSES else ''}"


def _interval(interval: StepInterval) -> str:
    low, high = rounded(interval.p10_s, 3), rounded(interval.p90_s, 3)
    told = f"{low} to {high} s a step with 80 % probability; {interval.kind}"
    if not interval.runs:
        return f"{told}: a prior, no published run"
    error = interval.median_error
    median = "" if error is None else f", median error {100 * error:.0f} %"
    return f"{told}: {interval.runs} published runs{median}"
