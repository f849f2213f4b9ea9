"""What the reader must know of a plan's power: its limit, and how it swings."""

from __future__ import annotations

from collections.abc import Iterator

from dcbench.units import rounded
from dcbench_planner.hardware.swing import stored_share
from dcbench_planner.planning.candidate import Candidate


def power_notes(chosen: Candidate) -> Iterator[str]:
    """Tell what a power limit costs, and warn where the swing is a large part of the load."""
    if chosen.option.power_limit is not None:
        yield f"Accelerators run under a {chosen.option.power_limit.in_words()}."
    yield from _about_swing(chosen)


def _about_swing(chosen: Candidate) -> Iterator[str]:
    power, book = chosen.outcome.power, chosen.book
    swing_kw = float(power.swing_kw)
    share = swing_kw / float(power.it_avg_kw * chosen.outcome.site.dpue_annual)
    least_kw, least_share = book["power.swing_note_least_kw"], book["power.swing_note_share"]
    if swing_kw < float(least_kw) or share < float(least_share):
        return
    stored = stored_share(chosen.cluster.node.name)
    help_ = (
        f"storage in the power supplies has taken {stored:.0%} of the peak off it"
        if stored
        else "storage in power supplies, a battery or a power-smoothing profile would cut it"
    )
    yield (
        f"Power swings by {rounded(swing_kw)} kW, {share:.0%} of the mean facility power, once a "
        f"step, every {rounded(1.0 / float(power.swing_hz))} s; agree range and ramp with the "
        f"utility ({help_}). A start, stop or failure is a step of up to "
        f"{rounded(float(power.it_peak_kw - power.it_idle_kw))} kW."
    )
