"""A user's own table: columns, times, intervals, water."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.climate.psychrometrics import pressure_at, saturation_pressure
from dcbench_planner.facility.climate.weather import MONTH_OF_HOUR
from dcbench_planner.facility.climate.weather_file import climate_from_file
from dcbench_planner.facility.climate.wet_bulb import wet_bulb
from tests.planner.facility.climate.files import csv_lines, dulles, write


@pytest.fixture
def read(tmp_path, sites):
    site = sites.resolve("ashburn")
    return lambda lines: climate_from_file(write(tmp_path, lines, "a.csv"), site=site)


def faults(read, lines):
    with pytest.raises(InputError) as caught:
        read(lines)
    return str(caught.value)


def test_dew_point_relative_humidity_and_wet_bulb_say_the_same(read):
    dry, dew, _ = dulles()
    percent = 100 * saturation_pressure(dew) / saturation_pressure(dry)
    wet = wet_bulb(dry, dew, pressure_at(82))
    years = [
        read(csv_lines()).year,
        read(csv_lines("timestamp,dry_bulb_c,relative_humidity_pct",
                       relative_humidity_pct=percent)).year,
        read(csv_lines("timestamp,dry_bulb_c,wet_bulb_c", wet_bulb_c=wet)).year,
    ]  # fmt: skip
    for year in years:
        assert year.wet_bulb_c == pytest.approx(wet, abs=0.02)


@pytest.mark.parametrize("step", [2, 4])
def test_finer_rows_are_averaged(read, step):
    hourly, finer = read(csv_lines()), read(csv_lines(step=step))
    assert finer.year.dry_bulb_c == pytest.approx(hourly.year.dry_bulb_c, abs=1e-9)
    assert finer.notes == hourly.notes


def test_comments_empty_lines_and_columns_in_any_order_are_read(read):
    lines = csv_lines("dew_point_c,timestamp,dry_bulb_c")
    rows = [f"{cells[1]},{cells[0]},{cells[2]}" for cells in (row.split(",") for row in lines[1:])]
    assert len(read(["# mine", "", lines[0], "# more", *rows, ""]).year) == 8760


def test_a_year_may_start_in_july(read):
    lines = csv_lines()
    july = 1 + 181 * 24
    turned = [lines[0], *lines[july:], *(row.replace("2023", "2024") for row in lines[1:july])]
    assert np.array_equal(read(turned).year.dry_bulb_c, read(lines).year.dry_bulb_c)


def test_water_is_estimated_without_a_column_and_taken_with_one(read):
    warm = np.full(8760, 21.5)
    given = read(csv_lines("timestamp,dry_bulb_c,dew_point_c,water_c", water_c=warm))
    assert given.year.water_c == pytest.approx(warm)
    assert np.ptp(read(csv_lines()).year.water_c) > 5


def test_one_value_of_water_a_month_is_enough(read):
    monthly = np.arange(10.0, 22.0)
    hourly = np.full(8760, np.nan)
    firsts = np.searchsorted(MONTH_OF_HOUR, np.arange(12))
    hourly[firsts] = monthly
    lines = csv_lines("timestamp,dry_bulb_c,dew_point_c,water_c", water_c=hourly)
    assert read(lines).year.water_c == pytest.approx(monthly[MONTH_OF_HOUR])
    hourly[firsts[4]] = np.nan
    lines = csv_lines("timestamp,dry_bulb_c,dew_point_c,water_c", water_c=hourly)
    assert "water_c: has no value in month 5" in faults(read, lines)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("timestamp,dry_bulb_f,dew_point_c", "'dry_bulb_f': is not in °C; convert"),
        (
            "timestamp,dry_bulb_c,dew_pont_c",
            "'dew_pont_c': unknown column; did you mean dew_point_c",
        ),
        ("timestamp,dry_bulb_c", "no column dew_point_c or relative_humidity_pct or wet_bulb_c"),
        ("timestamp,dew_point_c", "there is no column dry_bulb_c"),
        ("timestamp,dry_bulb_c,dry_bulb_c,dew_point_c", "names a column twice"),
        ("timestamp;dry_bulb_c;dew_point_c", "separated by commas"),
    ],
)
def test_a_wrong_header(read, header, says):
    assert says in faults(read, [header, *csv_lines()[1:]])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("yesterday,1,1", "line 2, timestamp = 'yesterday': is no time; write 2024-07-31T14:00"),
        ("2023-02-30T00:00,1,1", "is no time"),
        ("2023-01-01T00:00,1", "line 2: has 2 fields, the header 3"),
        ("2023-01-01T00:00,1,x", "line 2, dew_point_c = 'x': is no number"),
        ("2023-01-01T00:00,inf,1", "dry_bulb_c = inf: is not within"),
    ],
)
def test_a_wrong_row(read, row, says):
    lines = csv_lines()
    assert says in faults(read, [lines[0], row, *lines[2:]])


def test_daylight_saving_is_found_by_its_offset(read):
    lines = csv_lines()
    rows = [
        row.replace(",", "-04:00," if 2000 < at < 7000 else "-05:00,", 1)
        for at, row in enumerate(lines[1:])
    ]
    text = faults(read, [lines[0], *rows])
    assert "line 2003, timestamp" in text
    assert "local standard time" in text


def test_daylight_saving_without_offsets_is_a_duplicate_hour(read):
    lines = csv_lines()
    assert "is given before" in faults(read, [*lines[:7000], lines[6999], *lines[7000:]])


def test_a_wet_bulb_below_that_of_dry_air(read):
    dry, _, _ = dulles()
    lines = csv_lines("timestamp,dry_bulb_c,wet_bulb_c", wet_bulb_c=dry - 40)
    assert "is below that of air without moisture" in faults(read, lines)


def test_a_field_of_endless_length_is_a_fault(read):
    lines = csv_lines()
    long = '"' + "x" * 200_000 + '",1,1'
    assert "field larger than field limit" in faults(read, [lines[0], long, *lines[2:]])
