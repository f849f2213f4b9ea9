"""`dcbench validate facility`: figures, bounds, the user's table, the generated page."""

from __future__ import annotations

import csv
import importlib.util
import json
import math
import re
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from dcbench.catalog import load_catalog
from dcbench.cli.main import app
from dcbench.errors import InputError, NoAnswerError
from dcbench_planner.validation.bounds import read_bounds
from dcbench_planner.validation.facility import scoreboard as module
from dcbench_planner.validation.facility.rows import packaged_cells
from dcbench_planner.validation.facility.scoreboard import validate_facility
from dcbench_planner.validation.facility.tables import tables
from dcbench_planner.validation.record import Record
from tests.house.repository import ROOT
from tests.planner.validation.facility.examples import cells

CATALOG = load_catalog()
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
METERED = "annual PUE, "


def figures(records):
    return {item.id: item.ours for item in records if not item.source}


def write(path, *rows: dict[str, str]):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def page_module():
    """scripts/facility_accuracy_page.py, which imports its neighbour."""
    folder = str(ROOT / "scripts")
    sys.path.insert(0, folder)
    try:
        spec = importlib.util.spec_from_file_location(
            "facility_accuracy_page", ROOT / "scripts" / "facility_accuracy_page.py"
        )
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
    finally:
        sys.path.remove(folder)
    return made


def test_every_bounded_figure_is_there_and_holds(records):
    bounded = [item for item in records if item.bound is not None and not item.source]

    assert {item.id for item in bounded} == {bound.figure for bound in read_bounds("facility")}
    assert [item.id for item in bounded if item.ours is None or not item.ok] == []


def test_the_gain_follows_from_the_rows(records):
    """Again from nothing but the printed rows and a constant of the operator's other sites."""
    for operator in ("Google", "AWS"):
        rows = [item for item in records
                if item.id.startswith(operator) and item.quantity.startswith(METERED)
                and "claimed" not in item.quantity]  # fmt: skip
        site = [item.quantity.rpartition(" at ")[2] for item in rows]
        published = np.array([item.published for item in rows])
        off = np.mean([abs(item.ours - item.published) for item in rows])
        flat = np.mean([
            abs(np.mean([p for p, s in zip(published, site, strict=True) if s != here]) - value)
            for value, here in zip(published, site, strict=True)
        ])  # fmt: skip

        assert figures(records)[f"pue.{operator.lower()}.gain"] == pytest.approx(1 - off / flat)


def test_every_packaged_row_is_scored_or_has_a_reason(records):
    rows = [item for item in records if item.source and item.quantity.startswith("annual")]
    ids = {item.id for item in rows}
    named = {" ".join((row["operator"], row["site"], row["year_or_period"]))
             for row in packaged_cells()}  # fmt: skip

    assert ids == named
    assert all("(" in item.quantity for item in rows if item.ours is None)


def test_errors_are_logarithms(records):
    rows = [item for item in records if item.source and item.ours and item.unit == "PUE"]

    assert [item.error for item in rows] == pytest.approx(
        [math.log(item.ours / item.published) for item in rows]
    )


def test_own_rows_of_a_new_operator(tmp_path):
    sites = ("Dublin (Clonee)", "Paris", "Singapore", "Tokyo", "Phoenix AZ")
    rows = [
        cells(site=site, nearest_sites_csv_name=site, pue="1.2" if site == "Singapore" else "1.15",
              wue_l_per_kwh="0.3" if site == "Paris" else "")
        for site in sites
    ]  # fmt: skip
    rows += [cells(site="far", latitude="0", longitude="-150"), cells(site="bad", pue="1.2x")]
    data = write(tmp_path / "own.csv", *rows)

    found = validate_facility(CATALOG, data)

    assert figures(found)["pue.nimbus.sites"] == 5
    assert figures(found)["pue.nimbus.mae"] < 0.05
    assert figures(found)["wue.rows"] == 1
    assert {item.bound for item in found} == {None}
    left_out = [item.quantity for item in found if item.source and item.ours is None]
    assert ["km away" in line or "not a number" in line for line in left_out] == [True, True]
    assert tables(found)


def test_own_rows_that_repeat_packaged_ones_do_not_see_themselves(tmp_path, evaluation):
    """The packaged table given as one's own: the same figures, nothing leaks from the twin rows."""
    data = write(tmp_path / "own.csv", *packaged_cells())

    found = figures(validate_facility(CATALOG, data))

    made = evaluation.predictions
    rows = evaluation.of_operator("aws")
    for name, overhead in (("mae", made.site), ("row.mae", made.row)):
        off = np.abs(overhead - evaluation.samples.published)[rows].mean()
        assert found[f"pue.aws.{name}"] == pytest.approx(off)


def test_one_row_of_a_known_operator(tmp_path):
    data = write(tmp_path / "own.csv", cells(operator="Google", site="Oslo", pue="1.09",
                                             nearest_sites_csv_name="Oslo"))  # fmt: skip

    found = figures(validate_facility(CATALOG, data))

    assert found["pue.google.rows"] == 1
    assert found["pue.google.mae"] == pytest.approx(found["pue.google.shipped.mae"], abs=1e-6)


def test_claims_calibrate_nothing(tmp_path):
    metered = cells(nearest_sites_csv_name="Paris")
    claim = cells(site="2", nearest_sites_csv_name="Oslo", metric_type="design", pue="1.02")
    alone, both = (
        {item.id: item.ours for item in validate_facility(CATALOG, write(tmp_path / "a.csv", *rows))
         if item.quantity.startswith(METERED)}
        for rows in ([metered], [metered, claim])
    )  # fmt: skip

    assert alone == pytest.approx({name: both[name] for name in alone})


def test_without_a_usable_row_the_answer_is_no(tmp_path):
    data = write(tmp_path / "own.csv", cells(metric_type="annual, fleet"))

    with pytest.raises(NoAnswerError, match="no row gets a number"):
        validate_facility(CATALOG, data)


@pytest.mark.parametrize(("holds", "code"), [(False, 1), (True, 0)])
def test_the_command_ends_with_one_past_a_bound(records, monkeypatch, holds, code):
    first, *rest = [item for item in records if item.ok is not False]
    changed = Record(**vars(first) | {"ok": holds})
    monkeypatch.setattr(module, "validate_facility", lambda *_: [changed, *rest])

    result = CliRunner().invoke(app, ["validate", "facility", "--json"])

    assert result.exit_code == code
    assert len(json.loads(result.stdout)) == len(rest) + 1


def test_the_command_prints_tables(records, monkeypatch):
    monkeypatch.setattr(module, "validate_facility", lambda *_: records)

    text = CliRunner().invoke(app, ["validate", "facility"]).stdout
    with_rows = CliRunner().invoke(app, ["validate", "facility", "--rows"]).stdout

    for table in tables(records):
        assert table.title in text
    assert "AWS Europe (Frankfurt) 2023" not in text
    assert "AWS Europe (Frankfurt) 2023" in with_rows
    assert max(len(line) for line in text.splitlines()) <= 160


def test_a_table_belongs_to_one_part(tmp_path):
    data = write(tmp_path / "own.csv", cells())

    result = CliRunner().invoke(app, ["validate", "--data", str(data)])

    assert isinstance(result.exception, InputError)
    assert "name the part" in str(result.exception)


def test_the_page_of_accuracy_is_current(records):
    """Other machines round otherwise: words must be equal, numbers within 0.3 or 3 %."""
    page = (ROOT / "docs" / "facility-accuracy.md").read_text()
    now = page_module().page(records)

    assert NUMBER.sub("#", page) == NUMBER.sub("#", now), "run `make docs`"
    assert [float(text) for text in NUMBER.findall(page)] == pytest.approx(
        [float(text) for text in NUMBER.findall(now)], abs=0.3, rel=0.03
    ), "run `make docs`"
