"""The chapter of an audit record: PUE by month against the model, losses, saving, data quality."""

from __future__ import annotations

from dcbench.records.audit import AuditRecord, Period
from dcbench_reports.blocks import (
    Badge,
    Block,
    Chapter,
    Column,
    Figure,
    LegendItem,
    Prose,
    Row,
    Section,
    Summary,
    Table,
)  # fmt: skip
from dcbench_reports.charts import Axis, Bar, Bars, Curves, Range, Ranges, Series
from dcbench_reports.facts import Facts
from dcbench_reports.metrics import in_words
from dcbench_reports.views.audit_quality import quality_section
from dcbench_reports.views.basis import assumptions_section, sources_section
from dcbench_reports.views.common import notes_section, pairs, sentence, span, texts, tile

LABELS = {
    "PUE": "measured annual PUE", "iPUE": "interim PUE (iPUE), not a full year",
    "pPUE": "partial PUE (pPUE) of a part of the facility",
}  # fmt: skip
POINTS = {"1": "UPS output", "2": "PDU output", "3": "the input of the IT equipment"}
_EXPECTED = ("expected.pue", "expected.measured_pue", "expected.overhead_ratio", "expected.hours",
             "expected.hours_above", "expected.it_kw")  # fmt: skip
_BASELINE = ("days", "mean_kw", "r_squared", "cv_rmse", "nmbe", "autocorrelation")
_SAVING = ("saving.saving_kwh", "saving.saving_share", "saving.expected_kwh", "saving.measured_kwh",
           "saving.before_days", "saving.after_days", "saving.compared_days")  # fmt: skip
MOST_TICKS = 12


def audit_chapter(record: AuditRecord, prefix: str) -> Chapter:
    """Give the chapter of an audit record."""
    facts = Facts(record)
    sections = notes_section(prefix, record.notes)
    sections += [_months(record, facts, prefix)]
    sections += [_losses(record, facts, prefix)] if record.losses else []
    sections += [_anomalies(record, facts, prefix)] if record.anomalies else []
    sections += [] if record.saving is None else [_saving(record, facts, prefix)]
    sections += [] if record.baseline is None else [_behaviour(record, facts, prefix)]
    sections += [
        quality_section(record, facts, prefix),
        assumptions_section(facts, prefix, record.assumptions),
        sources_section(facts, prefix, record.provenance),
    ]
    return Chapter(summary=_summary(record, facts), sections=tuple(sections))


def _summary(record: AuditRecord, facts: Facts) -> Summary:
    made = " The file says that it is synthetic." if record.is_synthetic else ""
    parts: list[Prose] = [
        sentence(
            "From ", facts.number("headline.it_kwh"), " of IT and ",
            facts.number("headline.total_kwh"), f" in all, {record.headline.name}: "
            f"{LABELS[record.label]} of ", facts.number("headline.pue", digits=4),
            f", with IT metered at {POINTS[record.category]} (Category {record.category}).{made}",
        )
    ]  # fmt: skip
    if record.expected is not None:
        parts.append(
            sentence(" The model expects ", facts.number("expected.pue", digits=4),
                     " for this load and weather.")
        )  # fmt: skip
    tiles = (
        tile(facts, "headline.pue", label=f"{record.label}, Category {record.category}",
             note=LABELS[record.label]),
        tile(facts, "headline.dcie"), tile(facts, "headline.wue_l_per_kwh"),
        tile(facts, "headline.total_kwh"), tile(facts, "meter.coverage"),
        *((tile(facts, "saving.saving_kwh", note=_significance(record)),)
          if record.saving is not None else ()),
    )  # fmt: skip
    return Summary(
        kind="Audit", title="Audit of metered energy", created_at=record.created_at,
        dcbench_version=record.dcbench_version, tiles=tiles,
        decision=tuple(part for prose in parts for part in prose),
    )  # fmt: skip


def _months(record: AuditRecord, facts: Facts, prefix: str) -> Section:
    blocks: list[Block] = []
    if any(month.pue is not None for month in record.months):
        blocks.append(_pue_figure(record))
    categories = [f"pue_by_category.{c}" for c in ("1", "2", "3")]
    blocks.append(pairs(facts, "PUE by the point where IT is metered", categories))
    if record.expected is not None:
        blocks.append(pairs(facts, "Against the model", _EXPECTED))
        blocks.append(
            texts("The model", (("Site", record.expected.site),
                                ("Cooling", record.expected.cooling),
                                ("Redundancy", record.expected.redundancy),
                                ("Weather", record.expected.weather)))
        )  # fmt: skip
    blocks.append(_table("Months", "months", record.months, facts))
    if record.years:
        blocks.append(_table("Calendar years", "years", record.years, facts))
    return Section(slug=f"{prefix}-months", title="PUE by month", blocks=tuple(blocks))


def _pue_figure(record: AuditRecord) -> Figure:
    known = [(float(i), m) for i, m in enumerate(record.months) if m.pue is not None]
    x = tuple(i for i, _ in known)
    series = [Series(colour=1, x=x, y=tuple(m.pue or 0.0 for _, m in known))]
    legend = [LegendItem(colour=1, label="Measured")]
    modelled = [(i, m) for i, m in known if m.expected_pue is not None]
    if modelled:
        series.insert(
            0,
            Series(
                colour=2, x=tuple(i for i, _ in modelled), marks=False,
                y=tuple(m.expected_pue or 0.0 for _, m in modelled),
                low=tuple(m.expected_low or 0.0 for _, m in modelled),
                high=tuple(m.expected_high or 0.0 for _, m in modelled),
            ),
        )  # fmt: skip
        legend.append(
            LegendItem(colour=2, label="Expected by the model, with the band of published sites")
        )
    every = -(-len(record.months) // MOST_TICKS)
    ticks = tuple((float(i), m.name[2:]) for i, m in enumerate(record.months) if i % every == 0)
    values = [m.pue or 0.0 for _, m in known]
    chart = Curves(
        title="PUE by month, measured and expected", series=tuple(series),
        x=Axis(label="Month", ticks=ticks), y=Axis(label="PUE, energy-weighted"),
        description=f"Monthly PUE between {min(values):.3f} and {max(values):.3f}"
        + (", with what the model expects for the same load and weather." if modelled else "."),
    )  # fmt: skip
    return Figure(chart=chart, legend=tuple(legend))


def _table(caption: str, key: str, periods: tuple[Period, ...], facts: Facts) -> Table:
    has_expected = any(period.expected_pue is not None for period in periods)
    keys = ["it_kwh", "total_kwh", "pue"]
    labels = ["IT energy", "Energy in all", "PUE"]
    if has_expected:
        keys, labels = [*keys, "expected_pue"], [*labels, "Expected"]
    if any(period.wue_l_per_kwh is not None for period in periods):
        keys, labels = [*keys, "wue_l_per_kwh"], [*labels, "WUE"]
    keys, labels = [*keys, "coverage"], [*labels, "Read"]
    rows = []
    for i, period in enumerate(periods):
        values = [facts.number(key, i, name, digits=4 if "pue" in name else None) for name in keys]
        remark = "above the band" if period.is_above_expected else ""
        rows.append(Row(cells=(period.name, *values, period.label, remark)))
    columns = (
        Column(label="Period"), *(Column(label=x, numeric=True) for x in labels),
        Column(label="Label"), Column(label=""),
    )  # fmt: skip
    return Table(caption=caption, columns=columns, rows=tuple(rows))


def _losses(record: AuditRecord, facts: Facts, prefix: str) -> Section:
    chart = Bars(
        title="Energy beyond IT by part", axis=Axis(label="Energy", unit="Wh"),
        rows=tuple(
            Bar(label=in_words(part.part), parts=((i, 1e3 * part.kwh),))
            for i, part in enumerate(record.losses[:7], start=1)
        ),
        description=f"One bar for each part, largest first: {in_words(record.losses[0].part)} "
        f"with {100 * record.losses[0].share:.0f} % of all energy beyond IT.",
    )  # fmt: skip
    has_expected = any(part.expected_kwh is not None for part in record.losses)
    rows = []
    for i, part in enumerate(record.losses):
        numbers = [facts.number("losses", i, key) for key in ("kwh", "share", "pue_points")]
        cells = [in_words(part.part), *numbers]
        cells += [facts.number("losses", i, "expected_kwh")] if has_expected else []
        rows.append(Row(cells=(*cells, ", ".join(part.worst_months))))
    columns = (
        Column(label="Part"), Column(label="Energy", numeric=True),
        Column(label="Share", numeric=True), Column(label="Adds to PUE", numeric=True),
        *((Column(label="Expected by the model", numeric=True),) if has_expected else ()),
        Column(label="Worst months, against IT"),
    )  # fmt: skip
    table = Table(caption="Losses, largest first", columns=columns, rows=tuple(rows))
    return Section(
        slug=f"{prefix}-losses", title="Where energy is lost", blocks=(Figure(chart=chart), table)
    )


def _anomalies(record: AuditRecord, facts: Facts, prefix: str) -> Section:
    rows = tuple(
        Row(
            cells=(
                Badge(name=item.kind), item.column.replace("_", " "), item.start,
                item.end or "",
                facts.number("anomalies", i, "size", unit=item.size_unit or ""), item.text,
            )
        )
        for i, item in enumerate(record.anomalies)
    )  # fmt: skip
    columns = (
        Column(label="Kind"), Column(label="Column"), Column(label="From"), Column(label="To"),
        Column(label="Size", numeric=True), Column(label="What was seen"),
    )  # fmt: skip
    table = Table(caption="To be looked at", columns=columns, rows=rows)
    return Section(slug=f"{prefix}-anomalies", title="To be looked at", blocks=(table,))


def _saving(record: AuditRecord, facts: Facts, prefix: str) -> Section:
    saving = record.saving
    if saving is None:
        return Section(slug=f"{prefix}-saving", title="Verified saving", blocks=())
    chart = Ranges(
        title="Saving and its intervals", axis=Axis(label="Saving in MWh"), reference=0.0,
        rows=tuple(
            Range(label=f"{100 * x.confidence:.0f} % confidence", low=x.low_kwh / 1e3,
                  middle=saving.saving_kwh / 1e3, high=x.high_kwh / 1e3)
            for x in saving.intervals
        ),
        description=f"The saving of {saving.saving_kwh / 1e3:.4g} MWh with its intervals; an "
        "upright line marks zero.",
    )  # fmt: skip
    rows = []
    for i, interval in enumerate(saving.intervals):
        low = facts.number("saving.intervals", i, "low_kwh")
        high = facts.number("saving.intervals", i, "high_kwh")
        both = None if low is None or high is None else span(low, high)
        uncertainty = facts.number("saving.intervals", i, "fractional_uncertainty")
        rows.append(Row(cells=(f"{100 * interval.confidence:.0f} %", both, uncertainty)))
    table = Table(
        caption="Uncertainty", rows=tuple(rows), narrow=True,
        columns=(Column(label="Confidence"), Column(label="Saving", numeric=True),
                 Column(label="Half width over saving", numeric=True)),
    )  # fmt: skip
    lead = sentence(
        f"Change on {saving.change_date}: {_significance(record)}. Energy beyond IT against a "
        f"regression of the days before. {' '.join(saving.notes)}"
    )
    blocks = (pairs(facts, "Saving", _SAVING), Figure(chart=chart), table,
              pairs(facts, "Regression of the days before",
                    [f"saving.baseline.{key}" for key in _BASELINE]),
              texts("Its equation", (("Form", saving.baseline.form),)))  # fmt: skip
    return Section(slug=f"{prefix}-saving", title="Verified saving", blocks=blocks, lead=lead)


def _significance(record: AuditRecord) -> str:
    saving = record.saving
    if saving is None or not saving.is_significant:
        return "not significant at 90 %"
    return "significant at 90 %" if saving.saving_kwh > 0 else "significantly more energy at 90 %"


def _behaviour(record: AuditRecord, facts: Facts, prefix: str) -> Section:
    blocks: list[Block] = [
        pairs(facts, "Regression by the day", [f"baseline.{key}" for key in _BASELINE])
    ]
    if record.trend is not None:
        low, high = facts.number("trend.low"), facts.number("trend.high")
        interval = None if low is None or high is None else span(low, high)
        word = "counts" if record.trend.is_significant else "does not count"
        blocks.append(
            texts(
                f"Drift of {record.trend.column} at the same weather and load",
                (("Change", facts.number("trend.share_per_year")), ("90 % interval", interval),
                 ("Verdict", word)),
            )
        )  # fmt: skip
    if record.baseline is not None:
        blocks.append(texts("Its equation", (("Form", record.baseline.form),)))
    return Section(
        slug=f"{prefix}-behaviour", title="How it follows weather and load", blocks=tuple(blocks)
    )
