"""The facility record: one simulated design with everything that is said about it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib import metadata

from dcbench.catalog import Catalog, Site
from dcbench.records.facility import FacilityRecord, Monthly, WeatherPart
from dcbench.records.facility_energy import HeatReuse, Renewables
from dcbench.records.facility_plant import ItInside
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.facility.climate.site_climate import SiteClimate
from dcbench_planner.facility.cooling.systems import SYSTEMS
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.impact.carbon import cue_kgco2e_per_kwh
from dcbench_planner.facility.impact.facility_carbon import facility_carbon
from dcbench_planner.facility.impact.water import wue_source_l_per_kwh
from dcbench_planner.facility.notes import notes, provenance, site_assumptions
from dcbench_planner.facility.plant.bill import plant_of
from dcbench_planner.facility.plant.blocks import availability_parts, chain_availability
from dcbench_planner.facility.power.categories import dpue_by_category
from dcbench_planner.facility.power.psu import inside_it
from dcbench_planner.facility.power.standby import standby_record
from dcbench_planner.facility.simulation import Simulation, YearTotals, simulate, unphysical
from dcbench_planner.facility.spread import dpue_band


def design_facility(
    *, it_kw: float, load_factor: float, site: Site | str, cooling: str, redundancy: str,
    book: AssumptionBook, catalog: Catalog | None = None, climate: SiteClimate | None = None,
) -> FacilityRecord:  # fmt: skip
    """Size a facility and simulate its typical year; the arguments are those of `checked_design`.

    Raises:
        InputError: with every fault in the arguments.
    """
    design = checked_design(
        it_kw=it_kw, load_factor=load_factor, site=site, cooling=cooling, redundancy=redundancy,
        catalog=catalog, climate=climate,
    )  # fmt: skip
    return facility_record(simulate(design, book), book)


def facility_record(
    simulation: Simulation, book: AssumptionBook, *, heat_reuse: HeatReuse | None = None,
    renewables: Renewables | None = None,
) -> FacilityRecord:  # fmt: skip
    """Say everything about a simulated design that needs no further simulation.

    Args:
        simulation: of the design, its hours with heat reuse where there is any.
        book: the assumptions it was simulated with; entries read are marked as used.
        heat_reuse: what is handed over in these hours.
        renewables: supply matched to these hours.

    Raises:
        InputError: the user's own assumptions give no physical facility.
    """
    point = book.with_draws({})
    try:
        record = _record(simulation, point)
        standby = standby_record(simulation.building.electrical.standby, point)
        parts = {
            "bands": {"dpue_annual": dpue_band(record.dpue_annual, point)},
            "standby": standby,
            "it_inside": _inside(simulation, point),
            "carbon": facility_carbon(simulation, point, standby=standby, renewables=renewables),
            "heat_reuse": heat_reuse,
            "renewables": renewables,
        }
    except (ArithmeticError, ValueError) as error:
        raise unphysical(point, simulation.design, error) from error
    book.used |= point.used
    present = {name: part for name, part in parts.items() if part is not None}
    return with_parts(record, simulation, book, present)


def with_parts(
    record: FacilityRecord, simulation: Simulation, book: AssumptionBook, parts: dict[str, object]
) -> FacilityRecord:
    """Add parts with their provenance, and the assumptions that they read."""
    known = {entry.key for entry in record.assumptions}
    added = tuple(entry for entry in book.list_used() if entry.key not in known)
    return record.model_copy(
        update=parts
        | {
            "provenance": record.provenance | provenance(simulation.design, *parts),
            "assumptions": (*record.assumptions, *added),
        }
    )


def dpue_draws(record: FacilityRecord, book: AssumptionBook) -> Number:
    """Give annual dPUE with the spread of published sites around the model, for bands."""
    return 1 + (record.dpue_annual - 1) * book["facility.overhead_factor"]


@cache
def _version() -> str:
    return metadata.version("gpu-dcbench")


def _record(simulation: Simulation, book: AssumptionBook) -> FacilityRecord:
    building, totals, design = simulation.building, simulation.totals, simulation.design
    plant = plant_of(building, book)
    blocks = availability_parts(plant, building.redundancy, book)
    wue_source = wue_source_l_per_kwh(totals.wue_l_per_kwh, totals.dpue, book)
    return FacilityRecord(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        dcbench_version=_version(),
        it_kw=design.it_kw, load_factor=design.load_factor, site=design.site.id,
        cooling=design.cooling, redundancy=design.redundancy,
        dpue_annual=totals.dpue,
        dpue_peak=building.peak_kw / design.it_kw,
        dpue_monthly=tuple((totals.monthly_kwh / totals.monthly_it_kwh).tolist()),
        dpue_by_category=dpue_by_category(simulation.hours),
        dcie_annual=1 / totals.dpue,
        wue_site_l_per_kwh=totals.wue_l_per_kwh,
        wue_source_l_per_kwh=float(wue_source),
        cue_kgco2e_per_kwh=float(cue_kgco2e_per_kwh(totals.dpue, design.site)),
        facility_kwh_per_year=totals.total_kwh,
        facility_peak_kw=building.peak_kw,
        availability=chain_availability(blocks),
        breakdown_kwh_per_year=totals.parts_kwh,
        plant=plant.items(),
        assumptions=site_assumptions(design),
        provenance=provenance(design, "availability_parts"),
        notes=notes(simulation, book),
        weather=_weather(design.climate),
        monthly=_monthly(totals),
        unmet_h_per_year=float(totals.unmet_hours),
        availability_parts=blocks,
    )  # fmt: skip


def _inside(simulation: Simulation, book: AssumptionBook) -> ItInside:
    loop = SYSTEMS[simulation.design.cooling].liquid
    return inside_it(
        simulation.hours.it_kw, simulation.design.it_kw, simulation.totals.dpue, book,
        liquid_cooled=loop is not None and loop.unit != "rear_doors",
    )  # fmt: skip


def _weather(climate: SiteClimate) -> WeatherPart:
    return WeatherPart(
        source=climate.source[:2000], provenance=climate.provenance, is_file=climate.is_file,
        mean_dry_bulb_c=float(climate.year.dry_bulb_c.mean()),
        design_dry_bulb_c=climate.design_dry_bulb_c, design_wet_bulb_c=climate.design_wet_bulb_c,
        extreme_dry_bulb_c=float(
            max(climate.year.dry_bulb_c.max(), climate.design.dry_bulb_c.max())
        ),
    )  # fmt: skip


def _monthly(totals: YearTotals) -> Monthly:
    return Monthly(
        it_kwh=tuple(totals.monthly_it_kwh.tolist()),
        facility_kwh=tuple(totals.monthly_kwh.tolist()),
        water_l=tuple(totals.monthly_water_l.tolist()),
    )
