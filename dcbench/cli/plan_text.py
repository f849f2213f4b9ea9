"""A plan on one page of 80 columns."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator

from dcbench.cli.plan_building_text import building
from dcbench.cli.plan_explain_text import reasons, waterfalls
from dcbench.cli.plan_front_text import front, most
from dcbench.records.origin import Assumption
from dcbench.records.plan import Alternative, Plan
from dcbench.units import rounded, with_prefix

WIDTH = 80
NOTES, NOTE_LINES = 3, 2
"""Notes that are shown, and lines of each; `--json` has them whole."""
ALTERNATIVES = {"layout": 2, "size": 1, "accelerator": 3, "site": 3}
"""How many of each kind are shown."""

ROWS: tuple[tuple[str, str, str, float], ...] = (
    ("step time", "step.time_s", "s", 1.0),
    ("MFU", "step.mfu", "%", 100.0),
    ("tokens per GPU", "step.tokens_per_s_per_gpu", "token/s", 1.0),
    ("calendar", "schedule.calendar_days", "d", 1.0),
    ("facility power, peak", "power.facility_peak_kw", "kW", 1.0),
    ("IT power, swing", "power.swing_kw", "kW", 1.0),
    ("dPUE, annual", "facility.dpue_annual", "", 1.0),
    ("energy of the run", "energy.total_kwh", "MWh", 1e-3),
    ("water of the run", "energy.water_site_l", "m3", 1e-3),
    ("carbon, operational", "carbon.operational_kgco2e", "tCO2e", 1e-3),
    ("carbon, embodied", "carbon.embodied_kgco2e", "tCO2e", 1e-3),
    ("CapEx", "cost.capex_usd", "USD", 1.0),
    ("OpEx", "cost.opex_usd_per_year", "USD/year", 1.0),
    ("owning", "cost.usd_per_gpu_hour", "USD/GPU-h", 1.0),
    ("the run, owned", "cost.run_usd", "USD", 1.0),
    ("the run, rented", "cost.cloud_run_usd", "USD", 1.0),
)  # fmt: skip
"""Label, dotted key, unit shown and factor to it."""


def lines(plan: Plan) -> list[str]:
    """Give the summary that `dcbench plan` prints."""
    return [
        *_head(plan), "",
        f"{'':<21}{'plan':>12} {'unit':<10}{'p10':>10} .. {'p90':<12}from",
        *_rows(plan), "",
        *_building(plan),
        *_explained(plan),
        *_alternatives(plan), "",
        *front(plan),
        *_variants(plan),
        *_assumed(plan),
        *_notes(plan),
    ]  # fmt: skip


def _head(plan: Plan) -> Iterator[str]:
    model, layout, cluster, site = plan.model, plan.layout, plan.cluster, plan.facility
    answer = most(plan)
    if answer:
        yield from _entry("answer", answer)
    yield from _entry(
        "model",
        f"{model.name}: {with_prefix(model.params_total, '')} parameters, "
        f"{with_prefix(model.tokens, '')} {_samples(plan)}",
    )
    yield from _entry(
        "layout",
        f"{', '.join(layout.in_words())}, global batch {layout.global_batch} {_sequences(plan)}",
    )
    if plan.explain is None:
        yield from _entry("memory", _peak(plan))
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


def _samples(plan: Plan) -> str:
    """Name what is counted: tokens, or the samples of a traced model."""
    length = plan.model.sequence_length
    return f"{plan.model.unit}s" if length is None else f"tokens of {length} per sequence"


def _sequences(plan: Plan) -> str:
    return "sequences" if plan.model.sequence_length else f"{plan.model.unit}s"


def _peak(plan: Plan) -> str:
    peak, capacity = plan.memory.peak_bytes / 1e9, plan.memory.capacity_bytes / 1e9
    return f"{peak:.1f} of {capacity:.1f} GB on the fullest accelerator"


def _rows(plan: Plan) -> Iterator[str]:
    counted = plan.model.unit
    for label, key, unit, factor in ROWS:
        value = _value(plan, key)
        if value is not None:
            per = unit.replace("token", counted)
            shown = f"{rounded(value * factor):>12} {per:<10}{_spread(plan, key, factor)}"
            name = label.replace("token", counted)
            yield f"{name:<21}{shown}{_provenance(plan, key)}"


def _provenance(plan: Plan, key: str) -> str:
    """Give the provenance of a number: its own, or that of its part."""
    found = plan.provenance.get(key) or plan.provenance.get(key.partition(".")[0])
    return found.provenance if found else ""


def _spread(plan: Plan, key: str, factor: float) -> str:
    band = plan.bands.get(key)
    if band is None:
        return f"{'':>10}    {'':<12}"
    return f"{rounded(band.p10 * factor):>10} .. {rounded(band.p90 * factor):<11} "


def _value(plan: Plan, key: str) -> float | None:
    part, field = key.split(".")
    value: float | None = getattr(getattr(plan, part), field)
    return value


def _building(plan: Plan) -> Iterator[str]:
    """Say what stands there, where the plan needs a building of its own."""
    if plan.building is None or plan.facility.basis != "plant":
        return
    for label, text in building(plan.building):
        yield from _entry(label, text)
    yield ""


def _explained(plan: Plan) -> Iterator[str]:
    if plan.explain is None:
        return
    yield from waterfalls(plan)
    yield ""
    for label, text in reasons(plan):
        yield from _entry(label, text)


def _variants(plan: Plan) -> Iterator[str]:
    for variant in plan.token_variants:
        yield from _entry(
            f"{with_prefix(variant.tokens, '')} tokens",
            f"{variant.accelerators:,} accelerators, "
            f"{rounded(variant.calendar_days)} days, {rounded(variant.run_usd)} USD, "
            f"{rounded(variant.total_kwh / 1e3)} MWh, "
            f"{rounded(variant.operational_kgco2e / 1e3)} tCO2e",
        )


def _alternatives(plan: Plan) -> Iterator[str]:
    """Give the nearest of each kind."""
    shown: Counter[str] = Counter()
    for other in plan.alternatives:
        kind = _kind(plan, other)
        shown[kind] += 1
        if shown[kind] <= ALTERNATIVES[kind]:
            yield from _entry("not taken", f"{_told_apart(plan, other)}: {other.why}")
    hidden = sum(max(0, count - ALTERNATIVES[kind]) for kind, count in shown.items())
    if hidden:
        yield from _entry("", f"{hidden} more in --json")


def _kind(plan: Plan, other: Alternative) -> str:
    if other.facility.site != plan.facility.site:
        return "site"
    if other.cluster.accelerator != plan.cluster.accelerator:
        return "accelerator"
    return "layout" if other.cluster == plan.cluster else "size"


def _told_apart(plan: Plan, other: Alternative) -> str:
    """Name what an alternative has that the plan has not."""
    told = []
    if other.cluster != plan.cluster:
        told.append(f"{other.cluster.accelerators:,} {other.cluster.accelerator}")
    if other.facility.site != plan.facility.site:
        told.append(other.facility.site)
    if other.layout != plan.layout:
        told.extend(other.layout.in_words())
    return ", ".join(told) or "the same"


def _assumed(plan: Plan) -> Iterator[str]:
    defaults = [a for a in plan.assumptions if a.key.startswith("scenario.")]
    yield from _entry("defaults", "; ".join(_default(a) for a in defaults) or "none")
    others = len(plan.assumptions) - len(defaults)
    yield from _entry("assumptions", f"{others} more, with sources, in --json and --out")
    yield from _entry("money", plan.cost.basis, most=1)


def _default(assumption: Assumption) -> str:
    value = assumption.value
    name = assumption.key.removeprefix("scenario.").replace("_", " ")
    return f"{name} {value if isinstance(value, str) else rounded(value, 6)}"


def _notes(plan: Plan) -> Iterator[str]:
    for note in plan.notes[:NOTES]:
        yield from _entry("note", note, most=NOTE_LINES)
    if len(plan.notes) > NOTES:
        yield from _entry("", f"{len(plan.notes) - NOTES} more notes in --json")


def _entry(label: str, text: str, most: int | None = None) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"{label:<13}", subsequent_indent=" " * 13,
        break_on_hyphens=False, max_lines=most, placeholder=" ...",
    )  # fmt: skip
