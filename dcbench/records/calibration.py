"""The calibration: curves fitted to run records, with what they leave unexplained.

Every curve has one form, time = latency + work / rate. Its two constants are physical: the cost of
starting (launch, synchronisation, network latency) and the rate reached by large work.

Format history
    1  first version
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dcbench.records.base import (
    Count,
    FileFormat,
    Finite,
    Name,
    NonNegative,
    Positive,
    Record,
    Share,
    Text,
)  # fmt: skip
from dcbench.records.run import CaseKey


class Residual(Record):
    """One measured point against its curve."""

    key: CaseKey
    work: Positive
    measured_s: Positive
    fitted_s: Positive
    held_back_s: Positive | None = None
    """Prediction of the curve fitted without this point; None where too few points are left."""


class Curve(Record):
    """`time_s = latency_s + work / rate_per_s` for one operation on one device."""

    key: CaseKey
    """What the curve is for: the case key without the size."""
    work_unit: Literal["flop", "B"]
    latency_s: NonNegative
    rate_per_s: Positive
    work_min: Positive
    work_max: Positive
    """Range of work measured; `time_s` answers beyond it, callers state that they extrapolate."""
    residuals: Annotated[tuple[Residual, ...], Field(min_length=1, max_length=10_000)]
    median_abs_error: NonNegative
    """Median over points of |ln(fitted / measured)|."""
    held_back_abs_error: NonNegative | None = None
    """The same for points left out of the fit, one size at a time."""
    notes: tuple[Text, ...] = ()
    """What limits the curve, such as that one size cannot tell latency from rate."""

    def time_s(self, work: float) -> float:
        """Seconds for that much work."""
        return self.latency_s + work / self.rate_per_s

    def rate_at(self, work: float) -> float:
        """Work per second reached at that size, in `work_unit`/s."""
        return work / self.time_s(work)

    def covers(self, work: float) -> bool:
        """Tell whether that much work lies in the measured range."""
        return self.work_min <= work <= self.work_max


class StepCheck(Record):
    """A measured training step against the sum of its operators on the fitted curves.

    The step is not used in the fit, so this is a held-back test of the whole chain.
    """

    key: CaseKey
    measured_s: Positive
    predicted_s: Positive
    breakdown_s: dict[Name, NonNegative]
    efficiency: Positive
    """predicted_s / measured_s: 1 when the curves explain the step, less when they miss costs."""
    extrapolated_share: Share = 0.0
    """Share of predicted_s from operators outside the measured range of their curve."""


class DeviceCalibration(Record):
    """All curves of one kind of device."""

    name: Name
    """Device name as the run recorded it."""
    kind: Literal["cuda", "cpu"]
    accelerator_id: Name | None = None
    num_devices: Count
    memory_bytes: Annotated[int, Field(ge=1, le=2**62)]
    curves: Annotated[tuple[Curve, ...], Field(min_length=1, max_length=1000)]
    step: StepCheck | None = None
    power_w: dict[Name, NonNegative] = Field(default_factory=dict)
    """Mean power while measuring, by operation; empty without telemetry."""
    temperature_c_max: Finite | None = None

    def curve(self, **key: str | int) -> Curve | None:
        """Give the first curve whose key has all these entries; None if there is none."""
        return next((c for c in self.curves if key.items() <= c.key.items()), None)


class Calibration(FileFormat):
    """Curves for every device in the runs that were read."""

    schema_: Literal["dcbench.calibration"] = Field(default="dcbench.calibration", alias="schema")
    version: Literal[1] = 1
    created_at: Name
    dcbench_version: Name
    sources: Annotated[tuple[Text, ...], Field(min_length=1, max_length=10_000)]
    """File name, time and SHA-256 of each run record read."""
    devices: Annotated[tuple[DeviceCalibration, ...], Field(min_length=1, max_length=1000)]
    excluded: tuple[Text, ...] = ()
    """Cases that were not used, and why."""
