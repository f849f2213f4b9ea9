"""A plan on one page of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from dcbench.records.plan import Assumption, LayoutPart, Plan
from dcbench.units import rounded, with_prefix

WIDTH = 80

ROWS: tuple[tuple[str, str, str, float], ...] = (
    ("step time", "step.time_s", "s", 1.0),
    ("MFU", "step.mfu", "%", 100.0),
    ("tokens per GPU", "step.tokens_per_s_per_gpu", "token/s", 1.0),
    ("training", "schedule.training_days", "d", 1.0),
    ("goodput", "schedule.goodput", "%", 100.0),
    ("calendar", "schedule.calendar_days", "d", 1.0),
    ("IT power, mean", "power.it_avg_kw", "kW", 1.0),
    ("IT power, peak", "power.it_peak_kw", "kW", 1.0),
    ("facility power, mean", "power.facility_avg_kw", "kW", 1.0),
    ("facility power, peak", "power.facility_peak_kw", "kW", 1.0),
    ("dPUE, annual", "facility.dpue_annual", "", 1.0),
    ("WUE, site", "facility.wue_site_l_per_kwh", "L/kWh", 1.0),
    ("energy of the run", "energy.total_kwh", "MWh", 1e-3),
    ("water of the run", "energy.water_site_l", "m3", 1e-3),
    ("carbon, operational", "carbon.operational_kgco2e", "tCO2e", 1e-3),
    ("carbon, embodied", "carbon.embodied_kgco2e", "tCO2e", 1e-3),
    ("CapEx", "cost.capex_usd", "USD", 1.0),
    ("OpEx", "cost.opex_usd_per_year", "USD/year", 1.0),
    ("owning", "cost.usd_per_gpu_hour", "USD/GPU-h", 1.0),
    ("the run, owned", "cost.run_usd", "USD", 1.0),
    ("the run, rented", "cost.cloud_run_usd", "USD", 1.0),
    ("1e6 tokens, owned", "cost.usd_per_million_tokens", "USD", 1.0),
)  # fmt: skip
"""Label, dotted key, unit shown and factor to it."""


def lines(plan: Plan) -> list[str]:
    """Give the summary that `dcbench plan` prints."""
    return [
        *_head(plan), "",
        f"{'':<22}{'plan':>12} {'unit':<10}{'p10':>10} .. {'p90':<11}from",
        *_rows(plan), "",
        *_variants(plan), "",
        *_alternatives(plan), "",
        *_assumed(plan),
        *_notes(plan),
    ]  # fmt: skip


def _head(plan: Plan) -> Iterator[str]:
    model, layout, cluster, site = plan.model, plan.layout, plan.cluster, plan.facility
    yield from _entry(
        "model",
        f"{model.name}: {with_prefix(model.params_total, '')} parameters, "
        f"{with_prefix(model.tokens, '')} tokens of {model.sequence_length} per sequence",
    )
    yield from _entry(
        "layout",
        f"{_layout(layout)}, global batch {layout.global_batch} sequences",
    )
    yield from _entry(
        "memory",
        f"{plan.memory.peak_bytes / 1e9:.1f} of {plan.memory.capacity_bytes / 1e9:.1f} GB "
        "on the fullest accelerator",
    )
    yield from _entry(
        "cluster",
        f"{cluster.accelerators:,} {cluster.accelerator} in {cluster.nodes:,} {cluster.node}, "
        f"{cluster.spare_nodes} spare, {cluster.racks} racks; {cluster.leaf_switches} leaf, "
        f"{cluster.spine_switches} spine, {cluster.core_switches} core switches, "
        f"{cluster.cables:,} cables; {with_prefix(cluster.storage_bytes, 'B')} of storage",
    )
    yield from _entry(
        "facility",
        f"{site.site}, {'own plant' if site.basis == 'plant' else 'colocation share'}, "
        f"{site.cooling}, {site.redundancy}",
    )


def _layout(layout: LayoutPart) -> str:
    """Give the layout, without what is not split."""
    splits = {"TP": layout.tp, "PP": layout.pp, "VPP": layout.vpp, "CP": layout.cp, "EP": layout.ep}
    told = [f"{name} {size}" for name, size in splits.items() if size > 1]
    return ", ".join(
        [*told, f"DP {layout.dp}", f"ZeRO-{layout.zero}", f"micro-batch {layout.micro_batch}",
         f"recompute {layout.recompute}"]
    )  # fmt: skip


def _rows(plan: Plan) -> Iterator[str]:
    for label, key, unit, factor in ROWS:
        value = _value(plan, key)
        if value is not None:
            shown = f"{rounded(value * factor):>12} {unit:<10}{_spread(plan, key, factor)}"
            yield f"{label:<22}{shown}{plan.provenance[key].provenance}"


def _spread(plan: Plan, key: str, factor: float) -> str:
    band = plan.bands.get(key)
    if band is None:
        return f"{'':>10}    {'':<11}"
    return f"{rounded(band.p10 * factor):>10} .. {rounded(band.p90 * factor):<11}"


def _value(plan: Plan, key: str) -> float | None:
    part, field = key.split(".")
    value: float | None = getattr(getattr(plan, part), field)
    return value


def _variants(plan: Plan) -> Iterator[str]:
    for variant in plan.token_variants:
        yield from _entry(
            f"{with_prefix(variant.tokens, '')} tokens",
            f"{variant.accelerators:,} accelerators, "
            f"{rounded(variant.calendar_days)} days, {rounded(variant.run_usd)} USD, "
            f"{rounded(variant.total_kwh / 1e3)} MWh, "
            f"{rounded(variant.operational_kgco2e / 1e3)} tCO2e operational",
        )


def _alternatives(plan: Plan) -> Iterator[str]:
    for other in plan.alternatives:
        yield from _entry(
            "not taken",
            f"{other.cluster.accelerators:,} {other.cluster.accelerator}, {other.facility.site}, "
            f"{_layout(other.layout)}: {other.why}",
        )


def _assumed(plan: Plan) -> Iterator[str]:
    defaults = [a for a in plan.assumptions if a.key.startswith("scenario.")]
    yield from _entry("defaults", "; ".join(_default(a) for a in defaults) or "none")
    others = len(plan.assumptions) - len(defaults)
    yield from _entry("assumptions", f"{others} more, with sources, in --json and --out")
    yield from _entry("money", plan.cost.basis)


def _default(assumption: Assumption) -> str:
    value = assumption.value
    name = assumption.key.removeprefix("scenario.").replace("_", " ")
    return f"{name} {value if isinstance(value, str) else rounded(value, 6)}"


def _notes(plan: Plan) -> Iterator[str]:
    for note in plan.notes:
        yield from _entry("note", note)


def _entry(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"{label:<13}", subsequent_indent=" " * 13,
        break_on_hyphens=False,
    )  # fmt: skip
