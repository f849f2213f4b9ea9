"""Names of PUE in the notes."""

from __future__ import annotations

import re

import pytest

from dcbench_planner.facility.notes import PARTS, notes, provenance
from dcbench_planner.facility.standards.label import cooling_efficiency_ratio, dpue_label


def test_the_label_says_design_category_hours_weather_and_load(simulated):
    label = dpue_label(simulated(), "3", 1.1234)
    assert label.startswith("dPUE3 = 1.123 (design, ISO/IEC 30134-2 Category 3, IT energy at IT")
    for expected in ("8760 h", "weather: ", "Dulles", "load profile: constant 0.80 of peak"):
        assert expected in label


def test_pue_never_stands_alone_in_the_notes(simulated, book):
    lines = notes(simulated(), book)
    assert lines[0].startswith("dPUE3 = ")
    assert not [line for line in lines if re.search(r"(?<!d)\bPUE ?=", line)]
    assert any("dPUE1 = " in line and "dPUE2 = " in line for line in lines)
    assert any("peak dPUE3" in line and "out" in line for line in lines)
    assert any("DCiE" in line for line in lines)


def test_categories_are_ordered(simulated, book):
    line = next(line for line in notes(simulated(), book) if line.startswith("dPUE1"))
    first, second = (float(number) for number in re.findall(r"dPUE\d = ([\d.]+)", line))
    assert 1 < first <= second <= simulated().totals.dpue + 5e-4


def test_cooling_efficiency_ratio_by_definition(simulated):
    cooled = simulated().hours.cooled
    # ISO/IEC 30134-7: heat removed over energy of the cooling system
    ratio = cooling_efficiency_ratio(simulated())
    assert ratio * cooled.total_power_kw.sum() == pytest.approx(cooled.heat_kw.sum())
    assert 3 < ratio < 100


def test_parts_that_a_record_has_get_an_origin(simulated):
    design = simulated().design
    assert not set(PARTS) & set(provenance(design))
    assert {"carbon", "renewables"} <= set(provenance(design, "carbon", "renewables"))
