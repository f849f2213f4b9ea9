"""Weather files as text, made from the packaged Dulles year (NREL TMY3, public domain)."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from dcbench_planner.facility.climate.normals import dew_point_of
from dcbench_planner.validation.facility.climate import packaged_climates

LOCATION = "LOCATION,Dulles,VA,USA,TMY3,724030,38.98,-77.47,-5.0,82.0"
# ASHRAE design lines as in EPW headers of the 2009 edition (Dulles) and the 2021 one (Phoenix)
DESIGN_2009 = (
    "DESIGN CONDITIONS,1,Climate Design Data 2009 ASHRAE Handbook,,Heating,1,-11.8,-9,-19.5,0.7,-9,"
    "-16.7,0.9,-6.5,11.2,0.8,10.3,0.6,2.7,310,Cooling,7,11.4,34.1,23.9,32.7,23.5,31.2,22.8,25.4,"
    "31.6,24.7,30.3,24.1,29.1,4,290,23.6,18.6,27.8,23,18,27.1,22.5,17.4,26.6,78,31.6,75.2,30.6,"
    "72.5,29.2,712,Extremes,9.2,8.2,7.3,28.9,-17.2,36.2,4.6,1.9,-20.4,37.5,-23.1,38.7,-25.7,39.7,"
    "-29,41.1"
)
DESIGN_2021 = (
    "DESIGN CONDITIONS,1,2021 ASHRAE Handbook,,Heating,12,4.0,5.5,-16.5,0.9,19.0,-14.0,1.2,19.2,"
    "8.8,13.5,7.5,15.0,1.6,100,0.437,Cooling,7,11.4,43.6,20.7,42.5,20.6,41.5,20.5,24.2,34.2,23.8,"
    "34.3,23.3,34.5,4.4,260,21.9,17.3,27.7,20.9,16.2,28.9,19.8,15.1,30.2,74.5,33.8,72.7,34.2,70.9,"
    "34.2,27.5,Extremes,8.6,7.4,6.4,1.4,46.0,1.5,1.3,0.3,47.0,-0.6,47.7,-1.4,48.5,-2.5,49.4"
)
HEADER = 8


def dulles():
    """Dry bulb, dew point and pressure (kPa) of 8760 hours."""
    year = packaged_climates()["dulles"].year
    return year.dry_bulb_c, np.minimum(dew_point_of(year), year.dry_bulb_c), year.pressure_kpa


def times(step=timedelta(hours=1), start=datetime(2023, 1, 1), count=8760):  # noqa: DTZ001
    return [start + row * step for row in range(count)]


def epw_lines(*, dry=None, dew=None, location=LOCATION, design=DESIGN_2009, comment="COMMENTS 1,x",
              pressure_pa=100_600):  # fmt: skip
    own_dry, own_dew, _ = dulles()
    dry, dew = own_dry if dry is None else dry, own_dew if dew is None else dew
    head = [location, design, "TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0",
            "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0", comment, "COMMENTS 2,y",
            "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31"]  # fmt: skip
    rows = [
        f"1999,{time.month},{time.day},{time.hour + 1},0,?9,{t:.1f},{d:.1f},999,{pressure_pa},0,0"
        for time, t, d in zip(times(), dry, dew, strict=True)
    ]
    return head + rows


def csv_lines(columns="timestamp,dry_bulb_c,dew_point_c", *, step=1, **more):
    """One line per hour, or per `1 / step` hours with the same values."""
    dry, dew, _ = dulles()
    names = columns.split(",")
    values = {"dry_bulb_c": dry, "dew_point_c": dew, **more}
    rows = []
    for row, time in enumerate(times(timedelta(hours=1) / step, count=8760 * step)):
        cells = [f"{values[name][row // step]:.2f}" for name in names if name != "timestamp"]
        rows.append(",".join([time.isoformat(timespec="minutes"), *cells]))
    return [columns, *rows]


def tmy3_lines():
    dry, dew, _ = dulles()
    titles = ["Date (MM/DD/YYYY)", "Time (HH:MM)", "Dry-bulb (C)", "Dew-point (C)", "RHum (%)",
              "Pressure (mbar)", "a", "b", "c"]  # fmt: skip
    rows = [
        f"{time.month:02d}/{time.day:02d}/1988,{time.hour + 1:02d}:00,{t:.1f},{d:.1f},70,1006,0,0,0"
        for time, t, d in zip(times(), dry, dew, strict=True)
    ]
    return ['724030,"DULLES, INTL",VA,-5.0,38.980,-77.470,82', ",".join(titles), *rows]


def write(folder, lines, name="weather.epw"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def changed(lines, row, column, text):
    """Set one cell of the file: row counts hours from 0 behind an EPW header."""
    fields = lines[HEADER + row].split(",")
    fields[column] = text
    return [*lines[: HEADER + row], ",".join(fields), *lines[HEADER + row + 1 :]]
