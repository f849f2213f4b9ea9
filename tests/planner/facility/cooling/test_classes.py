"""ASHRAE classes: limits as data, refusals, warmer loops where a class allows."""

from __future__ import annotations

import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.cooling.class_table import find_class, thermal_classes
from dcbench_planner.facility.cooling.classes import (
    check_classes,
    class_notes,
    class_requirements,
    for_classes,
)
from dcbench_planner.facility.design import checked_design


@pytest.fixture
def design_of():
    def make(cooling):
        return checked_design(
            it_kw=10_000, load_factor=0.8, site="ashburn", cooling=cooling, redundancy="N+1"
        )

    return make


def test_air_classes_have_their_published_temperatures():
    # ASHRAE TC 9.9 Thermal Guidelines, 5th edition, table 2.1
    expected = {"A1": (18, 27, 15, 32), "A2": (18, 27, 10, 35), "A3": (18, 27, 5, 40),
                "A4": (18, 27, 5, 45), "H1": (18, 22, 5, 25)}  # fmt: skip
    classes = thermal_classes()
    for name, (_, recommended, low, high) in expected.items():
        found = classes[name]
        assert found.recommended_high_c == recommended
        assert (found.allowable_low_c, found.allowable_high_c) == (low, high)


@pytest.mark.parametrize(("name", "limit"), [("W17", 17), ("W32", 32), ("W45", 45), ("S40", 40)])
def test_water_classes_are_named_by_their_limit(name, limit):
    assert find_class(name.lower(), "--water-class").allowable_high_c == limit


def test_a_loop_warmer_than_the_class_is_refused(design_of, book):
    with pytest.raises(InputError) as caught:
        check_classes(design_of("dlc-dry"), book, air_class=None, water_class="W32")
    line = str(caught.value)
    for part in ("--water-class", "W32", "40 °C", "2 to 32 °C", "facility_water_dry_c"):
        assert part in line


def test_every_fault_comes_at_once(design_of, book):
    hot = book.with_user_values({"cooling.room_supply_c": 33.0}, "test")
    with pytest.raises(InputError) as caught:
        check_classes(design_of("dlc-dry"), hot, air_class="A1", water_class="W27")
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("cooling", ["dlc-dry", "dlc-tower", "rear-door", "immersion"])
def test_a_cooler_loop_than_the_class_allows_is_accepted(cooling, design_of, book):
    check_classes(design_of(cooling), book, air_class="A2", water_class="W45")
    check_classes(design_of(cooling), book, air_class="A2", water_class="W+")


def test_technology_water_is_warmer_than_facility_water_by_the_cdu(book):
    # 40 C facility water and 4 K of the CDU
    (need,) = class_requirements("dlc-dry", book, air_class=None, water_class="S40")
    assert need.supply_c == pytest.approx(44.0)
    assert not need.allowed


def test_a_warm_class_warms_the_loop_to_its_limit(design_of, book):
    warm = for_classes(book, "dlc-dry", "A3", "W45")
    assert warm["cooling.facility_water_dry_c"] == 45
    assert warm["cooling.room_supply_c"] == 27
    assert warm["cooling.highest_dew_point_c"] == 24
    check_classes(design_of("dlc-dry"), warm, air_class="A3", water_class="W45")
    assert for_classes(book, "dlc-dry", None, "S50")["cooling.facility_water_dry_c"] == 46


def test_a_class_never_cools_the_loop_and_leaves_what_the_user_set(book):
    assert for_classes(book, "dlc-dry", None, "W32")["cooling.facility_water_dry_c"] == 40
    own = book.with_user_values({"cooling.facility_water_dry_c": 42.0}, "test")
    assert for_classes(own, "dlc-dry", None, "W45")["cooling.facility_water_dry_c"] == 42


def test_stricter_humidity_of_a_class_is_taken(book):
    strict = for_classes(book, "air-economizer", "A1", None)
    assert strict["cooling.highest_dew_point_c"] == 17


def test_high_density_air_is_refused_at_the_economizers_supply(design_of, book):
    with pytest.raises(InputError, match="H1"):
        check_classes(design_of("air-economizer"), book, air_class="H1", water_class=None)


def test_supply_above_the_recommended_range_is_noted(book):
    found = class_requirements("dlc-dry", book, air_class="H1", water_class=None)
    (line,) = class_notes(found)
    assert "above the recommended 22 °C" in line


@pytest.mark.parametrize(
    ("air_class", "water_class", "cooling"),
    [("A9", None, "dx"), (None, "W33", "dlc-dry"), ("W32", None, "dlc-dry"),
     (None, "A1", "dlc-dry"), (None, "W32", "air-economizer"), (None, "S40", "rear-door")],
)  # fmt: skip
def test_unknown_and_unfit_classes_are_named(air_class, water_class, cooling, book):
    with pytest.raises(InputError):
        class_requirements(cooling, book, air_class=air_class, water_class=water_class)
