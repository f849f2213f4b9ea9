"""Every fault of a weather file, by file, line, value and fix."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.climate.weather_file import climate_from_file
from tests.planner.facility.climate.files import (
    HEADER,
    LOCATION,
    changed,
    csv_lines,
    dulles,
    epw_lines,
    tmy3_lines,
    write,
)

DRY, DEW, HUMIDITY, PRESSURE = 6, 7, 8, 9  # columns of an EPW row


def fault(tmp_path, sites, lines, name="weather.epw"):
    with pytest.raises(InputError) as caught:
        climate_from_file(write(tmp_path, lines, name), site=sites.resolve("ashburn"))
    assert caught.value.exit_code == 2
    return str(caught.value)


def notes(tmp_path, sites, lines, name="weather.epw"):
    return climate_from_file(write(tmp_path, lines, name), site=sites.resolve("ashburn")).notes


def without(lines, first, count):
    return lines[: HEADER + first] + lines[HEADER + first + count :]


def test_six_missing_hours_are_interpolated_and_said(tmp_path, sites):
    lines = without(epw_lines(), 1000, 6)
    climate = climate_from_file(write(tmp_path, lines), site=sites.resolve("ashburn"))
    assert climate.notes == ("6 missing hours of the weather file interpolated",)
    dry, _, _ = dulles()
    between = np.linspace(dry[999], dry[1006], 8)
    assert climate.year.dry_bulb_c[999:1007] == pytest.approx(between, abs=0.06)


def test_seven_missing_hours_are_refused(tmp_path, sites):
    text = fault(tmp_path, sites, without(epw_lines(), 1000, 7))
    # hour 1000 is 11 February 16:00; row 999 stands in line 8 + 1000
    assert "after line 1008 = '02-11 16:00': no temperature or humidity for 7 hours" in text
    assert "up to 6 hours are interpolated" in text


def test_a_gap_over_new_year_is_one_gap(tmp_path, sites):
    lines = without(without(epw_lines(), 8756, 4), 0, 4)
    assert "'12-31 20:00': no temperature or humidity for 8 hours" in fault(tmp_path, sites, lines)


def test_too_many_small_gaps_are_refused(tmp_path, sites):
    lines = epw_lines()
    kept = lines[:HEADER] + [row for at, row in enumerate(lines[HEADER:]) if at % 16]
    assert "548: hours are missing, more than 438" in fault(tmp_path, sites, kept)


def test_a_missing_month_is_one_fault(tmp_path, sites):
    text = fault(tmp_path, sites, without(epw_lines(), 31 * 24, 28 * 24))
    assert text.count("\n") == 0
    assert "for 672 hours" in text


@pytest.mark.parametrize(
    ("column", "marker"), [(DRY, "99.9"), (DRY, ""), (DEW, "99.9"), (DEW, "nan")]
)
def test_a_missing_marker_is_a_missing_hour(tmp_path, sites, column, marker):
    lines = changed(epw_lines(), 5000, column, marker)
    assert notes(tmp_path, sites, lines) == ("1 missing hours of the weather file interpolated",)


def test_a_missing_dew_point_comes_from_the_relative_humidity(tmp_path, sites):
    lines = changed(changed(epw_lines(), 5000, DEW, "99.9"), 5000, HUMIDITY, "80")
    climate = climate_from_file(write(tmp_path, lines), site=sites.resolve("ashburn"))
    assert climate.notes == ()
    assert climate.year.wet_bulb_c[5000] < climate.year.dry_bulb_c[5000] - 0.5


def test_minus_9900_of_a_tmy3_is_a_missing_hour(tmp_path, sites):
    lines = tmy3_lines()
    fields = lines[2 + 400].split(",")
    lines[2 + 400] = ",".join([*fields[:2], "-9900", *fields[3:]])
    assert "1 missing hours of the weather file interpolated" in notes(
        tmp_path, sites, lines, "a.csv"
    )


def test_a_duplicate_hour(tmp_path, sites):
    lines = epw_lines()
    text = fault(tmp_path, sites, [*lines, lines[HEADER + 4]])
    assert "line 8769 = '01-01 04:00': is given before, in line 13" in text
    assert "keep one year" in text


def test_two_years_name_ten_duplicates_and_count_the_rest(tmp_path, sites):
    lines = epw_lines()
    text = fault(tmp_path, sites, lines + lines[HEADER:])
    assert len(text.split("\n")) == 11
    assert "and 8750 more faults" in text


@pytest.mark.parametrize("row", [0, 59 * 24 - 1, 8759])
def test_an_impossible_value(tmp_path, sites, row):
    text = fault(tmp_path, sites, changed(epw_lines(), row, DRY, "72.5"))
    assert f"line {HEADER + row + 1}, dry_bulb_c = 72.5: is not within -90 to 57" in text
    assert "leave the cell empty" in text


def test_a_dew_point_above_the_dry_bulb(tmp_path, sites):
    lines = changed(changed(epw_lines(), 30, DRY, "3.0"), 30, DEW, "9.0")
    assert "line 39, dew_point_c = 9.0: is above the dry bulb" in fault(tmp_path, sites, lines)


def test_a_dew_point_a_rounding_above_the_dry_bulb_is_cut_and_said(tmp_path, sites):
    lines = changed(changed(epw_lines(), 30, DRY, "3.0"), 30, DEW, "3.4")
    assert notes(tmp_path, sites, lines) == (
        "dew point or wet bulb cut to the dry bulb in 1 hours",
    )


def test_fahrenheit(tmp_path, sites):
    dry, dew, _ = dulles()
    lines = epw_lines(dry=dry * 1.8 + 32, dew=dew * 1.8 + 32)
    text = fault(tmp_path, sites, lines)
    assert "dry_bulb_c = 99.0: the column looks like °F; convert it to °C" in text  # 37.2 °C
    assert "dew_point_c" in text


def test_kelvin(tmp_path, sites):
    dry, _, _ = dulles()
    assert "looks like kelvin" in fault(tmp_path, sites, epw_lines(dry=dry + 273.15))


@pytest.mark.parametrize(
    ("pressure", "guess"),
    [(1006, "hPa (mbar)"), (100.6, "kPa"), (29.8, "inHg"), (3, "no air pressure")],
)
def test_pressure_of_an_epw_in_another_unit_than_pa(tmp_path, sites, pressure, guess):
    text = fault(tmp_path, sites, epw_lines(pressure_pa=pressure))
    assert guess in text
    assert "give the pressure in Pa" in text


@pytest.mark.parametrize(("pressure", "guess"), [(1006.0, "hPa (mbar)"), (100600.0, "Pa")])
def test_pressure_of_a_csv_in_another_unit_than_kpa(tmp_path, sites, pressure, guess):
    lines = csv_lines("timestamp,dry_bulb_c,dew_point_c,pressure_kpa",
                      pressure_kpa=np.full(8760, pressure))  # fmt: skip
    assert f"looks like {guess}; give the pressure in kPa" in fault(tmp_path, sites, lines, "a.csv")


def test_relative_humidity_as_a_share(tmp_path, sites):
    lines = csv_lines("timestamp,dry_bulb_c,relative_humidity_pct",
                      relative_humidity_pct=np.full(8760, 0.6))  # fmt: skip
    text = fault(tmp_path, sites, lines, "a.csv")
    assert "is a share, not percent; multiply the column by 100" in text


def test_a_missing_pressure_is_that_of_the_elevation(tmp_path, sites):
    lines = epw_lines(pressure_pa=999999)
    climate = climate_from_file(write(tmp_path, lines), site=sites.resolve("ashburn"))
    assert climate.year.pressure_kpa == pytest.approx(100.34, abs=0.01)  # 82 m


@pytest.mark.parametrize(
    ("column", "text"), [(1, "13"), (2, "32"), (3, "0"), (3, "25"), (1, "x"), (4, "75"), (2, "")]
)
def test_no_date(tmp_path, sites, column, text):
    assert "line 9 = " in fault(tmp_path, sites, changed(epw_lines(), 0, column, text))


def test_no_number(tmp_path, sites):
    text = fault(tmp_path, sites, changed(epw_lines(), 7, DRY, "warm"))
    assert "line 16, dry_bulb_c = 'warm': is no number" in text


def test_a_short_row(tmp_path, sites):
    lines = epw_lines()
    lines[20] = "1999,1,1"
    assert "line 21: has 3 fields of 35" in fault(tmp_path, sites, lines)


@pytest.mark.parametrize("position", ["x,-77.47,-5.0,82.0", "98.9,-77.47,-5.0,82.0", "", "1,2,3,"])
def test_a_header_without_a_place(tmp_path, sites, position):
    location = LOCATION.replace("38.98,-77.47,-5.0,82.0", position)
    assert "line 1" in fault(tmp_path, sites, epw_lines(location=location))


def test_no_humidity_at_all(tmp_path, sites):
    lines = epw_lines(dew=np.full(8760, 99.9))
    assert "has no hour with temperature and humidity" in fault(tmp_path, sites, lines)


def test_29_february_is_left_out_and_said(tmp_path, sites):
    lines = epw_lines()
    leap = [f"2000,2,29,{hour},0,?9,20.0,9.0,50,100600,0" for hour in range(1, 25)]
    end = HEADER + 59 * 24
    climate = climate_from_file(
        write(tmp_path, lines[:end] + leap + lines[end:]), site=sites.resolve("ashburn")
    )
    assert climate.notes == ("29 February left out of the weather file",)
    assert len(climate.year) == 8760
    assert climate.year.dry_bulb_c == pytest.approx(dulles()[0], abs=0.051)


def test_a_leap_year_cut_to_8760_rows_lacks_its_last_day(tmp_path, sites):
    lines = epw_lines()
    leap = [f"2000,2,29,{hour},0,?9,20.0,9.0,50,100600,0" for hour in range(1, 25)]
    end = HEADER + 59 * 24
    text = fault(tmp_path, sites, (lines[:end] + leap + lines[end:])[:-24])
    assert "'12-31 00:00': no temperature or humidity for 24 hours" in text


def test_a_tmy3_without_a_column(tmp_path, sites):
    lines = tmy3_lines()
    lines[1] = lines[1].replace("Dew-point (C)", "Dew (C)")
    text = fault(tmp_path, sites, lines, "a.csv")
    assert "line 2 = 'Dew-point (C)': column is missing" in text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("01/01/1988,00:00,1,1,70,1006", "is no date and hour"),
        ("13/01/1988,01:00,1,1,70,1006", "is no date and hour"),
        ("01/01,01:00,1,1,70,1006", "is no date and hour"),
        ("01/01/1988,01:30,1,1,70,1006", "is no date and hour"),
        ("01/01/1988", "has 1 fields, the header has more"),
    ],
)
def test_a_damaged_row_of_a_tmy3(tmp_path, sites, line, says):
    lines = tmy3_lines()
    lines[2] = line
    text = fault(tmp_path, sites, lines, "a.csv")
    assert f"line 3{'' if 'fields' in says else ' = '}" in text
    assert says in text


def test_a_tmy3_without_a_place(tmp_path, sites):
    lines = tmy3_lines()
    lines[0] = '"unclosed,VA'
    assert "line 1" in fault(tmp_path, sites, lines, "a.csv")
