"""Why a plan is as it is: where time and memory go, what limits it, what it rests on.

Part of the plan; every field is optional, so plans written without it load.
"""

from __future__ import annotations

from dcbench.records.base import (
    Finite,
    Index,
    Name,
    NonNegative,
    Positive,
    Provenance,
    Record,
    Text,
)  # fmt: skip


class TimeEntry(Record):
    """One step of the way from the ideal step to the predicted one."""

    key: Name
    label: Name
    time_s: Finite
    """Seconds that it adds; below zero where something is faster than the ideal counts it."""
    share: Finite
    """Of the step time."""
    note: Text = ""
    """What it is."""


class MemoryEntry(Record):
    """One component of the fullest accelerator's memory."""

    key: Name
    label: Name
    size_bytes: NonNegative
    share: NonNegative
    """Of the capacity."""
    note: Text = ""


class StageMemory(Record):
    """Peak of one pipeline stage."""

    stage: Index
    """From 0, the stage with the embedding."""
    peak_bytes: Positive


class Limit(Record):
    """What one limit costs: the best layout again, with this limit alone moved."""

    key: Name
    label: Name
    change: Text
    """How it was moved, such as `twice the memory`."""
    gain: NonNegative
    """Tokens per second over those of the plan, less 1."""
    layout: Text = ""
    """The fastest layout then; empty where it is the plan's."""


class CurveSource(Record):
    """One rate that the step time rests on."""

    key: Name
    label: Name
    value: Positive
    unit: Name
    provenance: Provenance
    """`calibrated` is measured here, `published` is read or fitted to published runs, `assumed`
    is a guess."""
    evidence: Name
    """How far the source can be trusted: measured, read, computed, recalled or assumed."""
    source: Text


class StepInterval(Record):
    """Where the true step time lies with 80 % probability."""

    p10_s: Positive
    p50_s: Positive
    p90_s: Positive
    log_sd: NonNegative
    """Standard deviation of ln(actual / predicted)."""
    kind: Text
    """The class of runs that it comes from."""
    runs: Index = 0
    """Published runs of that class; 0 where the spread is a prior."""
    median_error: NonNegative | None = None
    """Median of |ln(actual / predicted)| over these runs."""
    source: Text = ""


class ExplainPart(Record):
    """The plan's reasons."""

    time_waterfall: tuple[TimeEntry, ...] = ()
    """Adds up to `step.time_s`."""
    memory_waterfall: tuple[MemoryEntry, ...] = ()
    """Adds up to `memory.peak_bytes`."""
    memory_by_stage: tuple[StageMemory, ...] = ()
    usable_bytes: Positive | None = None
    """What the allocator can fill of the capacity."""
    headroom_bytes: Finite | None = None
    """Usable less peak."""
    limits: tuple[Limit, ...] = ()
    """Largest gain first."""
    binding: Text = ""
    """What stops the plan from being faster, in a sentence."""
    curves: tuple[CurveSource, ...] = ()
    interval: StepInterval | None = None
