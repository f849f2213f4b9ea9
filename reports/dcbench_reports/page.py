"""The page: chapters of all records in one HTML file that opens without a network."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from itertools import count
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dcbench.errors import Fault, InputError
from dcbench.records.audit import AuditRecord
from dcbench.records.base import FileFormat
from dcbench.records.calibration import Calibration
from dcbench.records.facility import FacilityRecord
from dcbench.records.files import write_text
from dcbench.records.plan import Plan
from dcbench.records.run import RunRecord
from dcbench_reports.blocks import Chapter
from dcbench_reports.charts import Chart
from dcbench_reports.figures.draw import draw
from dcbench_reports.views.audit import audit_chapter
from dcbench_reports.views.calibration import calibration_chapter
from dcbench_reports.views.facility import facility_chapter
from dcbench_reports.views.plan import plan_chapter
from dcbench_reports.views.run import run_chapter

_CONTROL = {"Cc", "Cs"}
LEADING = (Plan, FacilityRecord, AuditRecord, RunRecord, Calibration)
"""The first record of the first of these kinds gives the page its title and its big numbers."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A chapter and its place: the position of its record and whether it leads the page."""

    place: int
    chapter: Chapter
    leads: bool


def render(records: Sequence[FileFormat], out: Path) -> None:
    """Write one self-contained HTML file about the records.

    Raises:
        InputError: there is no record, one cannot be shown, or the place cannot be written.
    """
    write_text(out, page_html(records))


def page_html(records: Sequence[FileFormat]) -> str:
    """Give the page about the records; equal records give equal text.

    Raises:
        InputError: there is no record, or one is of a kind that cannot be shown.
    """
    chapters = _placed(records)
    leading = next(placed for placed in chapters if placed.leads)
    numbers = count(1)

    def drawn(chart: Chart) -> Markup:
        return draw(chart, f"figure-{next(numbers)}")

    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            chapters=chapters, leading=leading, draw=drawn, version=metadata.version("gpu-dcbench")
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("dcbench_reports"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=printable,
    )  # fmt: skip


def printable(value: object) -> object:
    """Drop characters that HTML forbids or that could act on a terminal."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(
        char for char in value if char in "\n\t" or unicodedata.category(char) not in _CONTROL
    )


def _placed(given: Sequence[FileFormat]) -> list[Placed]:
    _check(given)
    records = list(_with_buildings(given))
    leading = _leading(records)
    placed = [
        Placed(place=i, chapter=_chapter(record, f"r{i}", records), leads=i == leading)
        for i, record in enumerate(records)
    ]
    return sorted(placed, key=lambda found: not found.leads)


def _with_buildings(records: Sequence[FileFormat]) -> Iterator[FileFormat]:
    """Give each record, and behind a plan the building that it needs of its own."""
    for record in records:
        yield record
        if isinstance(record, Plan) and record.building and record.facility.basis == "plant":
            yield record.building


def _check(records: Sequence[FileFormat]) -> None:
    if not records:
        raise InputError(Fault(where="report", problem="there is no record to show"))
    faults = [
        Fault(
            where=f"record {i}", field="schema", value=record.model_dump(by_alias=True)["schema"],
            problem="cannot be shown",
            fix="give a run, calibration, plan, facility or audit record",
        )
        for i, record in enumerate(records, start=1)
        if not isinstance(record, LEADING)
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def _leading(records: Sequence[FileFormat]) -> int:
    rank = {kind: place for place, kind in enumerate(LEADING)}
    return min(range(len(records)), key=lambda i: rank[type(records[i])])


def _chapter(record: FileFormat, prefix: str, records: Sequence[FileFormat]) -> Chapter:
    match record:
        case RunRecord():
            found = [other for other in records if isinstance(other, Calibration)]
            return run_chapter(record, prefix, found)
        case Calibration():
            return calibration_chapter(record, prefix)
        case FacilityRecord():
            return facility_chapter(record, prefix)
        case AuditRecord():
            return audit_chapter(record, prefix)
        case Plan():
            return plan_chapter(record, prefix)
    raise TypeError(f"no chapter for {type(record).__name__}")
