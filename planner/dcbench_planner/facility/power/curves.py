"""Losses of one element of the power chain against its load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import Array


@dataclass(frozen=True, kw_only=True)
class LossCurve:
    """Losses of one element over its rating: a0 + a1 x + a2 x²."""

    a0: float = 0.0
    a1: float = 0.0
    a2: float = 0.0

    def loss_kw(self, out_kw: Array, rating_kw: float) -> Array:
        """Give losses while delivering `out_kw` from a total rating of `rating_kw`."""
        load = out_kw / rating_kw
        return np.asarray(rating_kw * (self.a0 + self.a1 * load + self.a2 * load**2))

    def efficiency(self, load: float) -> float:
        """Give output over input at a load of 0-1."""
        return load / (load + self.a0 + self.a1 * load + self.a2 * load**2)


def fitted(efficiencies: Mapping[float, float]) -> LossCurve:
    """Fit a curve to published efficiencies by least squares of the losses over rating.

    Where the best parabola falls with the load at first, which no element does, it is fitted again
    as no-load and copper losses alone (a1 = 0).

    Args:
        efficiencies: output over input by load; at least three loads of 0-1.
    """
    load = np.array(list(efficiencies))
    lost = load * (1 / np.array(list(efficiencies.values())) - 1)
    a0, a1, a2 = _least_squares(np.stack([np.ones_like(load), load, load**2], axis=1), lost)
    if a1 < 0:
        a0, a2 = _least_squares(np.stack([np.ones_like(load), load**2], axis=1), lost)
        a1 = 0.0
    return LossCurve(a0=a0, a1=a1, a2=a2)


def through(efficiencies: Mapping[float, float]) -> LossCurve:
    """Give the parabola through the efficiencies at exactly three loads."""
    load = np.array(list(efficiencies))
    lost = load * (1 / np.array(list(efficiencies.values())) - 1)
    a0, a1, a2 = np.linalg.solve(np.stack([np.ones(3), load, load**2], axis=1), lost).tolist()
    return LossCurve(a0=a0, a1=a1, a2=a2)


def _least_squares(terms: Array, lost: Array) -> list[float]:
    solution: list[float] = np.linalg.lstsq(terms, lost, rcond=None)[0].tolist()
    return solution
