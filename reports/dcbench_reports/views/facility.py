"""The chapter of a facility record: the decision, the design figures, and a section per part."""

from __future__ import annotations

from dataclasses import replace

from dcbench.records.facility import FacilityRecord
from dcbench_reports.blocks import Badge, Block, Chapter, Pair, Pairs, Section, Summary, Tile
from dcbench_reports.facts import Facts
from dcbench_reports.views.basis import assumptions_section, sources_section
from dcbench_reports.views.common import notes_section, pairs, sentence, texts, tile
from dcbench_reports.views.facility_carbon import carbon_sections
from dcbench_reports.views.facility_plant import plant_sections
from dcbench_reports.views.facility_rules import register_sections, rules_sections
from dcbench_reports.views.facility_savings import savings_sections
from dcbench_reports.views.facility_sites import site_sections
from dcbench_reports.views.facility_year import energy_section, year_section

_CUE = "cue_kgco2e_per_kwh"
_TILES = (
    "dpue_annual", "dpue_peak", "wue_site_l_per_kwh", _CUE,
    "facility_kwh_per_year", "facility_peak_kw",
)  # fmt: skip
_LOAD = ("it_kw", "load_factor", "facility_peak_kw", "facility_kwh_per_year", "availability",
         "unmet_h_per_year")  # fmt: skip
_WATER = ("wue_site_l_per_kwh", "wue_source_l_per_kwh", "cue_kgco2e_per_kwh")
_WEATHER = ("weather.mean_dry_bulb_c", "weather.design_dry_bulb_c", "weather.design_wet_bulb_c",
            "weather.extreme_dry_bulb_c")  # fmt: skip


def facility_chapter(record: FacilityRecord, prefix: str) -> Chapter:
    """Give the chapter of a facility record; parts that the record lacks have no section."""
    facts = Facts(record)
    sections = notes_section(prefix, record.notes)
    sections += [
        _design(record, facts, prefix),
        year_section(record, facts, prefix),
        energy_section(record, facts, prefix),
        *plant_sections(record, facts, prefix),
        *rules_sections(record, facts, prefix),
        *carbon_sections(record, facts, prefix),
        *savings_sections(record, facts, prefix),
        *site_sections(record, facts, prefix),
        *register_sections(record, prefix),
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
    return Summary(
        kind="Facility", title=f"Facility at {record.site}", created_at=record.created_at,
        dcbench_version=record.dcbench_version, decision=decision,
        tiles=tuple(_tile(facts, key) for key in _TILES),
    )  # fmt: skip


def _tile(facts: Facts, key: str) -> Tile:
    """Give a big number; its label says that the kilograms are of carbon."""
    found = tile(facts, key)
    return replace(found, value=facts.number(key, unit="kg/kWh")) if key == _CUE else found


def _design(record: FacilityRecord, facts: Facts, prefix: str) -> Section:
    load = pairs(facts, "Load and power", _LOAD)
    efficiency = pairs(
        facts, "Efficiency, as ISO/IEC 30134-2 labels it",
        ("dpue_annual", "dpue_peak", *(f"dpue_by_category.{c}" for c in ("1", "2", "3")),
         "dcie_annual"),
    )  # fmt: skip
    blocks: list[Block] = [load, efficiency, pairs(facts, "Water and carbon", _WATER)]
    blocks += [] if record.weather is None else [_weather(record, facts)]
    lead = sentence(
        f"Cooling by {record.cooling}, {record.redundancy} redundancy. A design PUE (dPUE) is "
        "computed, not metered; IT energy is taken at the input of the IT equipment (Category 3)."
    )
    return Section(slug=f"{prefix}-design", title="Design figures", blocks=tuple(blocks), lead=lead)


def _weather(record: FacilityRecord, facts: Facts) -> Pairs:
    weather = record.weather
    if weather is None:
        return texts("Weather", ())
    numbers = pairs(facts, "Weather", _WEATHER).pairs
    badge = Badge(name=weather.provenance)
    kind = "hours of a file" if weather.is_file else "generated from monthly normals"
    rows = (
        *(Pair(label=pair.label, value=pair.value, badge=badge, source=weather.source)
          for pair in numbers),
        Pair(label="Hours", value=kind, badge=badge, source=weather.source),
        Pair(label="Source", value=weather.source),
    )  # fmt: skip
    return Pairs(caption="Weather", pairs=rows)
