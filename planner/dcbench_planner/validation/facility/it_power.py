"""Published node power and training energy against the component model, and a power limit.

`node_power.csv` holds measured nodes and documented maxima, `training_energy.csv` the energy that
developers reported, each with the boundary its source used: rated accelerators alone, or nodes.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from math import log
from typing import Any

from dcbench.catalog import load_catalog
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.hardware.accelerator_power import phase_watts
from dcbench_planner.hardware.node_parts import NodeParts
from dcbench_planner.hardware.node_power import NodePower, node_levels
from dcbench_planner.hardware.power_cap import compute_speed
from dcbench_planner.hardware.step_phases import PHASES, StepPhases, reference_phases
from dcbench_planner.training.step.rate_tables import published_rate
from dcbench_planner.validation.record import FACILITY, Record

ENERGY_BOUND = 0.15
"""Largest error of a training energy."""
H100_LIMIT = 600 / 700
H100_LONGER = 0.125
"""A step takes 10 to 15 % longer under that limit, an operator's note."""
USUAL_NODE = {"accelerators": 8, "cpu_sockets": 2, "memory_gb": 512, "nics": 4}
"""Of a V100 server, for the one energy that was measured at the node."""


@dataclass(frozen=True, kw_only=True)
class NodeRow:
    """One published power of a node."""

    id: str
    state: str
    """`mean` in training, `max` or `idle`."""
    parts: NodeParts
    published_kw: float
    scored: bool
    source: str
    evidence: str

    def modelled_kw(self, book: AssumptionBook) -> float:
        """Give the sum of the components in that state."""
        levels = node_levels(_component_node(self.parts), reference_phases(book), book)
        states = {"mean": levels.average_kw, "max": levels.peak_kw, "idle": levels.idle_kw}
        return float(states[self.state])


@dataclass(frozen=True, kw_only=True)
class EnergyRow:
    """One published energy or emission of training."""

    id: str
    accelerator: str
    accelerator_hours: float
    boundary: str
    """`accelerators` or `node`."""
    pue: float
    mfu: float | None
    kg_per_kwh: float | None
    quantity: str
    published: float
    unit: str
    source: str

    def modelled(self, book: AssumptionBook) -> float:
        """Give hours x mean power at the source's boundary x its PUE, in MWh or tonnes."""
        kw = self._node_kw(book) if self.boundary == "node" else self._accelerator_kw(book)
        mwh = self.accelerator_hours * kw * self.pue / 1e3
        return mwh * (self.kg_per_kwh or 1.0)

    def _accelerator_kw(self, book: AssumptionBook) -> float:
        """Mean of an accelerator in the reference step."""
        watts, phases = phase_watts(_rated_w(self.accelerator), book), reference_phases(book)
        energy_j = sum(
            (phases.in_layers_s[phase] + phases.once_s[phase]) * watts[phase] for phase in PHASES
        )
        return float(energy_j / phases.time_s) / 1e3

    def _node_kw(self, book: AssumptionBook) -> float:
        """Mean of a node over its accelerators, in the step that the utilisation leaves."""
        parts = NodeParts(
            rated_w=_rated_w(self.accelerator), liquid_share=0.0, is_rack=False, **USUAL_NODE
        )
        levels = node_levels(_component_node(parts), self._phases(book), book)
        return float(levels.average_kw) / parts.accelerators

    def _phases(self, book: AssumptionBook) -> StepPhases:
        """Compute for as long as the FLOPs take at the rate of matrix products; exchange the rest.

        Memory traffic keeps its proportion to compute in the reference step.
        """
        usual = reference_phases(book).in_layers_s
        compute = (self.mfu or 0.0) / published_rate(self.accelerator, "gemm", "bf16").value
        memory = compute * usual["memory"] / usual["compute"]
        none = dict.fromkeys(PHASES, 0.0)
        return StepPhases(
            in_layers_s=none | {"compute": compute, "memory": memory},
            once_s=none | {"communication": 1.0 - compute - memory},
        )


def figures(book: AssumptionBook) -> dict[str, float]:
    """Give the mean error of node power, that of idle nodes, and the worst of training energy."""
    nodes = node_rows()
    energy = [abs(row.modelled(book) / row.published - 1.0) for row in energy_rows()]
    return {
        "it_power.node_mape": _mape([row for row in nodes if row.scored], book),
        "it_power.idle_mape": _mape([row for row in nodes if row.state == "idle"], book),
        "it_power.energy_worst": max(energy),
        "it_power.h100_600w_longer": float(1.0 / compute_speed(H100_LIMIT, book)) - 1.0,
    }


def rows(book: AssumptionBook) -> list[Record]:
    """Give every published node, energy and power limit beside ours."""
    nodes = [
        _record(
            row_id=row.id, quantity=f"node power, {row.state}", unit="kW", source=row.source,
            published=row.published_kw, ours=row.modelled_kw(book),
        )
        for row in node_rows()
    ]  # fmt: skip
    energy = [
        _record(
            row_id=row.id, quantity=f"{row.quantity}, boundary {row.boundary}", unit=row.unit,
            source=row.source, published=row.published, ours=row.modelled(book),
            bound=ENERGY_BOUND,
        )
        for row in energy_rows()
    ]  # fmt: skip
    limit = _record(
        row_id="H100-SXM 600 of 700 W", quantity="compute takes longer", unit="share",
        source="operator's note, 10-15 %", published=H100_LONGER,
        ours=float(1.0 / compute_speed(H100_LIMIT, book)) - 1.0,
    )  # fmt: skip
    return [*nodes, *energy, limit]


@cache
def node_rows() -> tuple[NodeRow, ...]:
    """Read `node_power.csv`."""
    return tuple(_node_row(row) for row in _table("node_power.csv"))


@cache
def energy_rows() -> tuple[EnergyRow, ...]:
    """Read `training_energy.csv`."""
    numbers = {"accelerator_hours", "pue", "mfu", "kg_per_kwh", "published"}
    names = [field.name for field in fields(EnergyRow)]
    cells: list[dict[str, Any]] = [
        {name: _cell(row[name]) if name in numbers else row[name] for name in names}
        for row in _table("training_energy.csv")
    ]
    return tuple(EnergyRow(**row) for row in cells)


def _cell(text: str) -> float | None:
    return float(text) if text else None


def _mape(nodes: list[NodeRow], book: AssumptionBook) -> float:
    errors = [abs(row.modelled_kw(book) / row.published_kw - 1.0) for row in nodes]
    return sum(errors) / len(errors)


def _record(
    *, row_id: str, quantity: str, unit: str, published: float, ours: float, source: str,
    bound: float | None = None,
) -> Record:  # fmt: skip
    ok = None if bound is None else abs(ours / published - 1.0) <= bound
    return Record(
        set=FACILITY, id=row_id, quantity=quantity, unit=unit, published=published, ours=ours,
        error=log(ours / published), bound=bound, ok=ok, source=source,
    )  # fmt: skip


def _component_node(parts: NodeParts) -> NodePower:
    """Know nothing of a node but its components."""
    return NodePower(
        parts=parts, published_kw=None, published_idle_kw=None, measured_w=None,
        measured_peak_w=None, provenance="assumed", source="components",
    )  # fmt: skip


def _rated_w(accelerator: str) -> float:
    return float(load_catalog().accelerators.resolve(accelerator).tdp_w or 0.0)


def _node_row(row: dict[str, str]) -> NodeRow:
    parts = NodeParts(
        accelerators=int(row["accelerators"]), rated_w=_rated_w(row["accelerator"]),
        cpu_sockets=float(row["cpu_sockets"]), memory_gb=float(row["memory_gb"]),
        nics=int(row["nics"]), liquid_share=float(row["liquid_share"]),
        is_rack=row["is_rack"] == "1",
    )  # fmt: skip
    return NodeRow(
        id=row["id"], state=row["state"], parts=parts, published_kw=float(row["published_kw"]),
        scored=row["scored"] == "1", source=f"{row['source']} ({row['evidence']})",
        evidence=row["evidence"],
    )  # fmt: skip


def _table(name: str) -> list[dict[str, str]]:
    table = resources.files("dcbench_planner") / "validation" / "facility" / name
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
