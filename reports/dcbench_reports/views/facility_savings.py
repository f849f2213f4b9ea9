"""Section of a facility record about ways to save, ranked, and as one package."""

from __future__ import annotations

from dcbench.records.facility import FacilityRecord
from dcbench_reports.blocks import Badge, Block, Column, Figure, Row, Section, Table
from dcbench_reports.charts import Axis, Bar, Bars
from dcbench_reports.facts import Facts
from dcbench_reports.views.common import pairs, sentence, texts
from dcbench_reports.views.facility_rules import verdict

MOST_BARS = 15
_KEYS = ("kwh_per_year", "water_l_per_year", "kgco2e_per_year", "usd_per_year", "capital_usd",
         "payback_years", "dpue_annual", "throughput_factor")  # fmt: skip
_LABELS = ("Energy", "Water", "Carbon", "Money", "Capital", "Payback", "Design PUE with it",
           "Speed of work")  # fmt: skip
_PACKAGE = ("reached_share", "target_share", "kwh_per_year", "sum_of_singles_kwh_per_year",
            "water_l_per_year", "kgco2e_per_year", "usd_per_year", "capital_usd", "payback_years",
            "dpue_annual")  # fmt: skip


def savings_sections(record: FacilityRecord, facts: Facts, prefix: str) -> list[Section]:
    """Give the ranking and the package."""
    savings = record.savings
    if savings is None or not savings.measures:
        return []
    drawn = savings.measures[:MOST_BARS]
    chart = Bars(
        title="Energy saved in a year, each measure alone", axis=Axis(label="Energy", unit="Wh"),
        rows=tuple(
            Bar(label=item.measure, parts=((3 if item.kwh_per_year >= 0 else 4,
                                            1e3 * item.kwh_per_year),))
            for item in drawn
        ),
        description=f"One bar for each of {len(drawn)} measures, best first; the first is "
        f"{drawn[0].measure} with {drawn[0].kwh_per_year / 1e3:.3g} MWh a year. Bars to the left "
        "of zero use more energy.",
    )  # fmt: skip
    blocks: list[Block] = [Figure(chart=chart, caption="Every bar is the model run again.")]
    blocks += [] if savings.package is None else _package(record, facts)
    blocks.append(_ranking(record, facts))
    lead = sentence("A saving is a whole year of the model with the change against one without. "
                    "Savings do not add up: the package was run as a whole.")  # fmt: skip
    return [
        Section(slug=f"{prefix}-savings", title="Ways to save", blocks=tuple(blocks), lead=lead)
    ]


def _package(record: FacilityRecord, facts: Facts) -> list[Block]:
    package = None if record.savings is None else record.savings.package
    if package is None:
        return []
    numbers = pairs(
        facts,
        "All measures of the package together",
        [f"savings.package.{key}" for key in _PACKAGE],
    )
    measures = texts(
        "The package",
        (("Measures", ", ".join(package.measures) or "none"),
         ("Target", verdict("met" if package.is_met else "not met"))),
    )  # fmt: skip
    return [numbers, measures]


def _ranking(record: FacilityRecord, facts: Facts) -> Table:
    measures = () if record.savings is None else record.savings.measures
    rows = tuple(
        Row(
            cells=(
                item.measure, item.change,
                *(facts.number("savings.measures", i, key) for key in _KEYS),
                Badge(name=item.provenance), item.note,
            )
        )
        for i, item in enumerate(measures)
    )  # fmt: skip
    columns = (
        Column(label="Measure"), Column(label="Change"),
        *(Column(label=x, numeric=True) for x in _LABELS), Column(label="Provenance"),
        Column(label="Note"),
    )  # fmt: skip
    return Table(
        caption="Savings in a year, best first", columns=columns, rows=rows,
        note="A payback that is not given never comes. Negative numbers cost.",
    )  # fmt: skip
