"""Change-point regression of the energy beyond IT on weather and IT load, by the day.

The forms are those of ASHRAE Guideline 14 and IPMVP Option C: a constant (1P), a line (2P), a
hinge (3P), two slopes (4P) and two hinges (5P) of the outside temperature, each with the IT load as
a second regressor and the temperature terms optionally scaled by it (heat to be removed). The
form, the temperature and the change points are those with the least Bayesian information
criterion, less its penalty for the points searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from dcbench.records.audit import Baseline
from dcbench_planner.facility.climate.psychrometrics import Array

CHANGE_POINT_QUANTILES = np.linspace(0.08, 0.92, 13)
LEAST_DAYS = 14
DAYS_PER_PARAMETER = 5
LEAST_LOAD_SPREAD = 0.005
"""Relative standard deviation of IT below which its load is no regressor."""
LEAST_TEMPERATURE_SPREAD_K = 1.0
Temperature = Literal["wet bulb", "dry bulb", "none"]


@dataclass(frozen=True, kw_only=True)
class Form:
    """One equation."""

    name: str
    temperature: Temperature
    change_points_c: tuple[float, ...]
    scaled_by_load: bool
    has_load: bool

    def matrix(self, it_kw: Array, temperatures_c: Mapping[str, Array], mean_it_kw: float) -> Array:
        """Give the regressors, shape (days, parameters).

        Args:
            it_kw: daily mean IT load.
            temperatures_c: daily means by name.
            mean_it_kw: of the baseline, by which the load is made relative.
        """
        load = it_kw / mean_it_kw
        scale = load if self.scaled_by_load else np.ones_like(load)
        terms = [np.ones_like(load)] + ([load] if self.has_load else [])
        if self.name != "1P":
            warm = temperatures_c[self.temperature]
            terms += [scale * term for term in _hinges(self.name, warm, self.change_points_c)]
        return np.column_stack(terms)

    def in_words(self) -> str:
        """Give the equation."""
        load = " + b L" if self.has_load else ""
        scale = " L" if self.scaled_by_load else ""
        shape = {
            "1P": "", "2P": f" + c{scale} T", "3P": f" + c{scale} max(0, T - T1)",
            "4P": f" - c{scale} max(0, T1 - T) + d{scale} max(0, T - T1)",
            "5P": f" - c{scale} max(0, T1 - T) + d{scale} max(0, T - T2)",
        }[self.name]  # fmt: skip
        names = "L is IT load over its mean"
        if self.name != "1P":
            names = f"T is the daily mean {self.temperature}, {names}"
        return f"{self.name}: kW = a{load}{shape}; {names}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A form with its coefficients."""

    form: Form
    coefficients: Array
    mean_it_kw: float
    residuals: Array
    """kW, shape (days,)."""
    mean_kw: float
    gram_inverse: Array
    """(X'X)^-1."""
    r_squared: float

    @property
    def parameters(self) -> int:
        """Coefficients; change points are not counted, as in Guideline 14."""
        return len(self.coefficients)

    @property
    def rmse_kw(self) -> float:
        """Root mean square error with n - p degrees of freedom."""
        free = max(1, len(self.residuals) - self.parameters)
        return float(np.sqrt((self.residuals**2).sum() / free))

    @property
    def cv_rmse(self) -> float:
        """ASHRAE Guideline 14, CV(RMSE)."""
        return self.rmse_kw / self.mean_kw

    @property
    def nmbe(self) -> float:
        """ASHRAE Guideline 14: sum of residuals over (n - p) mean; zero for least squares."""
        free = max(1, len(self.residuals) - self.parameters)
        return float(self.residuals.sum() / (free * self.mean_kw))

    @property
    def autocorrelation(self) -> float:
        """Of the residuals from one day to the next, 0 to 0.99."""
        return lag_one(self.residuals)

    @property
    def effective_days(self) -> float:
        """Independent days, n' = n (1 - rho) / (1 + rho)."""
        rho = self.autocorrelation
        return max(2.0, len(self.residuals) * (1 - rho) / (1 + rho))

    def matrix(self, it_kw: Array, temperatures_c: Mapping[str, Array]) -> Array:
        """Give the regressors of other days."""
        return self.form.matrix(it_kw, temperatures_c, self.mean_it_kw)

    def as_record(self) -> Baseline:
        """Give what a report says about it."""
        return Baseline(
            form=self.form.in_words(), temperature=self.form.temperature,
            change_points_c=self.form.change_points_c, days=len(self.residuals),
            mean_kw=self.mean_kw, r_squared=self.r_squared, cv_rmse=self.cv_rmse,
            nmbe=self.nmbe, autocorrelation=self.autocorrelation,
        )  # fmt: skip


def fit_baseline(
    overhead_kw: Array, it_kw: Array, temperatures_c: Mapping[str, Array],
    extra: Array | None = None,
) -> Fit | None:  # fmt: skip
    """Choose the form and fit it; None with fewer than 14 days or no energy beyond IT.

    Args:
        overhead_kw: daily mean power beyond IT, shape (days,).
        it_kw: daily mean IT power, shape (days,).
        temperatures_c: daily means by name, shape (days,) each; may be empty.
        extra: further regressors that every form has, shape (days, k), such as a step.
    """
    if len(overhead_kw) < LEAST_DAYS or not overhead_kw.mean() > 0 or not it_kw.mean() > 0:
        return None
    mean_it_kw = float(it_kw.mean())
    best: tuple[float, Form] | None = None
    for form in _forms(it_kw, temperatures_c):
        matrix = _joined(form.matrix(it_kw, temperatures_c, mean_it_kw), extra)
        score = _bic(matrix, overhead_kw, len(form.change_points_c))
        if best is None or score < best[0]:
            best = (score, form)
    if best is None:
        return None
    form = best[1]
    matrix = _joined(form.matrix(it_kw, temperatures_c, mean_it_kw), extra)
    return _fit(form, matrix, overhead_kw, mean_it_kw)


def lag_one(residuals: Array) -> float:
    """Give the autocorrelation at one step, 0 to 0.99."""
    power = float((residuals**2).sum())
    if power <= 0 or len(residuals) < 3:
        return 0.0
    return float(np.clip((residuals[1:] * residuals[:-1]).sum() / power, 0.0, 0.99))


def _fit(form: Form, matrix: Array, overhead_kw: Array, mean_it_kw: float) -> Fit:
    gram_inverse = np.asarray(np.linalg.pinv(matrix.T @ matrix), dtype=np.float64)
    coefficients = np.asarray(np.linalg.lstsq(matrix, overhead_kw, rcond=None)[0], dtype=np.float64)
    residuals = overhead_kw - matrix @ coefficients
    spread = float(((overhead_kw - overhead_kw.mean()) ** 2).sum())
    return Fit(
        form=form, coefficients=coefficients, mean_it_kw=mean_it_kw, residuals=residuals,
        mean_kw=float(overhead_kw.mean()), gram_inverse=gram_inverse,
        r_squared=1 - float((residuals**2).sum()) / spread if spread > 0 else 0.0,
    )  # fmt: skip


def _forms(it_kw: Array, temperatures_c: Mapping[str, Array]) -> Iterator[Form]:
    has_load = bool(it_kw.std() > LEAST_LOAD_SPREAD * it_kw.mean())
    most = max(1, len(it_kw) // DAYS_PER_PARAMETER)
    yield Form(name="1P", temperature="none", change_points_c=(), scaled_by_load=False,
               has_load=has_load)  # fmt: skip
    for name, values in temperatures_c.items():
        if values.std() < LEAST_TEMPERATURE_SPREAD_K:
            continue
        points = [float(x) for x in np.unique(np.quantile(values, CHANGE_POINT_QUANTILES))]
        shapes: list[tuple[str, tuple[float, ...]]] = [("2P", ())]
        shapes += [(shape, (point,)) for shape in ("3P", "4P") for point in points]
        shapes += [("5P", pair) for pair in combinations(points, 2)]
        for shape, change_points in shapes:
            for scaled in (False, True) if has_load else (False,):
                if int(shape[0]) + has_load > most:
                    continue
                yield Form(
                    name=shape, temperature="wet bulb" if name == "wet bulb" else "dry bulb",
                    change_points_c=change_points, scaled_by_load=scaled, has_load=has_load,
                )  # fmt: skip


def _hinges(name: str, warm: Array, points: tuple[float, ...]) -> list[Array]:
    if name == "2P":
        return [warm]
    above = np.maximum(0.0, warm - points[-1])
    return [above] if name == "3P" else [-np.maximum(0.0, points[0] - warm), above]


def _joined(matrix: Array, extra: Array | None) -> Array:
    return matrix if extra is None else np.column_stack([matrix, extra])


def _bic(matrix: Array, y: Array, points: int) -> float:
    """Bayesian information criterion; a change point counts as a parameter."""
    gram = matrix.T @ matrix
    try:
        solved = np.linalg.solve(gram, matrix.T @ y)
    except np.linalg.LinAlgError:
        return float("inf")
    rss = max(float(((y - matrix @ solved) ** 2).sum()), 1e-12 * float((y**2).sum()), 1e-300)
    n = len(y)
    return float(n * np.log(rss / n) + (matrix.shape[1] + points) * np.log(n))
