"""What accelerators do during a step: computing, moving memory, exchanging, or waiting.

`data/step_phases.csv` names the phase of every part of a step, and whether it comes once a layer or
once a step. Power supplies and capacitors level what alternates within milliseconds; what comes
once a step is a swing that the feed sees (arXiv 2508.14318).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, cast

import numpy as np

from dcbench_planner.assumptions import AssumptionBook, Number

Phase = Literal["compute", "memory", "communication", "waiting"]
PHASES: tuple[Phase, ...] = ("compute", "memory", "communication", "waiting")


@dataclass(frozen=True, kw_only=True)
class StepPhases:
    """Seconds of each phase in one step, every phase in both mappings."""

    in_layers_s: Mapping[Phase, Number]
    """What repeats with every layer: the high level of the power."""
    once_s: Mapping[Phase, Number]
    """What comes once a step: the low level."""

    @property
    def time_s(self) -> Number:
        """The whole step, s."""
        return sum(self.in_layers_s.values()) + sum(self.once_s.values())

    @property
    def duty(self) -> Number:
        """Share of the step at the high level."""
        return sum(self.in_layers_s.values()) / self.time_s

    @property
    def compute_share(self) -> Number:
        """Share of the step that a lower clock makes longer."""
        return (self.in_layers_s["compute"] + self.once_s["compute"]) / self.time_s


def step_phases(breakdown_s: Mapping[str, float]) -> StepPhases:
    """Sort the parts of a step, those of `StepPart.breakdown_s`, into phases."""
    seconds = {kind: dict.fromkeys(PHASES, 0.0) for kind in ("layer", "step")}
    for part, part_s in breakdown_s.items():
        phase, repeats = phase_table()[part]
        seconds[repeats][phase] += part_s
    return StepPhases(in_layers_s=seconds["layer"], once_s=seconds["step"])


def reference_phases(book: AssumptionBook) -> StepPhases:
    """Give the step of 1 s behind published node power: compute-intensive training.

    Exchange and waiting are taken as once a step.
    """
    compute, memory = book["power.reference_compute_share"], book["power.reference_memory_share"]
    communication = book["power.reference_communication_share"]
    none = dict.fromkeys(PHASES, 0.0)
    waiting = np.maximum(1.0 - compute - memory - communication, 0.0)
    return StepPhases(
        in_layers_s=none | {"compute": compute, "memory": memory},
        once_s=none | {"communication": communication, "waiting": waiting},
    )


@cache
def phase_table() -> Mapping[str, tuple[Phase, str]]:
    """Give phase and repetition, `layer` or `step`, of every part of a step."""
    table = resources.files("dcbench_planner") / "data" / "step_phases.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["part"]: (cast("Phase", row["phase"]), row["repeats"]) for row in rows}
