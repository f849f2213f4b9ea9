"""Sections of a plan about what must be built: cluster, power, facility, energy, carbon, money."""

from __future__ import annotations

from dcbench.records.plan import Plan
from dcbench_reports.blocks import Block, Figure, LegendItem, Pairs, Section
from dcbench_reports.charts import Axis, Stack
from dcbench_reports.facts import Facts
from dcbench_reports.views.common import (
    beside,
    composition,
    one,
    opening,
    pairs,
    texts,
)  # fmt: skip

_COUNTS = (
    "cluster.accelerators", "cluster.nodes", "cluster.spare_nodes", "cluster.racks",
    "cluster.leaf_switches", "cluster.spine_switches", "cluster.core_switches", "cluster.cables",
    "cluster.storage_bytes", "cluster.checkpoint_bytes",
)  # fmt: skip
_POWER = (
    "power.it_avg_kw", "power.it_peak_kw", "power.facility_avg_kw", "power.facility_peak_kw",
    "power.node_avg_kw", "power.network_kw", "power.storage_kw",
)  # fmt: skip
_SWING = ("power.it_idle_kw", "power.swing_kw", "power.ramp_kw_per_s", "power.swing_hz")
_FACILITY = (
    "facility.dpue_annual", "facility.dpue_peak", "facility.wue_site_l_per_kwh",
    "facility.wue_source_l_per_kwh", "facility.cue_kgco2e_per_kwh",
)  # fmt: skip
_ENERGY = ("energy.it_kwh", "energy.total_kwh", "energy.water_site_l")
_CARBON = ("carbon.operational_kgco2e", "carbon.embodied_kgco2e")
_OWNED = ("cost.run_usd", "cost.usd_per_gpu_hour", "cost.usd_per_million_tokens",
          "cost.capex_usd", "cost.opex_usd_per_year")  # fmt: skip
_RENTED = ("cost.cloud_run_usd", "cost.cloud_usd_per_gpu_hour")


def site_sections(record: Plan, facts: Facts, prefix: str) -> list[Section]:
    """Give the sections in the order of the chain."""
    return [
        _cluster(record, facts, prefix),
        _power(record, facts, prefix),
        _facility(record, facts, prefix),
        _energy(record, facts, prefix),
        _carbon(record, facts, prefix),
        _money(record, facts, prefix),
    ]


def _cluster(record: Plan, facts: Facts, prefix: str) -> Section:
    kinds = texts(
        "Kinds", (("Accelerator", record.cluster.accelerator), ("Node", record.cluster.node))
    )
    return Section(
        slug=f"{prefix}-cluster", title="Cluster",
        blocks=(pairs(facts, "Bill of materials", _COUNTS), kinds),
    )  # fmt: skip


def _power(record: Plan, facts: Facts, prefix: str) -> Section:
    swing = pairs(facts, "Change of the load", _SWING)
    blocks: list[Block] = [pairs(facts, "Electrical power", _POWER)]
    blocks += [swing] if swing.pairs else []
    return Section(
        slug=f"{prefix}-power", title="Power", blocks=(*blocks, _power_figure(record, facts))
    )


def _power_figure(record: Plan, facts: Facts) -> Figure:
    """Divide the average facility power: what is not network or storage is nodes or building."""
    power = record.power
    nodes_kw = max(0.0, power.it_avg_kw - power.network_kw - power.storage_kw)
    building_kw = max(0.0, power.facility_avg_kw - power.it_avg_kw)
    parts = tuple(
        (colour, 1e3 * value)
        for colour, value in enumerate(
            (nodes_kw, power.network_kw, power.storage_kw, building_kw), start=1
        )
    )
    chart = Stack(
        title="Average facility power by use", axis=Axis(label="Power", unit="W"), parts=parts,
        limit=1e3 * power.facility_peak_kw,
        description="One bar: compute nodes, network, storage, and cooling and losses. "
        f"Compute nodes take {100 * nodes_kw / power.facility_avg_kw:.0f} %.",
    )  # fmt: skip
    legend = (
        LegendItem(colour=1, label="Compute nodes"),
        LegendItem(colour=2, label="Network", values=one(facts, "power.network_kw")),
        LegendItem(colour=3, label="Storage", values=one(facts, "power.storage_kw")),
        LegendItem(colour=4, label="Cooling and losses"),
    )
    caption = (
        "Nodes are the IT average less network and storage; cooling and losses are the facility "
        "average less the IT average. The upright mark is the design peak."
    )
    return Figure(chart=chart, legend=legend, caption=caption)


def _facility(record: Plan, facts: Facts, prefix: str) -> Section:
    facility = record.facility
    kinds = texts(
        "Site and plant",
        (
            ("Site", facility.site), ("Cooling", facility.cooling),
            ("Redundancy", facility.redundancy),
            ("Basis", {"plant": "own plant", "colocation": "share of a colocation hall"}[
                facility.basis
            ]),
        ),
    )  # fmt: skip
    blocks: tuple[Pairs, ...] = (pairs(facts, "Efficiency, water, carbon", _FACILITY), kinds)
    return Section(slug=f"{prefix}-facility", title="Facility", blocks=blocks)


def _energy(record: Plan, facts: Facts, prefix: str) -> Section:
    energy = record.energy
    overhead_kwh = max(0.0, energy.total_kwh - energy.it_kwh)
    chart = Stack(
        title="Energy of the run", axis=Axis(label="Energy", unit="Wh"),
        parts=((1, 1e3 * energy.it_kwh), (4, 1e3 * overhead_kwh)),
        description="One bar: IT energy, and what cooling and losses add to it.",
    )  # fmt: skip
    figure = Figure(
        chart=chart, caption="Cooling and losses are the total less the IT energy.",
        legend=(
            LegendItem(colour=1, label="IT", values=one(facts, "energy.it_kwh")),
            LegendItem(colour=4, label="Cooling and losses"),
        ),
    )  # fmt: skip
    blocks = beside(pairs(facts, "The run", _ENERGY), figure)
    return Section(slug=f"{prefix}-energy", title="Energy and water", blocks=blocks)


def _carbon(record: Plan, facts: Facts, prefix: str) -> Section:
    carbon = record.carbon
    chart = Stack(
        title="Carbon of the run", axis=Axis(label="Tonnes CO₂e"),
        parts=((1, 1e-3 * carbon.operational_kgco2e), (7, 1e-3 * carbon.embodied_kgco2e)),
        description="One bar: operational carbon and the share of the hardware's embodied carbon.",
    )  # fmt: skip
    labels = ((1, "Operational", _CARBON[0]), (7, "Embodied", _CARBON[1]))
    legend = tuple(
        LegendItem(colour=colour, label=label, values=one(facts, key))
        for colour, label, key in labels
    )
    return Section(
        slug=f"{prefix}-carbon", title="Carbon", lead=opening(carbon.basis),
        blocks=beside(pairs(facts, "The run", _CARBON), Figure(chart=chart, legend=legend)),
    )  # fmt: skip


def _money(record: Plan, facts: Facts, prefix: str) -> Section:
    blocks: list[Block] = [pairs(facts, "Owned", _OWNED)]
    rented = pairs(facts, "Rented", _RENTED)
    blocks += [rented] if rented.pairs else []
    blocks += _cost_figures(record, facts)
    return Section(
        slug=f"{prefix}-money", title="Money", blocks=tuple(blocks),
        lead=opening(record.cost.basis),
    )  # fmt: skip


def _cost_figures(record: Plan, facts: Facts) -> list[Figure]:
    parts = (
        ("cost.capex_breakdown_usd", "Capital cost by part", record.cost.capex_usd),
        (
            "cost.opex_breakdown_usd_per_year",
            "Running cost per year",
            record.cost.opex_usd_per_year,
        ),
    )
    figures = []
    for key, title, total_usd in parts:
        name, scale = ("Million", 1e-6) if total_usd >= 1e6 else ("Thousand", 1e-3)
        axis = Axis(label=f"{name} US dollars")
        figures.append(composition(facts, key, title=title, axis=axis, scale=scale))
    return [figure for figure in figures if figure is not None]
