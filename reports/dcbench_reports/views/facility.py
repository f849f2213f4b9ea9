"""The chapter of a facility record: PUE over the year, energy by part, plant."""

from __future__ import annotations

from dcbench.records.facility import FacilityRecord
from dcbench.units import HOURS_PER_YEAR
from dcbench_reports.blocks import (
    Block,
    Chapter,
    Column,
    Figure,
    Row,
    Section,
    Summary,
    Table,
    Tile,
)  # fmt: skip
from dcbench_reports.charts import Axis, Columns
from dcbench_reports.facts import Facts
from dcbench_reports.metrics import in_words
from dcbench_reports.views.basis import assumptions_section, sources_section
from dcbench_reports.views.common import composition, notes_section, pairs, sentence, tile

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def facility_chapter(record: FacilityRecord, prefix: str) -> Chapter:
    """Give the chapter of a facility record."""
    facts = Facts(record)
    sections = notes_section(prefix, record.notes)
    sections += [
        _design(facts, prefix),
        _months(record, facts, prefix),
        _energy(record, facts, prefix),
        _plant(record, facts, prefix),
        assumptions_section(facts, prefix, record.assumptions),
        sources_section(facts, prefix, record.provenance),
    ]
    return Chapter(summary=_summary(record, facts), sections=tuple(sections))


def _summary(record: FacilityRecord, facts: Facts) -> Summary:
    decision = sentence(
        facts.number("it_kw"), f" of IT load at {record.site}, cooled by {record.cooling} with "
        f"{record.redundancy} redundancy, takes ", facts.number("facility_peak_kw"),
        " from the grid at the design peak and ", facts.number("facility_kwh_per_year"),
        " a year: a design PUE of ", facts.number("dpue_annual"), " over the year and ",
        facts.number("dpue_peak"), " in the worst hour.",
    )  # fmt: skip
    tiles: tuple[Tile, ...] = tuple(
        tile(facts, key)
        for key in (
            "dpue_annual",
            "facility_peak_kw",
            "facility_kwh_per_year",
            "wue_site_l_per_kwh",
        )
    )
    return Summary(
        kind="Facility", title=f"Facility at {record.site}", created_at=record.created_at,
        dcbench_version=record.dcbench_version, decision=decision, tiles=tiles,
    )  # fmt: skip


def _design(facts: Facts, prefix: str) -> Section:
    load = pairs(
        facts, "Load and efficiency",
        ("it_kw", "load_factor", "facility_peak_kw", "facility_kwh_per_year", "dpue_annual",
         "dpue_peak", "availability"),
    )  # fmt: skip
    resources = pairs(
        facts, "Water and carbon",
        ("wue_site_l_per_kwh", "wue_source_l_per_kwh", "cue_kgco2e_per_kwh"),
    )  # fmt: skip
    return Section(slug=f"{prefix}-design", title="Design figures", blocks=(load, resources))


def _months(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    low, high = min(record.dpue_monthly), max(record.dpue_monthly)
    chart = Columns(
        title="Design PUE by month", names=MONTHS, values=record.dpue_monthly, base=1.0,
        axis=Axis(label="Design PUE, from 1 upwards"), level=record.dpue_annual,
        description=f"Monthly design PUE between {low:.3g} and {high:.3g}; a line marks the year.",
    )  # fmt: skip
    rows = tuple(
        Row(cells=(month, facts.number("dpue_monthly", i, digits=4)))
        for i, month in enumerate(MONTHS)
    )
    table = Table(
        caption="Design PUE by month", rows=rows, narrow=True,
        columns=(Column(label="Month"), Column(label="Design PUE", numeric=True)),
    )  # fmt: skip
    figure = Figure(chart=chart, caption="The level line is the mean of the year.")
    return Section(slug=f"{prefix}-months", title="The year", blocks=(figure, table))


def _energy(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    it_names = frozenset(name for name in record.breakdown_kwh_per_year if name in {"it", "IT"})
    figure = composition(
        facts, "breakdown_kwh_per_year", title="Mean power beyond the IT load",
        axis=Axis(label="Mean power", unit="W"), scale=1e3 / HOURS_PER_YEAR, leave_out=it_names,
        caption="What the building adds to the IT load, averaged over the year.",
    )  # fmt: skip
    rows = tuple(
        Row(cells=(in_words(name), facts.number("breakdown_kwh_per_year", name)))
        for name in record.breakdown_kwh_per_year
    )
    total = Row(cells=("Facility", facts.number("facility_kwh_per_year")), strong=True)
    table = Table(
        caption="Energy by part", rows=(*rows, total), narrow=True,
        columns=(Column(label="Part"), Column(label="Energy per year", numeric=True)),
    )  # fmt: skip
    blocks: tuple[Block, ...] = (table,) if figure is None else (figure, table)
    return Section(slug=f"{prefix}-energy", title="Where the energy goes", blocks=blocks)


def _plant(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    rows = tuple(
        Row(
            cells=(
                in_words(name), facts.number("plant", name, "units", unit=""),
                facts.number("plant", name, "redundant_units", unit=""),
                facts.number("plant", name, "rating", unit=item.rating_unit, digits=4),
            )
        )
        for name, item in record.plant.items()
    )  # fmt: skip
    columns = (
        Column(label="Equipment"), Column(label="Units", numeric=True),
        Column(label="of these redundant", numeric=True), Column(label="Rating each", numeric=True),
    )  # fmt: skip
    table = Table(caption="Plant", columns=columns, rows=rows)
    return Section(slug=f"{prefix}-plant", title="Plant", blocks=(table,))
