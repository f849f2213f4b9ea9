"""Where the energy beyond IT goes, largest first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dcbench.records.audit import LossPart
from dcbench_planner.facility.audit.columns import COOLING_PARTS, PARTS
from dcbench_planner.facility.audit.expected import Expectation
from dcbench_planner.facility.audit.hourly import Hourly
from dcbench_planner.facility.audit.series import MeterSeries
from dcbench_planner.facility.climate.psychrometrics import Array

REST = "not metered"
NUM_WORST = 3
LEAST_REST = 0.001
"""Rounding of meters is no part."""
Mask = npt.NDArray[np.bool_]


def losses(
    series: MeterSeries, mask: Mask, hours: Hourly, found: Expectation | None
) -> tuple[LossPart, ...]:
    """Rank the parts over the intervals of the headline period.

    Sub-meters of cooling stand in its place where they add up to it; what no part meter sees is
    called not metered. A part without readings for a while is scaled to the IT energy of the whole.

    Args:
        series: the meter.
        mask: intervals of the headline period, shape (n,).
        hours: the meter by the hour, for what the model expects.
        found: the model, if a design was given.
    """
    paired = mask & series.paired
    it = float(series.it_kwh[paired].sum())
    overhead = float(series.total_kwh[paired].sum()) - it
    if it <= 0 or overhead <= 0:
        return ()
    kwh = {name: _energy(series, series.kwh[name], paired, it) for name in _shown(series)}
    rest = overhead - sum(kwh.values())
    if rest > LEAST_REST * (it + overhead) or not kwh:
        kwh[REST if kwh else "all beyond IT"] = rest
    whole = max(overhead, sum(kwh.values()))
    expected = {} if found is None else _expected(found, hours, it)
    parts = [
        LossPart(
            part=name, kwh=energy, share=min(1.0, energy / whole), pue_points=energy / it,
            worst_months=_worst(series, name, paired), expected_kwh=expected.get(name),
        )
        for name, energy in kwh.items()
    ]  # fmt: skip
    return tuple(sorted(parts, key=lambda part: -part.kwh))


def _shown(series: MeterSeries) -> list[str]:
    """Give the parts that do not overlap."""
    inner = [name for name in COOLING_PARTS if name in series.kwh]
    if inner and not series.header.of("cooling"):
        return [*inner, *(name for name in PARTS[1:] if name in series.kwh)]
    return [name for name in PARTS if name in series.kwh]


def _energy(series: MeterSeries, kwh: Array, paired: Mask, it_kwh: float) -> float:
    known = paired & np.isfinite(kwh)
    it = float(series.it_kwh[known].sum())
    return float(kwh[known].sum()) * (it_kwh / it) if it > 0 else 0.0


def _worst(series: MeterSeries, name: str, paired: Mask) -> tuple[str, ...]:
    if name in series.kwh:
        kwh = series.kwh[name]
    else:
        seen = [series.kwh[part] for part in _shown(series)]
        kwh = series.total_kwh - series.it_kwh - (np.sum(seen, axis=0) if seen else 0.0)
    known = paired & np.isfinite(kwh)
    months = series.starts.astype("datetime64[M]")
    labels, index = np.unique(months, return_inverse=True)
    part = np.bincount(index, weights=np.where(known, kwh, 0.0))
    it = np.bincount(index, weights=np.where(known, series.it_kwh, 0.0))
    share = np.divide(part, it, out=np.zeros_like(part), where=it > 0)
    order = [i for i in np.argsort(-share, kind="stable") if share[i] > 0]
    return tuple(str(labels[i]) for i in order[:NUM_WORST])


def _expected(found: Expectation, hours: Hourly, it_kwh: float) -> dict[str, float]:
    """Give what the model expects of each part, scaled to the IT energy of the period."""
    known = np.isfinite(found.overhead_kw)
    it = float(hours.it_kw[known].sum())
    if it <= 0:
        return {}
    return {name: max(0.0, float(kw[known].sum())) * it_kwh / it
            for name, kw in found.parts_kw.items()}  # fmt: skip
