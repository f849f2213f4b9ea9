"""Reading published rows: what counts, what is left out and why, what is unreadable."""

from __future__ import annotations

import pytest

from dcbench.errors import InputError
from dcbench_planner.prediction.cells import CellError
from dcbench_planner.validation.facility.rows import (
    NEEDED,
    SkippedError,
    own_cells,
    packaged_cells,
    pue_row,
)
from tests.planner.validation.facility.examples import cells


def test_every_packaged_row_is_read_or_left_out_for_a_reason():
    read, reasons = [], []
    for row in packaged_cells():
        try:
            read.append(pue_row(row).pue or 1.0)
        except SkippedError as reason:
            reasons.append(str(reason))

    assert (len(read), len(reasons)) == (100, 12)  # counted by hand in pue.csv
    assert all(1.0 <= pue < 2.0 for pue in read)
    assert all(reasons)


def test_packaged_rows_have_source_and_evidence():
    assert {row["evidence"] for row in packaged_cells()} == {"read", "recalled"}
    assert all(row["source"] for row in packaged_cells())


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"metric_type": "annual, fleet"}, "no one climate"),
        ({"metric_type": "survey average"}, "no one climate"),
        ({"site": "fleet", "metric_type": ""}, "no one climate"),
        ({"metric_type": "quarterly, campus (not annual)"}, "whole year"),
        ({"year_or_period": "Q3 2025"}, "whole year"),
        ({"metric_type": "annual, liquid part"}, "part of a facility"),
    ],
)
def test_rows_that_say_nothing_of_one_site_in_one_year(given, reason):
    with pytest.raises(SkippedError, match=reason):
        pue_row(cells(**given))


@pytest.mark.parametrize(
    "metric", ["annual (trailing 12 months), campus", "annual, region", "", "reported", "TTM"]
)
def test_rows_of_a_year_count(metric):
    assert pue_row(cells(metric_type=metric)).pue == 1.2


def test_a_site_may_have_such_a_word_in_its_name():
    assert pue_row(cells(site="Fleetwood")).site == "Fleetwood"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"pue": "0.97"}, "pue = 0.97 is not 1 to 5"),
        ({"pue": "1,2"}, "pue = 1,2 is not a number"),
        ({"pue": "nan"}, "not a number"),
        ({"latitude": "95"}, "latitude = 95"),
        ({"wue_l_per_kwh": "-1"}, "wue_l_per_kwh = -1"),
        ({"operator": " "}, "missing operator"),
        ({"__fault__": "has 3 cells where the header has 15"}, "has 3 cells"),
    ],
)
def test_unreadable_cells_are_named(given, problem):
    with pytest.raises(CellError, match=problem):
        pue_row(cells(**given))


def test_a_claim_is_marked():
    assert pue_row(cells(metric_type="design/claimed")).claimed
    assert pue_row(cells(metric_type="annual claimed")).claimed
    assert not pue_row(cells(metric_type="annual, region")).claimed


def test_missing_columns_are_all_named(tmp_path):
    table = tmp_path / "own.csv"
    table.write_text("operator,site\nA,B\n")

    with pytest.raises(InputError) as error:
        own_cells(table)

    assert [fault.field for fault in error.value.faults] == list(NEEDED[2:])
