"""The audit record: what a facility's meters say, and how it compares with the model.

Format history
    1  first version
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dcbench.records.base import (
    FileFormat,
    Finite,
    Index,
    Name,
    NonNegative,
    Positive,
    Record,
    Share,
    Text,
)
from dcbench.records.origin import Assumption, NumberSource
from dcbench.records.scenario import Cooling, Redundancy

PueLabel = Literal["PUE", "iPUE", "pPUE"]
"""Measured annual, interim (less than 12 months), partial (a boundary inside the facility)."""
Category = Literal["1", "2", "3"]
"""ISO/IEC 30134-2: IT energy at UPS output, at PDU output, at the IT input."""
Resolution = Literal["basic", "intermediate", "advanced"]


class MeterColumn(Record):
    """One column of the file and what it was read as."""

    name: Text
    quantity: Name
    unit: Name
    kind: Literal["energy", "power", "register", "volume", "weather"]
    coverage: Share
    """Intervals with a value over all intervals from first to last."""


class MeterGap(Record):
    """A run of intervals in which IT or total is missing."""

    start: Name
    end: Name
    hours: Positive


class MeterPart(Record):
    """The file: what was in it, and what had to be mended."""

    rows: Index
    first: Name
    last: Name
    """End of the last interval."""
    interval_s: Positive
    days: Positive
    coverage: Share
    """Intervals with IT and total over all intervals."""
    columns: tuple[MeterColumn, ...]
    unused_columns: tuple[Text, ...] = ()
    has_offset: bool
    """Stamps carry their offset from UTC."""
    num_gaps: Index = 0
    missing_h: NonNegative = 0.0
    gaps: tuple[MeterGap, ...] = ()
    """The longest, longest first."""
    bridged_h: NonNegative = 0.0
    """Hours without readings whose energy a register still told."""
    duplicate_rows: Index = 0
    """Same stamp and values; dropped."""
    conflicting_rows: Index = 0
    """Same stamp, other values; the last in the file counts."""
    out_of_order_rows: Index = 0
    clock_changes: Index = 0
    """Hours skipped or repeated by daylight saving."""
    register_resets: Index = 0
    register_rollovers: Index = 0


class Period(Record):
    """Sums over intervals with both IT and total, and their ratios."""

    name: Name
    """`2025-03`, `2025`, or the two dates."""
    start: Name
    end: Name
    label: PueLabel
    coverage: Share
    it_kwh: NonNegative
    total_kwh: NonNegative
    pue: Positive | None = None
    """Energy-weighted; None without IT energy."""
    dcie: Positive | None = None
    water_l: NonNegative | None = None
    wue_l_per_kwh: NonNegative | None = None
    """Over the intervals with water and IT."""
    dry_bulb_c: Finite | None = None
    """Mean."""
    expected_pue: Positive | None = None
    """What the model gives for this load and weather."""
    expected_low: Positive | None = None
    expected_high: Positive | None = None
    is_above_expected: bool = False


class LossPart(Record):
    """Energy of one part beyond the IT load over the headline period."""

    part: Name
    kwh: NonNegative
    share: Share
    """Of all energy beyond the IT load."""
    pue_points: NonNegative
    """What the part adds to PUE: its energy over IT energy."""
    worst_months: tuple[Name, ...]
    """Up to three months in which it was largest against IT."""
    expected_kwh: NonNegative | None = None
    """What the model gives for the same hours."""


class ExpectedPart(Record):
    """The model of the same facility, run with the metered load."""

    site: Name
    cooling: Cooling
    redundancy: Redundancy
    it_kw: Positive
    """Design peak of the IT load."""
    it_kw_from: Literal["user", "meter"]
    weather: Text
    weather_is_measured: bool
    hours: Index
    """Hours compared."""
    pue: Positive
    """Expected over these hours."""
    measured_pue: Positive
    """Measured over these hours."""
    overhead_ratio: NonNegative
    """Measured over expected energy beyond IT."""
    band_low: Positive
    """Published sites lie between these factors of the model's energy beyond IT (P10, P90)."""
    band_high: Positive
    hours_above: Index
    months_above: tuple[Name, ...]


class Baseline(Record):
    """Regression of the daily energy beyond IT on weather and IT load."""

    form: Text
    """The equation in words."""
    temperature: Literal["wet bulb", "dry bulb", "none"]
    change_points_c: tuple[Finite, ...]
    days: Index
    mean_kw: Positive
    r_squared: Finite
    cv_rmse: NonNegative
    """ASHRAE Guideline 14: root mean square error, n - p degrees of freedom, over the mean."""
    nmbe: Finite
    """Normalised mean bias error."""
    autocorrelation: Finite
    """Of the residuals from day to day."""


class Trend(Record):
    """Change of a column's energy over a year at the same weather and load."""

    column: Name
    """`cooling` where it is metered, else `overhead`: all energy beyond IT."""
    share_per_year: Finite
    low: Finite
    """90 % interval."""
    high: Finite
    is_significant: bool
    """The interval does not hold zero, the drift is not small, and no step was found."""


class Anomaly(Record):
    """Something in the data that a person should look at."""

    kind: Literal["step", "night load", "stuck meter", "missing part", "parts above total"]
    column: Name
    start: Name
    end: Name | None = None
    size: Finite | None = None
    size_unit: Name | None = None
    text: Text


class SavingInterval(Record):
    """Interval of a saving at one confidence."""

    confidence: Share
    low_kwh: Finite
    high_kwh: Finite
    fractional_uncertainty: NonNegative | None = None
    """Half width over the saving; None when the saving is zero."""


class VerifiedSaving(Record):
    """Energy beyond IT after a date against the regression of the time before it."""

    change_date: Name
    before_days: Index
    after_days: Index
    compared_days: Index
    """Days after the date whose weather and load lie within those before it."""
    expected_kwh: NonNegative
    """Of the regression, over the compared days."""
    measured_kwh: NonNegative
    saving_kwh: Finite
    """Negative: more is used."""
    saving_share: Finite
    intervals: tuple[SavingInterval, ...]
    is_significant: bool
    """The 90 % interval does not hold zero."""
    baseline: Baseline
    form_error: NonNegative
    """Share of the expected energy by which the regression errs on months it has not seen."""
    notes: tuple[Text, ...] = ()


class AuditRecord(FileFormat):
    """Metered energy of a facility: PUE by month, losses, anomalies, a verified saving."""

    schema_: Literal["dcbench.audit"] = Field(default="dcbench.audit", alias="schema")
    version: Literal[1] = 1
    created_at: Name
    dcbench_version: Name
    file: Text
    is_synthetic: bool
    """The file says that it was made, not metered."""
    label: PueLabel
    category: Category
    resolution: Resolution
    headline: Period
    """The latest 12 months; the whole file where it is shorter."""
    pue_by_category: dict[Category, Positive]
    """Over the headline period, for every point at which IT is metered."""
    meter: MeterPart
    months: tuple[Period, ...]
    years: tuple[Period, ...] = ()
    """Calendar years."""
    losses: tuple[LossPart, ...] = ()
    """Largest first."""
    expected: ExpectedPart | None = None
    baseline: Baseline | None = None
    trend: Trend | None = None
    anomalies: tuple[Anomaly, ...] = ()
    saving: VerifiedSaving | None = None
    assumptions: tuple[Assumption, ...] = ()
    provenance: dict[Name, NumberSource] = {}
    notes: tuple[Text, ...] = ()
