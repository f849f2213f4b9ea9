"""What a power limit on accelerators costs in speed and saves in power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench.errors import Fault, InputError
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.hardware.accelerator_power import mean_watts, phase_watts
from dcbench_planner.hardware.step_phases import PHASES, StepPhases, reference_phases


@dataclass(frozen=True, kw_only=True)
class CapEffect:
    """A power limit against none, in compute-intensive training without a plan."""

    power_factor: Number
    """Mean IT power over that without a limit, at most 1."""
    speed_factor: Number
    """Steps per second over those without a limit, at most 1."""

    @property
    def energy_factor(self) -> Number:
        """IT energy of the same work over that without a limit."""
        return self.power_factor / self.speed_factor


def compute_speed(cap_share: Number, book: AssumptionBook) -> Number:
    """Give the speed of compute-bound work, s = (c / c0)^k, 1 where the limit does not bind.

    c0 is the power that large matrix products draw without a limit.

    Args:
        cap_share: c, power limit over rated power.
        book: exponent k and c0 over rated power.
    """
    bound = np.minimum(cap_share / book["power.accelerator_sustained_share"], 1.0)
    return bound ** book["power.cap_exponent"]


def cap_effect(cap_share: float, book: AssumptionBook) -> CapEffect:
    """Give speed and IT power under a power limit, for the reference step and a usual node.

    Only the compute part of the step gets longer; accelerators draw `power.accelerator_share_of_it`
    of the IT power, and all else draws what it drew.

    Args:
        cap_share: power limit over rated power; at or above 1 nothing changes.
        book: assumptions, or draws of them.

    Raises:
        InputError: the share is below `power.cap_share_min`.
    """
    check_cap_share(cap_share, book, where="cap_share", value=cap_share)
    before = reference_phases(book)
    after = stretched(before, compute_speed(cap_share, book))
    share = book["power.accelerator_share_of_it"]
    ratio = _mean_w(after, book, cap_share) / _mean_w(before, book, None)
    return CapEffect(
        power_factor=1.0 - share * (1.0 - ratio), speed_factor=before.time_s / after.time_s
    )


def stretched(phases: StepPhases, speed: Number) -> StepPhases:
    """Give the step with its compute part at another speed."""
    return StepPhases(
        in_layers_s={**phases.in_layers_s, "compute": phases.in_layers_s["compute"] / speed},
        once_s={**phases.once_s, "compute": phases.once_s["compute"] / speed},
    )


def check_cap_share(
    cap_share: float, book: AssumptionBook, *, where: str, value: float
) -> None:  # fmt: skip
    """Refuse a limit below those that the model was compared with.

    Args:
        cap_share: power limit over rated power.
        book: the lowest share.
        where: flag or field to name.
        value: what was given there.

    Raises:
        InputError: it is lower.
    """
    least = float(book["power.cap_share_min"])
    if cap_share < least:
        rated = value / cap_share if cap_share > 0 else 1.0
        problem = f"is below {least:.0%} of the rated power, where no slowdown is known"
        fix = f"give {least * rated:.4g} or more"
        raise InputError(Fault(where=where, value=value, problem=problem, fix=fix))


def _mean_w(phases: StepPhases, book: AssumptionBook, cap_share: float | None) -> Number:
    """Give the accelerator's mean power over its rated power."""
    seconds = {phase: phases.in_layers_s[phase] + phases.once_s[phase] for phase in PHASES}
    return mean_watts(seconds, phase_watts(1.0, book, cap_share))
