"""`dcbench facility` without a meter: the design and its year."""

from __future__ import annotations

from dcbench.catalog import Catalog
from dcbench.catalog.site_risk_file import with_site_risk
from dcbench.cli.facility_delivery import Delivery
from dcbench.cli.facility_flags import FacilityFlags, asked_book, build_question
from dcbench.cli.facility_text import lines
from dcbench.cli.output import note
from dcbench.errors import Fault, InputError
from dcbench_planner.facility.answer import answer
from dcbench_planner.facility.hourly_table import write_hourly_table


def design_and_deliver(
    flags: FacilityFlags, change_date: str | None, catalog: Catalog, given: Delivery
) -> None:
    """Answer the question of the flags.

    Raises:
        InputError: with the faults of the flags or of a file.
    """
    if change_date is not None:
        problem, fix = "acts on metered energy", "add --meter FILE.csv"
        raise InputError(Fault(where="--change-date", value=change_date, problem=problem, fix=fix))
    question = build_question(flags)
    rows = with_site_risk(catalog, flags.site_risk) if flags.site_risk else catalog
    found = answer(question, rows, asked_book(flags, rows))
    record = found.record
    if given.hourly is not None:
        write_hourly_table(given.hourly, found.simulation)
        note(f"hours written to {given.hourly}")
    given.deliver(record, lines(record))
    if question.cooling is None:
        why = "the best of those compared" if record.sites else "by climate for air-cooled racks"
        note(f"cooling: {record.cooling}, {why}; see --cooling")
