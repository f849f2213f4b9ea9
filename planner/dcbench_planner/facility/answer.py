"""The answer to a question about a facility: the record with every part."""

from __future__ import annotations

from dataclasses import dataclass

from dcbench.catalog import Catalog, Site
from dcbench.errors import Fault, InputError
from dcbench.records.facility import FacilityRecord
from dcbench.records.facility_sites import RankedSite
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.climate.weather_file import climate_from_file
from dcbench_planner.facility.completion import Compared, completed
from dcbench_planner.facility.cooling.classes import (
    check_classes,
    class_notes,
    class_requirements,
    for_classes,
)
from dcbench_planner.facility.cooling.heat_reuse import heat_reuse, with_reuse
from dcbench_planner.facility.cooling.unaided import unaided_note, without_compressors
from dcbench_planner.facility.design import Design, checked_design, default_cooling
from dcbench_planner.facility.question import ANY, FacilityQuestion
from dcbench_planner.facility.record import facility_record, with_parts
from dcbench_planner.facility.renewables.supply import renewables
from dcbench_planner.facility.simulation import Simulation, simulate, unphysical
from dcbench_planner.facility.sites.ranking import rank_sites
from dcbench_planner.facility.sites.weights import parse_weights
from dcbench_planner.planning.facts import with_site

TRIM = "cooling.trim_capacity"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The record, and the simulation that it rests on."""

    record: FacilityRecord
    simulation: Simulation


def answer(question: FacilityQuestion, catalog: Catalog, book: AssumptionBook) -> Answer:
    """Design, simulate and judge one facility.

    Args:
        question: what is asked.
        catalog: sites, risks and prices.
        book: assumptions with the user's values.

    Raises:
        InputError: with the faults of what was asked or of a file.
        NoAnswerError: the filters leave no site.
        EnvironmentUnfitError: photovoltaics are asked for and pvlib is not installed.
    """
    sites = _ranked(question, catalog, book)
    design = _design(question, sites, catalog)
    book = _asked_book(question, design, with_site(book, design.site))
    try:
        return _answered(question, design, book, catalog, sites)
    except (ArithmeticError, ValueError) as error:
        raise unphysical(book, design, error) from error


def _answered(
    question: FacilityQuestion, design: Design, book: AssumptionBook, catalog: Catalog,
    sites: tuple[RankedSite, ...],
) -> Answer:  # fmt: skip
    asked = question.heat_reuse
    if asked is not None:
        design, book = with_reuse(design, book, share=asked.share, supply_c=asked.supply_c)
    simulation = simulate(design, book)
    reuse = None if asked is None else heat_reuse(simulation, book)
    supply = question.supply
    matched = None if supply.is_empty else renewables(simulation, supply, book)
    record = facility_record(simulation, book, heat_reuse=reuse, renewables=matched)
    compared = Compared(saving_target=question.saving_target, risk_register=question.risk_register)
    record = completed(record, simulation, book, catalog, compared)
    if sites:
        record = with_parts(record, simulation, book, {"sites": sites})
    first, *rest = record.notes
    unaided = unaided_note(without_compressors(simulation, book))
    told = (first, *_about_classes(question, design, book), unaided, *rest)
    return Answer(record=record.model_copy(update={"notes": told}), simulation=simulation)


def _ranked(
    question: FacilityQuestion, catalog: Catalog, book: AssumptionBook
) -> tuple[RankedSite, ...]:
    """Rank every site if that was asked."""
    if question.site != ANY:
        return ()
    if question.weather is not None:
        problem = "is of one place, and --site any compares many"
        fix = "name the site, or leave the file out"
        raise InputError(
            Fault(where="--weather", value=str(question.weather), problem=problem, fix=fix)
        )
    return rank_sites(
        it_kw=question.it_kw, load_factor=question.load_factor, redundancy=question.redundancy,
        book=book, catalog=catalog, cooling=question.cooling, filters=question.filters,
        weights=parse_weights(question.weights, book) if question.weights else None,
    )  # fmt: skip


def _design(question: FacilityQuestion, sites: tuple[RankedSite, ...], catalog: Catalog) -> Design:
    """Settle site, climate and cooling."""
    site = catalog.sites.resolve(sites[0].site if sites else question.site, where="--site")
    cooling = sites[0].cooling if sites else question.cooling or _usual_cooling(site)
    weather = question.weather
    return checked_design(
        it_kw=question.it_kw, load_factor=question.load_factor, site=site, cooling=cooling,
        redundancy=question.redundancy, catalog=catalog,
        climate=climate_from_file(weather, site=site) if weather else site_climate(site),
    )  # fmt: skip


def _usual_cooling(site: Site) -> str:
    return default_cooling(liquid_cooled=False, rack_kw=0, site=site)


def _asked_book(question: FacilityQuestion, design: Design, book: AssumptionBook) -> AssumptionBook:
    """Set supplies to the classes asked for, and take compressors away where that was asked."""
    air, water = question.air_class, question.water_class
    book = for_classes(book, design.cooling, air, water)
    check_classes(design, book, air_class=air, water_class=water)
    if question.compressors:
        return book
    return book.with_user_values({TRIM: 0.0}, "--no-compressors")


def _about_classes(
    question: FacilityQuestion, design: Design, book: AssumptionBook
) -> tuple[str, ...]:
    """Say which supply meets which class of the IT equipment."""
    return class_notes(
        class_requirements(
            design.cooling, book, air_class=question.air_class, water_class=question.water_class
        )
    )
