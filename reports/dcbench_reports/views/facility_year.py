"""Sections of a facility record about its year: the months, and where the energy goes."""

from __future__ import annotations

from dcbench.records.facility import FacilityRecord
from dcbench.units import HOURS_PER_YEAR
from dcbench_reports.blocks import Block, Column, Figure, Row, Section, Table
from dcbench_reports.charts import Axis, Branch, Columns, Flow
from dcbench_reports.facts import Facts
from dcbench_reports.metrics import in_words
from dcbench_reports.views.common import (
    MAX_COLOURS,
    REST_COLOUR,
    composition,
    pairs,
    sentence,
)  # fmt: skip

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
IT = frozenset({"it", "IT"})
_STANDBY = ("standby.generator_heaters_kwh_per_year", "standby.battery_charging_kwh_per_year",
            "standby.generator_test_fuel_l_per_year", "standby.generator_test_kgco2e_per_year",
            "it_inside.psu_kwh_per_year", "it_inside.fans_kwh_per_year", "it_inside.itue",
            "it_inside.tue")  # fmt: skip


def year_section(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    """Show twelve months."""
    low, high = min(record.dpue_monthly), max(record.dpue_monthly)
    chart = Columns(
        title="Design PUE by month", names=MONTHS, values=record.dpue_monthly, base=1.0,
        axis=Axis(label="Design PUE, from 1 upwards"), level=record.dpue_annual,
        description=f"Monthly design PUE between {low:.3g} and {high:.3g}; a line marks the year.",
    )  # fmt: skip
    blocks: list[Block] = [Figure(chart=chart, caption="The level line is the mean of the year.")]
    if record.monthly is not None:
        blocks += _monthly_figures(record)
    blocks.append(_months_table(record, facts))
    return Section(slug=f"{prefix}-months", title="The year", blocks=tuple(blocks))


def _monthly_figures(record: FacilityRecord) -> list[Block]:
    monthly = record.monthly
    if monthly is None:
        return []
    energy = tuple(1e3 * kwh for kwh in monthly.facility_kwh)
    factor, unit = _scale(max(energy))
    figures: list[Block] = [
        Figure(
            chart=Columns(
                title="Energy of the facility by month", names=MONTHS,
                values=tuple(value * factor for value in energy),
                axis=Axis(label="Energy", unit=f"{unit}Wh"),
                description="Energy of the facility in each month, IT and building.",
            )
        )
    ]  # fmt: skip
    if any(monthly.water_l):
        water = tuple(litres / 1e3 for litres in monthly.water_l)
        figures.append(
            Figure(
                chart=Columns(
                    title="Water at the site by month", names=MONTHS, values=water,
                    axis=Axis(label="Water", unit="m³"),
                    description=f"Water in each month; at most {max(water):.3g} m³.",
                )
            )
        )  # fmt: skip
    return figures


def _scale(largest: float) -> tuple[float, str]:
    return next(
        ((1 / s, p) for s, p in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")) if largest >= s),
        (1.0, ""),
    )


def _months_table(record: FacilityRecord, facts: Facts) -> Table:
    rows = tuple(
        Row(
            cells=(
                month, facts.number("dpue_monthly", i, digits=4),
                facts.number("monthly.it_kwh", i), facts.number("monthly.facility_kwh", i),
                facts.number("monthly.water_l", i),
            )[: 2 if record.monthly is None else 5]
        )
        for i, month in enumerate(MONTHS)
    )  # fmt: skip
    labels = ("Month", "Design PUE", "IT energy", "Facility energy", "Water")
    columns = tuple(
        Column(label=label, numeric=i > 0)
        for i, label in enumerate(labels[: 2 if record.monthly is None else 5])
    )
    return Table(
        caption="The months in numbers", rows=rows, columns=columns, narrow=record.monthly is None
    )


def energy_section(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    """Show where the energy goes: as a flow, as a bar of what is beyond IT, in numbers."""
    leave_out = frozenset(name for name in record.breakdown_kwh_per_year if name in IT)
    blocks: list[Block] = [_flow(record)]
    beyond = composition(
        facts, "breakdown_kwh_per_year", title="Mean power beyond the IT load",
        axis=Axis(label="Mean power", unit="W"), scale=1e3 / HOURS_PER_YEAR, leave_out=leave_out,
        caption="What the building adds to the IT load, averaged over the year.",
    )  # fmt: skip
    blocks += [] if beyond is None else [beyond]
    rows = tuple(
        Row(cells=(in_words(name), facts.number("breakdown_kwh_per_year", name)))
        for name in record.breakdown_kwh_per_year
    )
    total = Row(cells=("Facility", facts.number("facility_kwh_per_year")), strong=True)
    blocks.append(
        Table(
            caption="Energy by part", rows=(*rows, total), narrow=True,
            columns=(Column(label="Part"), Column(label="Energy per year", numeric=True)),
        )
    )  # fmt: skip
    standby = pairs(facts, "Standby plant, and inside the IT equipment", _STANDBY)
    blocks += [standby] if standby.pairs else []
    return Section(
        slug=f"{prefix}-energy", title="Where the energy goes", blocks=tuple(blocks),
        lead=sentence("Of ", facts.number("facility_kwh_per_year"), " a year."),
    )  # fmt: skip


def _flow(record: FacilityRecord) -> Figure:
    parts = {name: kwh for name, kwh in record.breakdown_kwh_per_year.items() if kwh > 0}
    ordered = sorted(parts, key=lambda name: (name not in IT, -parts[name]))
    colours = {
        name: REST_COLOUR if name in IT else min(i, MAX_COLOURS) for i, name in enumerate(ordered)
    }
    branches = tuple(
        Branch(label=in_words(name), value=parts[name], colour=colours[name]) for name in ordered
    )
    share = 100 * sum(kwh for name, kwh in parts.items() if name in IT) / sum(parts.values())
    chart = Flow(
        title="From the utility meter to the parts", whole="Utility meter", branches=branches,
        description=f"A flow that divides into {len(parts)} parts; the IT load takes "
        f"{share:.0f} % of the energy of the year.",
    )  # fmt: skip
    return Figure(chart=chart, caption="Widths are shares of the year's energy.")
