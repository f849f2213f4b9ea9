"""What a batch ramp adds to a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ramp:
    """What a batch ramp adds to a run with the full batch throughout."""

    steps: float
    time_s: float


NO_RAMP = Ramp(steps=0.0, time_s=0.0)
