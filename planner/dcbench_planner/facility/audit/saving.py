"""A verified saving: energy beyond IT after a date against a regression of the time before.

ASHRAE Guideline 14-2014 (whole-facility path) and IPMVP Option C. With n' = n (1 - rho)/(1 + rho)
independent days before and m compared days after,

    fractional uncertainty = t 1.26 CV(RMSE) / F  sqrt( n/n' (1 + 2/n') / m )

where F is the saving over the energy that the regression expects and t is Student's for n' - p
degrees of freedom (the guideline's simplified equation, as recalled). 1.26 is Reddy and Claridge's
(2000) stand-in for the leverage of the days after; where the exact leverage is larger it is used.

A change-point line is not the plant: it errs by season, which no residual shows. That error is
measured by leaving out the months of the time before one by one and predicting each from the
others; its root mean square, as a share of the energy, is added in quadrature.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt

from dcbench.errors import Fault, InputError
from dcbench.records.audit import SavingInterval, VerifiedSaving
from dcbench_planner.facility.audit.hourly import Daily
from dcbench_planner.facility.audit.regression import LEAST_DAYS, Fit, fit_baseline
from dcbench_planner.facility.audit.students_t import quantile
from dcbench_planner.facility.climate.psychrometrics import Array

CONFIDENCES = (0.8, 0.9)
BEYOND = 0.05
"""A day after may leave the range before by this share of it and still be compared."""
BLOCK_DAYS, LEAST_BLOCK_DAYS = 30, 10
HIGHEST_CV_RMSE = 0.25
"""Above this a daily baseline explains too little (house rule; the guideline has 15 % for months
and 30 % for hours)."""


def verified_saving(days: Daily, change_date: date, where: str) -> VerifiedSaving:
    """Compare the days after a date with a regression of the days before.

    Only days whose temperature and IT load lie within those before are compared, because a
    regression says nothing outside its range.

    Args:
        days: the meter by the day.
        change_date: first day with the change.
        where: the file, for faults.

    Raises:
        InputError: fewer than 14 usable days before, after, or to compare.
    """
    first = int(np.datetime64(change_date, "D").astype(np.int64))
    before, after = days.days < first, days.days >= first
    for mask, label in ((before, "before"), (after, "from")):
        if mask.sum() < LEAST_DAYS:
            problem = f"{where} has {int(mask.sum())} usable days {label} it, {LEAST_DAYS} needed"
            span = f"{_day(days.days[0])} to {_day(days.days[-1])}" if len(days.days) else "no days"
            raise _fault(change_date, problem, f"the file holds {span}")
    temperatures = {name: t[before] for name, t in days.temperatures_c.items()}
    fit = fit_baseline(days.overhead_kw[before], days.it_kw[before], temperatures)
    if fit is None:
        raise _fault(change_date, "no energy beyond IT before it", "check the columns")
    compared = after & _comparable(days, before, fit)
    if compared.sum() < LEAST_DAYS:
        problem = f"only {int(compared.sum())} days from it have weather and load as before"
        raise _fault(change_date, problem, "give a file that covers the same season twice")
    error = _form_error(days, fit, before)
    return _saving(days, fit, compared, error, (change_date, int(after.sum())))


def _saving(
    days: Daily, fit: Fit, compared: npt.NDArray[np.bool_], form_error: float,
    change: tuple[date, int],
) -> VerifiedSaving:  # fmt: skip
    change_date, after = change
    temperatures = {name: t[compared] for name, t in days.temperatures_c.items()}
    hours = days.hours[compared]
    matrix = fit.matrix(days.it_kw[compared], temperatures)
    expected = float((matrix @ fit.coefficients * hours).sum())
    measured = float((days.overhead_kw[compared] * hours).sum())
    saving = expected - measured
    intervals = tuple(
        SavingInterval(
            confidence=confidence, low_kwh=saving - half, high_kwh=saving + half,
            fractional_uncertainty=half / abs(saving) if saving else None,
        )
        for confidence in CONFIDENCES
        for half in [_half_width_kwh(fit, matrix, hours, (expected, form_error), confidence)]
    )  # fmt: skip
    return VerifiedSaving(
        change_date=change_date.isoformat(), before_days=len(fit.residuals), after_days=after,
        compared_days=int(compared.sum()), expected_kwh=max(0.0, expected), measured_kwh=measured,
        saving_kwh=saving, saving_share=saving / expected if expected > 0 else 0.0,
        intervals=intervals, baseline=fit.as_record(), form_error=form_error,
        is_significant=intervals[-1].low_kwh > 0 or intervals[-1].high_kwh < 0,
        notes=tuple(_notes(fit, int(compared.sum()), after)),
    )  # fmt: skip


def _half_width_kwh(
    fit: Fit, matrix: Array, hours: Array, expected: tuple[float, float], confidence: float
) -> float:
    expected_kwh, form_error = expected
    n, free = fit.effective_days, fit.effective_days - fit.parameters
    days = len(hours)
    t = quantile(0.5 + confidence / 2, max(1.0, free))
    inflation = len(fit.residuals) / n
    guideline = 1.26 * fit.cv_rmse * expected_kwh * np.sqrt(inflation * (1 + 2 / n) / days)
    weights = matrix.T @ hours
    leverage = float(weights @ fit.gram_inverse @ weights)
    exact = fit.rmse_kw * np.sqrt(inflation * (leverage + float((hours**2).sum())))
    return float(t * np.hypot(max(guideline, exact), form_error * expected_kwh))


def _form_error(days: Daily, fit: Fit, before: npt.NDArray[np.bool_]) -> float:
    """Predict each block of 30 days of the time before from the others; give the RMS share."""
    matrix = fit.matrix(
        days.it_kw[before], {name: t[before] for name, t in days.temperatures_c.items()}
    )
    y = days.overhead_kw[before]
    block = (days.days[before] - days.days[before][0]) // BLOCK_DAYS
    errors = []
    for number in np.unique(block):
        inside = block == number
        if inside.sum() < LEAST_BLOCK_DAYS or (~inside).sum() <= 2 * matrix.shape[1]:
            continue
        coefficients = np.linalg.lstsq(matrix[~inside], y[~inside], rcond=None)[0]
        errors.append(float((y[inside] - matrix[inside] @ coefficients).mean()))
    if not errors:
        return fit.cv_rmse
    return float(np.sqrt(np.mean(np.square(errors)))) / fit.mean_kw


def _comparable(days: Daily, before: npt.NDArray[np.bool_], fit: Fit) -> npt.NDArray[np.bool_]:
    kept = np.ones(len(days.days), dtype=bool)
    checked: Mapping[str, Array] = {"load": days.it_kw}
    if fit.form.temperature != "none":
        checked = {**checked, "warm": days.temperatures_c[fit.form.temperature]}
    elif days.temperatures_c:
        checked = {**checked, **days.temperatures_c}
    for values in checked.values():
        low, high = float(values[before].min()), float(values[before].max())
        margin = BEYOND * max(high - low, 0.02 * abs(high))
        kept &= (values >= low - margin) & (values <= high + margin)
    return kept


def _notes(fit: Fit, compared: int, after: int) -> list[str]:
    notes = []
    if compared < after:
        notes.append(
            f"{after - compared} of {after} days from the date have weather or load that the time "
            "before did not have; they are left out"
        )
    if fit.cv_rmse > HIGHEST_CV_RMSE:
        notes.append(
            f"the baseline explains little: CV(RMSE) {fit.cv_rmse:.0%} is above "
            f"{HIGHEST_CV_RMSE:.0%}"
        )
    if fit.form.temperature == "none":
        notes.append("the baseline has no temperature: the saving is not weather-normalised")
    return notes


def _day(number: np.int64) -> str:
    return str(np.datetime64(int(number), "D"))


def _fault(change_date: date, problem: str, fix: str) -> InputError:
    value = change_date.isoformat()
    return InputError(Fault(where="--change-date", value=value, problem=problem, fix=fix))
