"""Sections of a facility record about equipment: units and spares, availability, redundancy."""

from __future__ import annotations

from dcbench.records.facility import FacilityRecord
from dcbench_reports.blocks import Badge, Block, Column, Figure, LegendItem, Row, Section, Table
from dcbench_reports.charts import Axis, Bar, Bars
from dcbench_reports.facts import Facts
from dcbench_reports.metrics import in_words
from dcbench_reports.views.common import sentence


def plant_sections(record: FacilityRecord, facts: Facts, prefix: str) -> list[Section]:
    """Give the plant, and what the record knows about its availability."""
    sections = [_plant(record, facts, prefix)]
    if record.availability_parts:
        sections.append(_availability(record, facts, prefix))
    if record.redundancy_options:
        sections.append(_redundancy(record, facts, prefix))
    return sections


def _plant(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    has_duty = any(item.duty is not None for item in record.plant.values())
    has_words = any(item.sized_by for item in record.plant.values())
    columns = [
        Column(label="Equipment"), Column(label="Units", numeric=True),
        Column(label="of these spare", numeric=True), Column(label="Rating each", numeric=True),
    ]  # fmt: skip
    if has_duty:
        columns += [Column(label="Duty of all", numeric=True),
                    Column(label="Usable share", numeric=True)]  # fmt: skip
    columns += [Column(label="Sized by")] if has_words else []
    rows = []
    for name, item in record.plant.items():
        rating = facts.number("plant", name, "rating", unit=item.rating_unit, digits=4)
        cells = [
            in_words(name), facts.number("plant", name, "units", unit=""),
            facts.number("plant", name, "redundant_units", unit=""), rating,
        ]  # fmt: skip
        if has_duty:
            cells += [facts.number("plant", name, "duty", unit=item.rating_unit, digits=4),
                      facts.number("plant", name, "derate")]  # fmt: skip
        cells += [item.sized_by] if has_words else []
        rows.append(Row(cells=tuple(cells)))
    table = Table(caption="Plant", columns=tuple(columns), rows=tuple(rows),
                  note="The usable share is what heat and altitude leave of a rating."
                  if has_duty else "")  # fmt: skip
    return Section(slug=f"{prefix}-plant", title="Plant", blocks=(table,))


def _availability(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    rows = tuple(
        Row(
            cells=(
                in_words(part.block), facts.number("availability_parts", i, "needed"),
                facts.number("availability_parts", i, "installed"),
                facts.number("availability_parts", i, "unit_availability"),
                facts.number("availability_parts", i, "availability"),
            )
        )
        for i, part in enumerate(record.availability_parts)
    )  # fmt: skip
    total: tuple[Row, ...] = (
        Row(cells=("All in series", None, None, None, facts.number("availability")), strong=True),
    )
    if record.availability is None:
        total = ()
    table = Table(
        caption="Blocks of the chain", rows=(*rows, *total),
        columns=(
            Column(label="Block"), Column(label="Needed", numeric=True),
            Column(label="Installed", numeric=True), Column(label="Availability of a unit",
                                                            numeric=True),
            Column(label="Availability of the block", numeric=True),
        ),
    )  # fmt: skip
    return Section(
        slug=f"{prefix}-availability", title="Availability", blocks=(table,),
        lead=sentence("Computed from failure rates of units, k of n with common causes; not a "
                      "tier, not a certificate."),
    )  # fmt: skip


def _redundancy(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    options = record.redundancy_options
    scale = 1e-6 if max(o.usd_per_year + o.lost_usd_per_year for o in options) >= 1e6 else 1e-3
    chart = Bars(
        title="What redundancy costs, and what outages cost",
        axis=Axis(label=f"{'Million' if scale == 1e-6 else 'Thousand'} US dollars a year",
                  zero=True),
        rows=tuple(
            Bar(label=o.redundancy,
                parts=((1, o.usd_per_year * scale), (4, o.lost_usd_per_year * scale)))
            for o in options
        ),
        description="One bar for each topology: plant and losses, then work lost in outages. "
        + "; ".join(f"{o.redundancy} {(o.usd_per_year + o.lost_usd_per_year) * scale:.3g}"
                    for o in options),
    )  # fmt: skip
    legend = (LegendItem(colour=1, label="Plant by its life, and its losses"),
              LegendItem(colour=4, label="Work lost in outages"))  # fmt: skip
    blocks: tuple[Block, ...] = (Figure(chart=chart, legend=legend), _options(record, facts))
    return Section(slug=f"{prefix}-redundancy", title="More or less redundancy", blocks=blocks)


def _options(record: FacilityRecord, facts: Facts) -> Table:
    keys = ("availability", "outage_h_per_year", "dpue_annual", "plant_usd", "usd_per_year",
            "lost_usd_per_year")  # fmt: skip
    rows = []
    for i, option in enumerate(record.redundancy_options):
        remarks = [
            word
            for word, holds in (
                ("this design", option.redundancy == record.redundancy),
                ("cheapest", option.is_cheapest),
            )
            if holds
        ]
        cells = (option.redundancy, *(facts.number("redundancy_options", i, key) for key in keys),
                 Badge(name=", ".join(remarks)) if remarks else "")  # fmt: skip
        rows.append(Row(cells=cells, strong=option.redundancy == record.redundancy))
    labels = ("Availability", "Outage", "Design PUE", "Plant", "Cost a year", "Work lost a year")
    return Table(
        caption="Topologies of the power chain", rows=tuple(rows),
        columns=(Column(label="Topology"), *(Column(label=x, numeric=True) for x in labels),
                 Column(label="")),
    )  # fmt: skip
