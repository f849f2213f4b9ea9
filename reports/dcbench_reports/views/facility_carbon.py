"""Sections of a facility record about carbon, reused heat and renewable supply."""

from __future__ import annotations

from dcbench.records.facility import FacilityRecord
from dcbench_reports.blocks import Block, Callouts, Column, Figure, Row, Section, Table
from dcbench_reports.charts import Axis, Bar, Bars
from dcbench_reports.facts import Facts
from dcbench_reports.metrics import label
from dcbench_reports.views.common import opening, pairs, sentence

_YEARLY = (
    "carbon.location_kgco2e_per_year", "carbon.market_kgco2e_per_year",
    "carbon.market_hourly_kgco2e_per_year", "carbon.generators_kgco2e_per_year",
    "carbon.refrigerants_kgco2e_per_year", "carbon.embodied_building_kgco2e_per_year",
    "carbon.embodied_plant_kgco2e_per_year",
)  # fmt: skip
_ONCE = ("carbon.embodied_building_kgco2e", "carbon.embodied_plant_kgco2e",
         "carbon.cue_location_kgco2e_per_kwh", "carbon.cue_market_kgco2e_per_kwh")  # fmt: skip
_HEAT = ("heat_reuse.heat_kwh_per_year", "heat_reuse.supply_c", "heat_reuse.heat_pump_kwh_per_year",
         "heat_reuse.erf", "heat_reuse.ere")  # fmt: skip
_MATCHED = (
    "renewables.matched_annual_share", "renewables.cfe_247_share", "renewables.ref",
    "renewables.load_kwh_per_year", "renewables.grid_kwh_per_year",
    "renewables.uncovered_kwh_per_year", "renewables.exported_kwh_per_year",
    "renewables.battery_losses_kwh_per_year",
)  # fmt: skip
_MONEY = ("renewables.location_kgco2e_per_year", "renewables.market_kgco2e_per_year",
          "renewables.market_hourly_kgco2e_per_year", "renewables.usd_per_year",
          "renewables.grid_usd_per_year")  # fmt: skip
_KINDS = {"pv": "Photovoltaics", "wind": "Wind", "ppa": "Power purchase agreement",
          "battery": "Battery"}  # fmt: skip


def carbon_sections(record: FacilityRecord, facts: Facts, prefix: str) -> list[Section]:
    """Give the sections that the record has parts for."""
    found = []
    if record.carbon is not None:
        found.append(_carbon(record, facts, prefix))
    if record.heat_reuse is not None:
        heat = pairs(facts, "Heat handed over", _HEAT)
        note = record.heat_reuse.note
        blocks: tuple[Block, ...] = (heat, Callouts(items=(note,), caution=False)) if note else (
            heat,
        )  # fmt: skip
        found.append(Section(slug=f"{prefix}-heat", title="Reused heat", blocks=blocks))
    if record.renewables is not None:
        found.append(_renewables(record, facts, prefix))
    return found


def _carbon(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    rows = []
    for place, key in enumerate(_YEARLY, start=1):
        found = facts.number(key)
        if found is not None and found.value > 0:
            rows.append(Bar(label=label(key), parts=((min(place, 7), found.value / 1e3),)))
    basis = "" if record.carbon is None else record.carbon.grid_basis
    chart = Bars(
        title="Emissions of a year", axis=Axis(label="Emissions", unit="t CO₂e"), rows=tuple(rows),
        description=f"One bar for each source of a year's emissions; grid factors are {basis}.",
    )  # fmt: skip
    caption = (
        "Location and market based figures are two accounts of the same energy (GHG Protocol "
        "scope 2) and are never added."
    )
    blocks = (pairs(facts, "In a year", _YEARLY), Figure(chart=chart, caption=caption),
              pairs(facts, "In the building, and per IT energy", _ONCE))  # fmt: skip
    boundary = "" if record.carbon is None else record.carbon.boundary
    return Section(
        slug=f"{prefix}-carbon", title="Carbon", blocks=blocks,
        lead=opening(boundary) if boundary else (),
    )  # fmt: skip


def _renewables(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    supply = record.renewables
    if supply is None:
        return Section(slug=f"{prefix}-renewables", title="Renewable supply", blocks=())
    rows = tuple(
        Row(
            cells=(
                _KINDS.get(item.kind, item.kind),
                facts.number("renewables.supplies", i, "size", unit=item.size_unit),
                facts.number("renewables.supplies", i, "kwh_per_year"),
                facts.number("renewables.supplies", i, "used_kwh_per_year"),
                facts.number("renewables.supplies", i, "capacity_factor"), item.source,
            )
        )
        for i, item in enumerate(supply.supplies)
    )  # fmt: skip
    labels = ("Supply", "Size", "Energy a year", "of this used", "Capacity factor", "Source")
    table = Table(
        caption="Supplies", rows=rows,
        columns=tuple(Column(label=x, numeric=0 < i < 5) for i, x in enumerate(labels)),
    )  # fmt: skip
    lead = sentence(
        "Hour by hour, ", facts.number("renewables.cfe_247_share"), " of the load is matched; the "
        "sums of the year alone would claim ", facts.number("renewables.matched_annual_share"),
        f". {supply.note}",
    )  # fmt: skip
    blocks = (pairs(facts, "Supply against load", _MATCHED),
              pairs(facts, "Carbon and money", _MONEY), table)  # fmt: skip
    return Section(slug=f"{prefix}-renewables", title="Renewable supply", blocks=blocks, lead=lead)
