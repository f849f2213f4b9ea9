"""The generator against recorded years, and the wet bulb against psychrolib's table."""

from __future__ import annotations

import csv
import gzip
from importlib import resources

import numpy as np
import psychrolib
import pytest

from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.climate.psychrometrics import pressure_at
from dcbench_planner.validation.facility import climate

PLACES = {"chicago", "dulles", "golden", "greensboro", "miami", "san-francisco", "sand-point",
          "tampa"}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return climate.packaged_differences(load_assumptions())


@pytest.fixture(scope="module")
def figures(found):
    return climate.figures_of(found)


def test_every_system_is_within_0p005_of_recorded_hours(found):
    assert {item.place for item in found} == PLACES
    assert len(found) == len(PLACES) * len(climate.SYSTEMS)
    assert max(item.dpue for item in found) <= 0.005  # the project's bound


def test_figures_are_the_worst_and_the_mean_of_the_differences(found, figures):
    dpue = [abs(item.generated_dpue - item.recorded_dpue) for item in found]
    assert figures["climate.dpue_error.worst"] == max(dpue)
    assert figures["climate.dpue_error.mean"] == pytest.approx(sum(dpue) / len(dpue))
    wue = [abs(item.generated_wue - item.recorded_wue) for item in found]
    assert figures["climate.wue_error.worst"] == max(wue)
    assert figures["climate.wet_bulb.worst_k"] <= 0.002  # the project's bound


def test_generated_and_recorded_years_differ(found):
    # the comparison would be empty if both were the same hours
    assert sum(item.dpue > 1e-5 for item in found) > 0.8 * len(found)


def test_rows_say_which_is_which(found):
    rows = climate.rows_of(found)
    assert len(rows) == len(found)
    first = found[0]
    assert rows[0].published == first.recorded_dpue
    assert rows[0].ours == first.generated_dpue
    assert rows[0].id == f"{first.place} {first.cooling}"


def test_packaged_years_are_years():
    for place, recorded in climate.packaged_climates().items():
        year = recorded.year
        assert len(year) == 8760, place
        assert (year.wet_bulb_c <= year.dry_bulb_c).all()
        assert abs(year.pressure_kpa - pressure_at(recorded.elevation_m)) < 1.5


def test_packaged_years_have_a_source_and_one_decimal():
    folder = resources.files("dcbench_planner") / "validation" / "facility" / "weather"
    rows = list(csv.DictReader((folder / "sources.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["id"] for row in rows} == PLACES
    for row in rows:
        assert row["licence"].startswith("public domain")
        assert len(row["sha256"]) == 64
        text = gzip.decompress((folder / f"{row['id']}.csv.gz").read_bytes()).decode()
        header, *lines = text.splitlines()
        assert header == "dry_bulb_c,dew_point_c,pressure_kpa"
        assert len(lines) == 8760
        assert all(len(cell.split(".")[1]) == 1 for cell in lines[0].split(","))


def test_the_wet_bulb_table_is_psychrolibs():
    psychrolib.SetUnitSystem(psychrolib.SI)
    folder = resources.files("dcbench_planner") / "validation" / "facility" / "weather"
    lines = (folder / "wet_bulb.csv").read_text(encoding="utf-8").splitlines()[1:]
    table = np.array([[float(cell) for cell in line.split(",")] for line in lines])
    assert len(table) == 390
    assert table[:, 0].min() < -45
    assert table[:, 0].max() > 55
    for dry, dew, elevation, wet in table[::13]:
        pressure = psychrolib.GetStandardAtmPressure(elevation)
        theirs = psychrolib.GetTWetBulbFromTDewPoint(dry, dew, pressure)
        assert wet == pytest.approx(theirs, abs=2e-3)
