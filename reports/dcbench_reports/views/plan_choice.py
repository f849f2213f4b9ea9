"""Sections of a plan about the choice: how sure it is, what else there was, other token counts."""

from __future__ import annotations

from dcbench.records.plan import Plan, PlanParts
from dcbench_reports.blocks import Block, Cell, Column, Figure, Row, Section, Table
from dcbench_reports.charts import Axis, Range, Ranges
from dcbench_reports.facts import Facts, Part
from dcbench_reports.views.common import sentence, span

_COMPARED = (
    ("cluster.accelerators", "Accelerators"), ("schedule.calendar_days", "Calendar"),
    ("step.mfu", "MFU"), ("power.facility_peak_kw", "Peak power"),
    ("energy.total_kwh", "Energy"), ("carbon.operational_kgco2e", "Carbon"),
    ("cost.run_usd", "Run"), ("cost.capex_usd", "Capital"),
)  # fmt: skip
_HEADLINE = (
    "step.time_s", "schedule.calendar_days", "power.facility_peak_kw", "facility.dpue_annual",
    "energy.total_kwh", "carbon.operational_kgco2e", "carbon.embodied_kgco2e", "cost.capex_usd",
    "cost.run_usd", "cost.cloud_run_usd",
)  # fmt: skip
"""Bands that are drawn."""
MAX_RANGES = 10
_TOKENS = ("tokens", "accelerators", "calendar_days", "run_usd", "total_kwh", "operational_kgco2e")


def bands_section(record: Plan, facts: Facts, prefix: str) -> list[Section]:
    """Show median and 10th to 90th percentile of every number that has them."""
    if not record.bands:
        return []
    headline = [key for key in _HEADLINE if key in record.bands] or list(record.bands)[:MAX_RANGES]
    others = [key for key in record.bands if key not in headline]
    blocks: list[Block] = [_band_table(facts, "Percentiles", headline, narrow=True)]
    figure = _bands_figure(record, facts, headline)
    if figure is not None:
        blocks.insert(0, figure)
    if others:
        blocks.append(_band_table(facts, "Percentiles of the other numbers", others))
    lead = sentence(
        "The planner runs again with every uncertain input drawn from its range; ",
        "the bands are percentiles of the outcomes.",
    )
    return [
        Section(slug=f"{prefix}-bands", title="How sure it is", blocks=tuple(blocks), lead=lead)
    ]


def _band_table(facts: Facts, caption: str, keys: list[str], *, narrow: bool = False) -> Table:
    rows = tuple(
        Row(cells=(facts.label(key), facts.median(key), _band(facts, key))) for key in keys
    )
    columns = (
        Column(label="Number"), Column(label="Median", numeric=True),
        Column(label="10th to 90th percentile", numeric=True),
    )  # fmt: skip
    return Table(caption=caption, columns=columns, rows=rows, narrow=narrow)


def _band(facts: Facts, key: str) -> Cell:
    band = facts.band(key)
    return None if band is None else span(*band)


def _bands_figure(record: Plan, facts: Facts, keys: list[str]) -> Figure | None:
    rows = tuple(
        Range(label=facts.label(key), low=band.p10 / band.p50, middle=1.0, high=band.p90 / band.p50)
        for key, band in ((key, record.bands[key]) for key in keys)
        if band.p50 > 0
    )
    if not rows:
        return None
    chart = Ranges(
        title="Spread of the outcomes", rows=rows, reference=1.0,
        axis=Axis(label="Relative to the median"),
        description=f"10th to 90th percentile of {len(rows)} numbers, each over its median.",
    )  # fmt: skip
    return Figure(chart=chart, caption="Bars run from the 10th to the 90th percentile.")


def alternatives_section(record: Plan, facts: Facts, prefix: str) -> list[Section]:
    """Compare the chosen plan with those that lost, and say why they lost."""
    if not record.alternatives:
        return []
    columns = (
        Column(label="Plan"),
        *(Column(label=label, numeric=True) for _, label in _COMPARED),
        Column(label="Why not"),
    )  # fmt: skip
    rows = [_compared(facts, record, (), "chosen", strong=True)]
    rows += [
        _compared(facts, other, ("alternatives", i), other.why)
        for i, other in enumerate(record.alternatives)
    ]
    table = Table(caption="The chosen plan and its alternatives", columns=columns, rows=tuple(rows))
    return [Section(slug=f"{prefix}-alternatives", title="Alternatives", blocks=(table,))]


def _compared(
    facts: Facts, parts: PlanParts, where: tuple[Part, ...], why: str, *, strong: bool = False
) -> Row:
    numbers = (facts.at(where, key) for key, _ in _COMPARED)
    layout = " · ".join(parts.layout.in_words())
    name = f"{parts.cluster.accelerator}, {parts.facility.site}, {layout}"
    return Row(cells=(name, *numbers, why), strong=strong)


def tokens_section(record: Plan, facts: Facts, prefix: str) -> list[Section]:
    """Answer the same question for other numbers of tokens."""
    if not record.token_variants:
        return []
    columns = tuple(
        Column(label=label, numeric=i > 0)
        for i, label in enumerate(("Tokens", "Accelerators", "Calendar", "Run", "Energy", "Carbon"))
    )
    rows = tuple(
        Row(cells=tuple(facts.number("token_variants", i, name) for name in _TOKENS))
        for i in range(len(record.token_variants))
    )
    table = Table(caption="The same question for other token counts", columns=columns, rows=rows)
    return [Section(slug=f"{prefix}-tokens", title="More tokens", blocks=(table,))]
