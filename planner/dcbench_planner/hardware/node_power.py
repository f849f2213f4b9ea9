"""What one node draws: idle, at the two levels of a step, on average and at its peak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dcbench.errors import NoAnswerError
from dcbench.records.base import Provenance
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.hardware.accelerator_power import idle_watts, mean_watts, phase_watts
from dcbench_planner.hardware.cluster import Cluster
from dcbench_planner.hardware.node_parts import NodeParts, node_parts, node_w
from dcbench_planner.hardware.step_phases import PHASES, Phase, StepPhases, reference_phases


@dataclass(frozen=True, kw_only=True)
class NodePower:
    """Which power is known of one node, and where it is from."""

    parts: NodeParts
    published_kw: float | None
    """Mean measured in published training runs."""
    published_idle_kw: float | None
    measured_w: float | None
    """Mean power of an accelerator in the training step measured here."""
    measured_peak_w: float | None
    """Highest mean of an accelerator in any operation measured here."""
    provenance: Provenance
    source: str


@dataclass(frozen=True, kw_only=True)
class NodeLevels:
    """Kilowatts of one node; values may be arrays of draws."""

    idle_kw: Number
    waiting_kw: Number
    """While a job holds the node and does not compute, as for a checkpoint."""
    high_kw: Number
    """Mean over what repeats with every layer of a step."""
    low_kw: Number
    """Mean over what comes once a step."""
    average_kw: Number
    """duty x high + (1 - duty) x low."""
    peak_kw: Number


def node_power(
    cluster: Cluster,
    book: AssumptionBook,
    calibrated_accelerator_w: float | None = None,
    calibrated_peak_w: float | None = None,
) -> NodePower:
    """Choose the strongest of three sources.

    1. accelerator power measured while calibrating, with the rest of the node from its components;
    2. node power measured in published training runs (not the nameplate, which overstates it by
       25 to 45 %: arXiv 2412.08602, MLPerf training power logs);
    3. the sum of the components.

    Args:
        cluster: the node and its accelerators.
        book: coefficients.
        calibrated_accelerator_w: mean power of an accelerator in the measured training step.
        calibrated_peak_w: its highest mean in any measured operation.

    Raises:
        NoAnswerError: none of the three is known.
    """
    node = cluster.node
    parts = node_parts(node, cluster.accelerator, book)
    if parts is None:
        raise NoAnswerError(
            f"{cluster.accelerator.id}: no published power; give tdp_w in a catalog overlay"
        )
    published_kw = node.average_kw if calibrated_accelerator_w is None else None
    provenance, source = _origin(cluster, calibrated_accelerator_w)
    return NodePower(
        parts=parts, published_kw=published_kw, published_idle_kw=node.idle_kw,
        measured_w=calibrated_accelerator_w, measured_peak_w=calibrated_peak_w,
        provenance=provenance, source=source,
    )  # fmt: skip


def node_levels(
    node: NodePower, phases: StepPhases, book: AssumptionBook, cap_w: float | None = None
) -> NodeLevels:
    """Give the levels of a node in a step.

    The two levels come from the phases of the step. Published power, that of a usual
    compute-intensive step, and published idle power fix scale and zero of the components' sum.

    Args:
        node: what is known of the node.
        phases: the step.
        book: coefficients, or draws of them.
        cap_w: power limit of an accelerator.
    """
    watts, scale = _phase_watts(node, book, cap_w), _scale(node, book)
    high_w, low_w = mean_watts(phases.in_layers_s, watts), mean_watts(phases.once_s, watts)
    duty = phases.duty
    mean_w = duty * high_w + (1.0 - duty) * low_w

    def busy_kw(accelerator_w: Number) -> Number:
        return scale.apply(_busy_kw(node.parts, accelerator_w, mean_w, book))

    high_kw, low_kw = busy_kw(high_w), busy_kw(low_w)
    return NodeLevels(
        idle_kw=scale.apply(_idle_kw(node.parts, book)), waiting_kw=busy_kw(watts["waiting"]),
        high_kw=high_kw, low_kw=low_kw, average_kw=duty * high_kw + (1.0 - duty) * low_kw,
        peak_kw=np.maximum(_peak_kw(node, book, cap_w), high_kw),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """A straight line from the components' sum to what was published, kW."""

    from_kw: Number
    to_kw: Number
    slope: Number

    def apply(self, component_kw: Number) -> Number:
        return self.to_kw + (component_kw - self.from_kw) * self.slope


def _scale(node: NodePower, book: AssumptionBook) -> _Scale:
    idle_kw, factor = _idle_kw(node.parts, book), book["power.node_average_factor"]
    if node.published_kw is None:
        return _Scale(from_kw=idle_kw, to_kw=idle_kw * factor, slope=factor)
    usual_kw = _reference_kw(node.parts, book)
    mean_kw = node.published_kw * factor
    known = node.published_idle_kw
    zero_kw = idle_kw / usual_kw * mean_kw if known is None else np.minimum(known * factor, mean_kw)
    slope = (mean_kw - zero_kw) / (usual_kw - idle_kw)
    return _Scale(from_kw=idle_kw, to_kw=zero_kw, slope=slope)


def _phase_watts(
    node: NodePower, book: AssumptionBook, cap_w: float | None
) -> Mapping[Phase, Number]:
    """Give the accelerator's power by phase; a measured step fixes its scale above idle."""
    watts = phase_watts(node.parts.rated_w, book, cap_w)
    if node.measured_w is None:
        return watts
    idle_w = idle_watts(node.parts.rated_w, book)
    free = phase_watts(node.parts.rated_w, book)
    usual_w = mean_watts(reference_phases(book).in_layers_s, free)
    slope = np.maximum(node.measured_w - idle_w, 0.0) / (usual_w - idle_w)
    scaled = {phase: idle_w + (watts[phase] - idle_w) * slope for phase in PHASES}
    top_w = np.inf if cap_w is None else cap_w
    return {phase: np.minimum(watt, top_w) for phase, watt in scaled.items()}


def _peak_kw(node: NodePower, book: AssumptionBook, cap_w: float | None) -> Number:
    """Give the published peak over the mean, or that of the components, under a limit less."""
    top_w = node.measured_peak_w or node.parts.rated_w * book["power.accelerator_sustained_share"]
    free_kw = _component_peak_kw(node.parts, top_w, book)
    limited_w = top_w if cap_w is None else np.minimum(top_w, cap_w)
    limited_kw = _component_peak_kw(node.parts, limited_w, book)
    if node.published_kw is None:
        return limited_kw * book["power.node_average_factor"]
    mean_kw = node.published_kw * book["power.node_average_factor"]
    return mean_kw * book["power.node_peak_over_average"] * limited_kw / free_kw


def _component_peak_kw(parts: NodeParts, accelerator_w: Number, book: AssumptionBook) -> Number:
    return node_w(parts, accelerator_w, book["power.cpu_activity_peak"], book) / 1000.0


def _busy_kw(
    parts: NodeParts, accelerator_w: Number, mean_w: Number, book: AssumptionBook
) -> Number:
    """Give the node in training; the fans are set for the mean."""
    activity = book["power.cpu_activity"]
    return node_w(parts, accelerator_w, activity, book, cooled_for_w=mean_w) / 1000.0


def _idle_kw(parts: NodeParts, book: AssumptionBook) -> Number:
    return node_w(parts, idle_watts(parts.rated_w, book), 0.0, book) / 1000.0


def _reference_kw(parts: NodeParts, book: AssumptionBook) -> Number:
    """Give the components' sum in the step behind published node power."""
    phases, watts = reference_phases(book), phase_watts(parts.rated_w, book)
    high_w, low_w = mean_watts(phases.in_layers_s, watts), mean_watts(phases.once_s, watts)
    mean_w = phases.duty * high_w + (1.0 - phases.duty) * low_w
    return _busy_kw(parts, mean_w, mean_w, book)


def _origin(cluster: Cluster, calibrated_w: float | None) -> tuple[Provenance, str]:
    node = cluster.node
    if calibrated_w is not None:
        told = f"{calibrated_w:.0f} W per accelerator measured in training, calibration"
        return "calibrated", told
    if node.average_kw is not None:
        return node.average_provenance, node.average_source
    rated_w = cluster.accelerator.tdp_w or 0.0
    return "assumed", f"sum of the node's components with accelerators of {rated_w:.0f} W"
