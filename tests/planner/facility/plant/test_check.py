"""A bill with too little of anything is found out."""

from __future__ import annotations

import pytest

from dcbench_planner.facility.plant.bill import plant_of
from dcbench_planner.facility.plant.check import carries, shortages

TOPOLOGIES = ["N", "N+1", "2N", "4N/3"]
SYSTEMS = ["dlc-dry", "dlc-tower", "dlc-adiabatic", "seawater", "rear-door", "dx",
           "indirect-evaporative"]  # fmt: skip


def _items(built, book, redundancy, cooling, it_kw=30_000.0):
    return plant_of(built(cooling=cooling, redundancy=redundancy, it_kw=it_kw), book).items()


def _less(items, kind, **update):
    return items | {kind: items[kind].model_copy(update=update)}


@pytest.mark.parametrize("cooling", SYSTEMS)
@pytest.mark.parametrize("redundancy", TOPOLOGIES)
def test_a_generated_plant_is_short_of_nothing(redundancy, cooling, built, book):
    assert shortages(_items(built, book, redundancy, cooling), redundancy, book) == ()


@pytest.mark.parametrize("cooling", SYSTEMS)
@pytest.mark.parametrize("redundancy", TOPOLOGIES)
def test_one_unit_less_of_any_kind_is_named(redundancy, cooling, built, book):
    items = _items(built, book, redundancy, cooling)
    for kind, item in items.items():
        found = shortages(_less(items, kind, units=item.units - 1), redundancy, book)
        assert len(found) == 1, kind
        assert found[0].startswith(f"{kind}: ")


@pytest.mark.parametrize("redundancy", TOPOLOGIES)
def test_without_its_spares_a_plant_carries_the_load_and_with_one_fewer_it_does_not(
    redundancy, built, book
):
    items = _items(built, book, redundancy, "dlc-tower")
    for kind, item in items.items():
        duty_units = item.units - item.redundant_units
        assert carries(item, duty_units), kind
        # blocks come in threes: the last of them may be idle at the peak
        spare_blocks = 2 if redundancy == "4N/3" else 0
        assert not carries(item, duty_units - 1 - spare_blocks), kind


@pytest.mark.parametrize("redundancy", ["N+1", "2N", "4N/3"])
def test_stating_fewer_spares_does_not_help(redundancy, built, book):
    items = _items(built, book, redundancy, "dlc-dry")
    ups = items["ups"]
    edited = _less(items, "ups", units=ups.units - 1, redundant_units=ups.redundant_units - 1)
    spares = ups.redundant_units
    what = f"ups: {ups.units - 1} of {ups.rating:.4g} kW"
    needs = f"{redundancy} needs {ups.units - spares} and {spares} redundant"
    assert shortages(edited, redundancy, book) == (f"{what}; {needs}",)


def test_a_plant_for_n_is_short_of_spares_under_2n(built, book):
    items = _items(built, book, "N", "dlc-dry")
    named = {line.split(":")[0] for line in shortages(items, "2N", book)}
    assert named >= {"ups", "generators", "transformers", "dry_coolers", "utility_feeds"}


def test_too_few_to_carry_the_load_says_by_how_much(built, book):
    items = _items(built, book, "N", "dlc-dry")
    found = shortages(_less(items, "generators", units=1), "N", book)
    assert "carry" in found[0]
    assert f"{items['generators'].duty:.4g} kW" in found[0]


def test_a_smaller_rating_is_found(built, book):
    items = _items(built, book, "N+1", "dlc-dry")
    smaller = _less(items, "transformers", rating=items["transformers"].rating * 0.7)
    assert shortages(smaller, "N+1", book)[0].startswith("transformers: ")


def test_missing_kinds_are_named(built, book):
    items = _items(built, book, "N+1", "dlc-dry")
    kept = {kind: item for kind, item in items.items()
            if kind not in {"generators", "dry_coolers", "air_cooled_chillers"}}  # fmt: skip
    assert shortages(kept, "N+1", book) == ("generators: none", "heat rejection: none")


def test_an_item_without_duty_cannot_be_checked(built, book):
    items = _items(built, book, "N+1", "dlc-dry")
    assert shortages(_less(items, "ups", duty=None), "N+1", book) == ("ups: duty is not stated",)


def test_an_impossible_fuel_consumption_is_named(built, book):
    # 250 gal/MWh = 0.946 L/kWh is 10.6 % efficient: 3.5 times too much fuel
    items = _items(built, book, "N+1", "dlc-dry")
    wasteful = book.with_user_values({"plant.generator_l_per_kwh": 0.946}, "test")
    found = shortages(items, "N+1", wasteful)
    assert found[-1].startswith("generators: fuel efficiency 11%")
