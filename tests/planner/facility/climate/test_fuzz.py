"""No text and no bytes end in anything but an InputError, or a climate."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcbench.catalog import load_catalog
from dcbench.errors import InputError
from dcbench_planner.facility.climate.epw import read_epw
from dcbench_planner.facility.climate.file_year import file_year
from dcbench_planner.facility.climate.reading_checks import check
from dcbench_planner.facility.climate.tmy3 import read_tmy3
from dcbench_planner.facility.climate.weather_csv import read_weather_csv
from dcbench_planner.facility.climate.weather_file import climate_from_file
from tests.planner.facility.climate.files import (
    DESIGN_2009,
    LOCATION,
    csv_lines,
    epw_lines,
    tmy3_lines,
)

SITE = load_catalog().sites.resolve("ashburn")
YEARS = {"a.epw": epw_lines(), "a.csv": csv_lines(), "b.csv": tmy3_lines()}
CELLS = st.one_of(
    st.text(max_size=8), st.integers().map(str), st.floats().map(str),
    st.sampled_from(["", "99.9", "-9900", "1", "24", "2023-01-01T00:00", "01/01/1988", "01:00"]),
)  # fmt: skip
LINES = st.lists(st.lists(CELLS, max_size=12).map(",".join), max_size=6)


def read(content, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            climate = climate_from_file(path, site=SITE)
        except InputError:
            return None
        return climate


@given(content=st.binary(max_size=300), name=st.sampled_from(["a.epw", "a.csv", "a"]))
def test_bytes(content, name):
    assert read(content, name) is None


@given(lines=LINES)
@settings(max_examples=100)
@pytest.mark.parametrize(
    ("reader", "head"),
    [
        (read_epw, [LOCATION, DESIGN_2009, "", "", "", "", "", "DATA PERIODS,1,1,Data"]),
        (read_tmy3, tmy3_lines()[:2]),
        (read_weather_csv, csv_lines()[:1]),
    ],
)
def test_rows(reader, head, lines):
    with pytest.raises(InputError):  # a handful of rows is no year
        year_of(reader([*head, *lines], "file"))


def year_of(readings):
    check(readings)
    return file_year(readings, 101.325, "file")


@given(header=st.lists(CELLS, max_size=70).map(",".join), line=st.integers(0, 7))
@settings(max_examples=50)
def test_headers_of_an_epw(header, line):
    lines = YEARS["a.epw"][:60]
    lines[line] = header if line else f"LOCATION,{header}"
    assert read("\n".join(lines).encode(errors="replace"), "a.epw") is None


@given(
    name=st.sampled_from(sorted(YEARS)), row=st.integers(0, 8700), column=st.integers(0, 9),
    cell=CELLS,
)  # fmt: skip
@settings(max_examples=20, deadline=None)
def test_one_damaged_cell(name, row, column, cell):
    lines = list(YEARS[name])
    fields = lines[row].split(",")
    fields[column % len(fields)] = cell
    lines[row] = ",".join(fields)
    climate = read("\n".join(lines).encode(errors="replace"), name)
    if climate is not None:
        assert np.isfinite(climate.year.wet_bulb_c).all()
        assert (climate.year.wet_bulb_c <= climate.year.dry_bulb_c).all()
