"""A user's weather file: what is read, what is said about it, what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.climate import weather_file
from dcbench_planner.facility.climate.psychrometrics import pressure_at
from dcbench_planner.facility.climate.weather_file import climate_from_file
from tests.planner.facility.climate.files import (
    DESIGN_2021,
    csv_lines,
    dulles,
    epw_lines,
    tmy3_lines,
    write,
)

NO_DESIGN = "DESIGN CONDITIONS,0"


@pytest.fixture
def site(sites):
    return sites.resolve("ashburn")


def fault(path, site):
    with pytest.raises(InputError) as caught:
        climate_from_file(path, site=site)
    return str(caught.value)


def test_an_epw(tmp_path, site):
    climate = climate_from_file(write(tmp_path, epw_lines()), site=site)
    dry, _, _ = dulles()
    assert climate.year.dry_bulb_c == pytest.approx(dry, abs=0.051)
    assert climate.year.pressure_kpa == pytest.approx(100.6)
    assert climate.is_file
    assert climate.provenance == "user"
    assert climate.source == "EPW file weather.epw: Dulles, VA, USA, TMY3"
    assert climate.notes == ()


def test_design_conditions_are_those_of_the_header(tmp_path, site):
    design = climate_from_file(write(tmp_path, epw_lines()), site=site).design
    # header of the 2009 edition: 0.4 % DB/MCWB 34.1/23.9, 0.4 % WB/MCDB 25.4/31.6, n=20 39.7
    assert list(design.dry_bulb_c) == [34.1, 31.6, 39.7]
    assert list(design.wet_bulb_c[:2]) == [23.9, 25.4]
    assert set(design.month) == {6}


def test_a_tmy3_and_a_csv_say_the_same_as_the_epw(tmp_path, site):
    epw = climate_from_file(write(tmp_path, epw_lines()), site=site)
    tmy3 = climate_from_file(write(tmp_path, tmy3_lines(), "a.csv"), site=site)
    _, _, pressure = dulles()
    lines = csv_lines("timestamp,dry_bulb_c,dew_point_c,pressure_kpa",
                      pressure_kpa=np.full(8760, pressure))  # fmt: skip
    table = climate_from_file(write(tmp_path, lines, "b.csv"), site=site)
    for other in (tmy3, table):
        assert other.year.dry_bulb_c == pytest.approx(epw.year.dry_bulb_c, abs=0.051)
        assert other.year.wet_bulb_c == pytest.approx(epw.year.wet_bulb_c, abs=0.06)
    assert tmy3.source == "TMY3 file a.csv: DULLES, INTL, VA"


def test_elevation_and_pressure_of_the_file_win(tmp_path, sites):
    climate = climate_from_file(write(tmp_path, epw_lines()), site=sites.resolve("golden"))
    assert climate.elevation_m == 82.0
    assert climate.year.pressure_kpa == pytest.approx(100.6)
    assert any("2374 km" in note or "km away" in note for note in climate.notes)


def test_a_csv_has_the_elevation_of_the_site(tmp_path, sites):
    site = sites.resolve("golden")
    climate = climate_from_file(write(tmp_path, csv_lines(), "a.csv"), site=site)
    assert climate.elevation_m == site.elevation_m
    assert climate.year.pressure_kpa == pytest.approx(pressure_at(site.elevation_m))


def test_pressure_reduced_to_sea_level_is_said(tmp_path, sites):
    lines = csv_lines("timestamp,dry_bulb_c,dew_point_c,pressure_kpa",
                      pressure_kpa=np.full(8760, 101.3))  # fmt: skip
    climate = climate_from_file(write(tmp_path, lines, "a.csv"), site=sites.resolve("golden"))
    assert any("reduced to sea level" in note for note in climate.notes)


def test_without_header_the_higher_of_hours_and_published_values_counts(tmp_path, site):
    path = write(tmp_path, epw_lines(design=NO_DESIGN))
    climate = climate_from_file(
        path, site=replace(site, design_db_0p4_c=36.0, design_wb_0p4_c=20.0)
    )
    assert climate.design.dry_bulb_c[0] == 36.0
    assert climate.design.wet_bulb_c[1] > 24
    assert any("the higher of" in note for note in climate.notes)


def test_far_away_the_hours_are_all_there_is(tmp_path, sites):
    climate = climate_from_file(
        write(tmp_path, epw_lines(design=NO_DESIGN)), site=sites.resolve("phoenix")
    )
    assert climate.design.dry_bulb_c[0] < 36  # not Phoenix's 43.6
    assert any("other years are hotter" in note for note in climate.notes)


@pytest.mark.parametrize("comment", ["COMMENTS 1,x", "COMMENTS 1,US Climate Normals 2006-2020"])
def test_an_averaged_year_is_sized_by_its_header(tmp_path, site, comment):
    dry, dew, _ = dulles()
    flat = 0.7 * dry + 0.3 * dry.mean()
    lines = epw_lines(dry=flat, dew=np.minimum(dew, flat), comment=comment)
    climate = climate_from_file(write(tmp_path, lines), site=site)
    assert climate.design_dry_bulb_c == 34.1
    assert any("averaged or mild" in note for note in climate.notes)


def test_an_averaged_year_without_any_design_conditions_is_refused(tmp_path, sites):
    location = "LOCATION,JFK,NY,USA,Climate-Normals,744860,40.6,-73.8,-5.0,3.4"
    path = write(tmp_path, epw_lines(location=location, design=NO_DESIGN))
    text = fault(path, sites.resolve("phoenix"))
    assert "averaged year without design conditions" in text
    assert "take a TMY or a measured year" in text


def test_the_2021_header_is_read(tmp_path, site):
    design = climate_from_file(write(tmp_path, epw_lines(design=DESIGN_2021)), site=site).design
    assert list(design.dry_bulb_c) == [43.6, 34.2, 48.5]  # Phoenix, as printed in its header


@pytest.mark.parametrize(
    ("design", "note"),
    [
        ("DESIGN CONDITIONS,1,A,,Cooling,7,x,y", "could not be read"),
        ("DESIGN CONDITIONS,1,A,,Cooling,7,1,34.1,39,0,0,0,0,25,31", "make no sense"),
    ],
)
def test_damaged_design_conditions_are_left_out_and_said(tmp_path, site, design, note):
    climate = climate_from_file(write(tmp_path, epw_lines(design=design)), site=site)
    assert any(note in line for line in climate.notes)
    assert climate.design_dry_bulb_c == pytest.approx(34.1, abs=0.1)  # the site's


def test_the_hours_are_what_the_year_is_simulated_in(tmp_path, site):
    climate = climate_from_file(write(tmp_path, epw_lines()), site=site)
    with pytest.raises(ValueError, match="read-only"):
        climate.year.dry_bulb_c[0] = 99


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.epw", b"", "does not start with LOCATION"),
        ("a.epw", b"hello\n", "does not start with LOCATION"),
        ("a.csv", b"a,b\n1,2\n", "is no EPW, TMY3 or CSV weather file"),
        ("a.epw", b"LOCATION,x\n", "ends before the hours begin"),
        ("a.csv", b"\xff\xfe\x00timestamp", "there is no column"),
    ],
)
def test_other_files_are_refused(tmp_path, site, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    assert says in fault(path, site)


def test_a_missing_file_and_a_folder_are_refused(tmp_path, site):
    assert "cannot be read: No such file" in fault(tmp_path / "none.epw", site)
    assert "cannot be read" in fault(tmp_path, site)


def test_a_huge_file_is_refused(tmp_path, site, monkeypatch):
    monkeypatch.setattr(weather_file, "LARGEST_FILE_BYTES", 10)
    assert "larger than 100 MB" in fault(write(tmp_path, epw_lines()), site)


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path, site):
    path = tmp_path / "a.epw"
    path.write_bytes("\r\n".join(epw_lines()).encode("utf-8-sig"))
    assert climate_from_file(path, site=site).notes == ()
