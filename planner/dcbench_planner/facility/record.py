"""The facility record: one simulated design with everything that is said about it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib import metadata

from dcbench.catalog import Catalog, Site
from dcbench.records.facility import FacilityRecord, Monthly, WeatherPart
from dcbench_planner.assumptions import AssumptionBook, Number
from dcbench_planner.facility.climate.site_climate import SiteClimate
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.impact.carbon import cue_kgco2e_per_kwh
from dcbench_planner.facility.impact.water import wue_source_l_per_kwh
from dcbench_planner.facility.notes import notes, provenance, site_assumptions
from dcbench_planner.facility.plant.availability import facility_availability
from dcbench_planner.facility.plant.bill import HEAT_REJECTION, ROOM, plant_of
from dcbench_planner.facility.simulation import Simulation, YearTotals, simulate, unphysical


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


def facility_record(simulation: Simulation, book: AssumptionBook) -> FacilityRecord:
    """Say everything about a simulated design that needs no further simulation."""
    point = book.with_draws({})
    try:
        record = _record(simulation, point, book)
    except (ArithmeticError, ValueError) as error:
        raise unphysical(point, simulation.design, error) from error
    book.used |= point.used
    return record


def dpue_draws(record: FacilityRecord, book: AssumptionBook) -> Number:
    """Give annual dPUE with the spread of published sites around the model, for bands."""
    return 1 + (record.dpue_annual - 1) * book["facility.overhead_factor"]


@cache
def _version() -> str:
    return metadata.version("gpu-dcbench")


def _record(simulation: Simulation, point: AssumptionBook, book: AssumptionBook) -> FacilityRecord:
    building, totals, design = simulation.building, simulation.totals, simulation.design
    plant = plant_of(building, point)
    availability = facility_availability(
        generators=plant.fleets["generators"], transformers=plant.fleets["transformers"],
        ups=plant.fleets["ups"], cooling=plant.weakest(HEAT_REJECTION), room=plant.weakest(ROOM),
        redundancy=building.redundancy, book=point,
    )  # fmt: skip
    wue_source = wue_source_l_per_kwh(totals.wue_l_per_kwh, totals.dpue, point)
    used = book.with_draws({})
    used.used = book.used | point.used
    return FacilityRecord(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        dcbench_version=_version(),
        it_kw=design.it_kw, load_factor=design.load_factor, site=design.site.id,
        cooling=design.cooling, redundancy=design.redundancy,
        dpue_annual=totals.dpue,
        dpue_peak=building.peak_kw / design.it_kw,
        dpue_monthly=tuple((totals.monthly_kwh / totals.monthly_it_kwh).tolist()),
        wue_site_l_per_kwh=totals.wue_l_per_kwh,
        wue_source_l_per_kwh=float(wue_source),
        cue_kgco2e_per_kwh=float(cue_kgco2e_per_kwh(totals.dpue, design.site)),
        facility_kwh_per_year=totals.total_kwh,
        facility_peak_kw=building.peak_kw,
        availability=availability,
        breakdown_kwh_per_year=totals.parts_kwh,
        plant=plant.items(),
        assumptions=(*site_assumptions(design), *used.list_used()),
        provenance=provenance(design),
        notes=notes(simulation, point),
        weather=_weather(design.climate),
        dcie_annual=1 / totals.dpue,
        monthly=_monthly(totals),
        unmet_h_per_year=float(totals.unmet_hours),
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
