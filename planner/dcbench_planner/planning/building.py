"""The building of a plan: its own plant, or the colocation hall that it is a share of."""

from __future__ import annotations

from pathlib import Path

from dcbench.catalog import Site
from dcbench.errors import Fault, InputError
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.site_climate import SiteClimate, site_climate
from dcbench_planner.facility.climate.weather_file import climate_from_file
from dcbench_planner.facility.design import SMALLEST_IT_KW, checked_design, default_cooling
from dcbench_planner.facility.simulation import Simulation, simulate
from dcbench_planner.hardware.cluster import Cluster
from dcbench_planner.hardware.it_power import ItPower
from dcbench_planner.planning.question import Question


def simulated_building(
    question: Question, cluster: Cluster, power: ItPower, site: Site, book: AssumptionBook,
    *, own_plant: bool,
) -> Simulation:  # fmt: skip
    """Design the plant, or the colocation hall that this load is a share of, and run its year.

    Raises:
        InputError: cooling, redundancy or weather file of the scenario have faults.
    """
    hall_kw = 0.0 if own_plant else float(book["facility.own_plant_above_kw"])
    cooling = question.scenario.cooling or default_cooling(
        liquid_cooled=cluster.node.liquid_cooled, rack_kw=cluster.rack_kw, site=site
    )
    design = checked_design(
        it_kw=max(float(power.it_peak_kw), hall_kw, SMALLEST_IT_KW),
        load_factor=float(power.it_avg_kw) / float(power.it_peak_kw), site=site, cooling=cooling,
        redundancy=question.scenario.redundancy, catalog=question.catalog,
        climate=_climate(question, site),
    )  # fmt: skip
    return simulate(design, book)


def _climate(question: Question, site: Site) -> SiteClimate:
    """Give the hours of the scenario's weather file, else those generated for the site."""
    weather = question.scenario.weather
    if weather is None:
        return site_climate(site)
    if question.scenario.site == "any":
        problem = "is of one place, and site any compares many"
        fix = "name the site, or leave the file out"
        raise InputError(Fault(where="--weather", value=weather, problem=problem, fix=fix))
    return climate_from_file(Path(weather), site=site)
