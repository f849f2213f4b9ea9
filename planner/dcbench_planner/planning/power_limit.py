"""The scenario's power limit on accelerators: what it does to the rates of the step model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log

from dcbench.catalog import Accelerator
from dcbench.errors import NoAnswerError
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.hardware.power_cap import check_cap_share, compute_speed
from dcbench_planner.planning.uncertainty import Z90
from dcbench_planner.training.step.rates import DeviceRates

FLAG = "--power-cap-w"
COMPUTE_RATES = (
    "gemm_flops_per_s", "gemm16_flops_per_s", "attention_flops_per_s",
    "attention_pytorch_flops_per_s",
)  # fmt: skip
"""Rates that follow the clock; memory and links keep theirs under a power limit."""


@dataclass(frozen=True, kw_only=True)
class PowerLimit:
    """A power limit that binds, on one kind of accelerator."""

    cap_w: float
    rated_w: float
    speed: float
    """Of compute-bound work, over that without a limit."""
    log_sd: float
    """Standard deviation of ln(speed): the range of the exponent."""

    def in_words(self) -> str:
        """Give the limit for a source or a note."""
        return (
            f"power limit {self.cap_w:.4g} of {self.rated_w:.4g} W, compute at {self.speed:.1%} "
            "of its speed (power.cap_exponent)"
        )


def power_limit(
    accelerator: Accelerator, cap_w: float | None, book: AssumptionBook
) -> PowerLimit | None:
    """Give the limit of the scenario, None where there is none or it does not bind.

    Raises:
        InputError: it is below the least share of the rated power that is answered.
        NoAnswerError: the rated power is not known.
    """
    if cap_w is None:
        return None
    rated_w = accelerator.tdp_w
    if rated_w is None:
        raise NoAnswerError(
            f"{accelerator.id}: {FLAG} needs its rated power; give tdp_w in a catalog overlay"
        )
    check_cap_share(cap_w / rated_w, book, where=FLAG, value=cap_w)
    speed = float(compute_speed(cap_w / rated_w, book))
    if speed >= 1.0:
        return None
    exponent = book.entries["power.cap_exponent"]
    spread = (exponent.high - exponent.low) / (2 * Z90 * exponent.value)
    return PowerLimit(cap_w=cap_w, rated_w=rated_w, speed=speed, log_sd=-log(speed) * spread)


def limited_rates(rates: DeviceRates, limit: PowerLimit) -> DeviceRates:
    """Slow the compute rates down."""
    slower = {name: limit.speed * getattr(rates, name) for name in COMPUTE_RATES}
    return replace(rates, **slower, source=f"{rates.source}; {limit.in_words()}")
