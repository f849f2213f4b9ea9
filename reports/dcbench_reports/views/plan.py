"""The chapter of a plan: from the model to the dollar, and what it all rests on."""

from __future__ import annotations

from dcbench.records.plan import Plan
from dcbench_reports.blocks import Chain, Chapter, Link, Prose, Quantity, Section, Summary, Tile
from dcbench_reports.facts import Facts
from dcbench_reports.typography import TIMES
from dcbench_reports.views.basis import assumptions_section, reproduce_section, sources_section
from dcbench_reports.views.common import notes_section, sentence, tile
from dcbench_reports.views.plan_choice import alternatives_section, bands_section, tokens_section
from dcbench_reports.views.plan_explain import rates_section
from dcbench_reports.views.plan_site import site_sections
from dcbench_reports.views.plan_training import training_sections


def plan_chapter(record: Plan, prefix: str) -> Chapter:
    """Give the chapter of a plan."""
    facts = Facts(record)
    sections = [_chain(record, facts, prefix), *notes_section(prefix, record.notes)]
    sections += training_sections(record, facts, prefix)
    sections += site_sections(record, facts, prefix)
    sections += bands_section(record, facts, prefix)
    sections += rates_section(record, facts, prefix)
    sections += alternatives_section(record, facts, prefix)
    sections += tokens_section(record, facts, prefix)
    sections += [
        assumptions_section(facts, prefix, record.assumptions),
        sources_section(facts, prefix, record.provenance),
        reproduce_section(record, prefix),
    ]
    return Chapter(summary=_summary(record, facts), sections=tuple(sections))


def _summary(record: Plan, facts: Facts) -> Summary:
    accelerator = record.cluster.accelerator
    return Summary(
        kind="Plan", title=f"Train {record.model.name} on {accelerator}",
        created_at=record.created_at, dcbench_version=record.dcbench_version,
        decision=_decision(record, facts), tiles=_tiles(record, facts),
    )  # fmt: skip


def _decision(record: Plan, facts: Facts) -> Prose:
    """Say the plan in a paragraph, made from its numbers."""
    n = facts.number
    parts: list[Prose] = [
        sentence(
            "Training ", n("model.params_total"), " parameters on ", n("model.tokens"),
            f" {record.model.unit}s takes ", n("cluster.accelerators"),
            f" {record.cluster.accelerator} accelerators ", n("schedule.calendar_days"), " at ",
            record.facility.site, ", draws ", n("power.facility_peak_kw"),
            " from the grid at its peak, and costs ", n("cost.run_usd"),
            " with hardware owned at ", n("cost.usd_per_gpu_hour"), " per accelerator-hour",
        )
    ]  # fmt: skip
    if record.cost.cloud_run_usd is not None:
        cheaper = "more" if record.cost.cloud_run_usd > record.cost.run_usd else "less"
        parts.append(sentence(f"; rented it would cost {cheaper}, ", n("cost.cloud_run_usd")))
    parts.append(
        sentence(
            ". It emits ", n("carbon.operational_kgco2e"), " from electricity and ",
            n("carbon.embodied_kgco2e"), " as its share of making the hardware.",
        )
    )  # fmt: skip
    return tuple(piece for part in parts for piece in part)


def _tiles(record: Plan, facts: Facts) -> tuple[Tile, ...]:
    step_note = f"{record.cluster.nodes:,} {TIMES} {record.cluster.node}"
    return (
        tile(facts, "schedule.calendar_days", label="Calendar time"),
        tile(facts, "cluster.accelerators", label=record.cluster.accelerator, note=step_note),
        tile(facts, "power.facility_peak_kw", label="Facility power, peak"),
        tile(facts, "cost.run_usd", label="Cost of the run, owned"),
    )


def _chain(record: Plan, facts: Facts, prefix: str) -> Section:
    n = facts.number
    layout = record.layout
    split = f"TP {layout.tp} · PP {layout.pp} · DP {layout.dp}"

    def link(title: str, slug: str, key: str, *note: str | Quantity | None) -> Link:
        words: Prose = tuple(word for word in note if word is not None)
        return Link(title=title, slug=f"{prefix}-{slug}", value=n(key), note=words)

    links = (
        link("Model", "model", "model.params_total", n("model.tokens"), f" {record.model.unit}s"),
        link("Layout", "layout", "cluster.accelerators", split),
        link("Step", "step", "step.time_s", "MFU ", n("step.mfu")),
        link("Memory", "memory", "memory.peak_bytes", "of ", n("memory.capacity_bytes")),
        link("Schedule", "schedule", "schedule.calendar_days", "goodput ", n("schedule.goodput")),
        link("Cluster", "cluster", "cluster.nodes", "nodes in racks: ", n("cluster.racks")),
        link("Power", "power", "power.facility_peak_kw", "IT ", n("power.it_peak_kw")),
        link("Facility", "facility", "facility.dpue_annual", "design PUE, year"),
        link("Energy", "energy", "energy.total_kwh", "for the run"),
        link("Carbon", "carbon", "carbon.operational_kgco2e", "operational"),
        link("Money", "money", "cost.run_usd", "capital ", n("cost.capex_usd")),
    )
    chain = Chain(caption="From the model to the dollar", links=links)
    return Section(slug=f"{prefix}-chain", title="The chain", blocks=(chain,))
