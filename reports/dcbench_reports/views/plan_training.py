"""Sections of a plan about the training job: model, layout, step, memory, schedule."""

from __future__ import annotations

from dcbench.records.plan import Plan
from dcbench_reports.blocks import Block, Figure, Pairs, Section
from dcbench_reports.charts import Axis
from dcbench_reports.facts import Facts
from dcbench_reports.views.common import beside, composition, pairs, sentence, texts
from dcbench_reports.views.plan_explain import (
    limits_section,
    memory_figure,
    memory_table,
    stages_table,
    time_figure,
    time_table,
)

_MODEL = ("model.params_total", "model.params_active", "model.tokens", "model.sequence_length")
_SHAPE = (
    "model.n_layers", "model.d_model", "model.n_heads", "model.n_kv_heads", "model.d_ff",
    "model.vocab",
)  # fmt: skip
_SPLIT = ("layout.tp", "layout.pp", "layout.vpp", "layout.cp", "layout.ep", "layout.dp")
_BATCH = ("layout.zero", "layout.micro_batch", "layout.global_batch")
_STEP = (
    "step.time_s", "step.mfu", "step.hfu", "step.model_tflops_per_gpu",
    "step.tokens_per_s_per_gpu",
)  # fmt: skip
_MEMORY = (
    "memory.peak_bytes", "memory.capacity_bytes", "explain.usable_bytes",
    "explain.headroom_bytes", "memory.fits_probability",
)  # fmt: skip
_SCHEDULE = (
    "schedule.steps", "schedule.training_days", "schedule.calendar_days", "schedule.goodput",
)  # fmt: skip
_FAILURES = (
    "schedule.job_mttf_hours", "schedule.checkpoint_interval_s", "schedule.checkpoint_write_s",
)  # fmt: skip


def training_sections(record: Plan, facts: Facts, prefix: str) -> list[Section]:
    """Give the sections in the order of the chain."""
    return [
        _model(record, facts, prefix),
        _layout(record, facts, prefix),
        _step(record, facts, prefix),
        _memory(record, facts, prefix),
        *limits_section(record, facts, prefix),
        _schedule(facts, prefix),
    ]


def _model(record: Plan, facts: Facts, prefix: str) -> Section:
    blocks = (pairs(facts, "Size", _MODEL), pairs(facts, "Shape", _SHAPE))
    return Section(
        slug=f"{prefix}-model", title="Model", blocks=blocks,
        lead=sentence(f"{record.model.name}: {record.model.shape_source}"),
    )  # fmt: skip


def _layout(record: Plan, facts: Facts, prefix: str) -> Section:
    split = pairs(facts, "Split over the accelerators", _SPLIT)
    batch = pairs(facts, "Batch and states", _BATCH)
    recompute = texts("Recompute", (("Activation recompute", record.layout.recompute),)).pairs
    return Section(
        slug=f"{prefix}-layout", title="Layout",
        blocks=(split, Pairs(caption=batch.caption, pairs=(*batch.pairs, *recompute))),
        lead=sentence(
            "How one step is divided: TP, PP, DP, CP and EP are the numbers of ways in which "
            "tensors, layers, the batch, the sequence and the experts are split."
        ),
    )  # fmt: skip


def _step(record: Plan, facts: Facts, prefix: str) -> Section:
    numbers = pairs(facts, "One optimizer step", _STEP)
    explain = record.explain
    if explain is not None and explain.time_waterfall:
        blocks: tuple[Block, ...] = (numbers, time_figure(explain), time_table(explain, facts))
    else:
        blocks = beside(numbers, _step_parts(facts))
    return Section(slug=f"{prefix}-step", title="Step time", blocks=blocks)


def _step_parts(facts: Facts) -> Figure | None:
    return composition(
        facts, "step.breakdown_s", title="Parts of one step", axis=Axis(label="Time", unit="s"),
        caption="Parts add up to the step time.",
    )  # fmt: skip


def _memory(record: Plan, facts: Facts, prefix: str) -> Section:
    numbers = pairs(facts, "Fullest accelerator", _MEMORY)
    explain = record.explain
    if explain is not None and explain.memory_waterfall:
        figure = memory_figure(explain, record.memory.capacity_bytes)
        blocks: tuple[Block, ...] = (numbers, figure, memory_table(explain, facts))
        if len(explain.memory_by_stage) > 1:
            blocks = (*blocks, stages_table(explain, facts))
    else:
        blocks = beside(numbers, _memory_parts(record, facts))
    return Section(slug=f"{prefix}-memory", title="Memory", blocks=blocks)


def _memory_parts(record: Plan, facts: Facts) -> Figure | None:
    return composition(
        facts, "memory.breakdown_bytes", title="Memory of the fullest accelerator",
        axis=Axis(label="Memory", unit="B"), limit=record.memory.capacity_bytes,
        caption="The upright mark is the capacity.",
    )  # fmt: skip


def _schedule(facts: Facts, prefix: str) -> Section:
    blocks = (
        pairs(facts, "From step to calendar", _SCHEDULE),
        pairs(facts, "Failures and checkpoints", _FAILURES),
    )
    return Section(
        slug=f"{prefix}-schedule",
        title="Schedule and goodput",
        blocks=blocks,
        lead=sentence("Goodput is the share of wall-clock time spent on steps that are kept."),
    )
