"""Topology as rated, class and tier ask it."""

from __future__ import annotations

import pytest

from dcbench.records.facility_plant import PlantItem
from dcbench_planner.facility.plant.bill import plant_of
from dcbench_planner.facility.standards.topology import (
    POWER,
    cooling_has_spares,
    power_without_spare,
)


def _verdicts(found, prefix):
    return [item.verdict for key, item in found.items() if key.startswith(prefix)]


@pytest.mark.parametrize(
    ("redundancy", "tia", "power", "gb"),
    # ladder of the module's docstring; GB rows are C, B, A. 4N/3 at the top: text not read.
    # Level 4 of the whole needs cooling paths and compartments, which no model sees.
    [
        ("N", "m---", "m---", "m--"),
        ("N+1", "mm--", "mm--", "mm-"),
        ("4N/3", "mmm?", "mmm?", "mm?"),
        ("2N", "mmm?", "mmmm", "mmm"),
    ],
)
def test_ladders(redundancy, tia, power, gb, checklist):
    marks = {"met": "m", "not met": "-", "not checked": "?"}
    found = checklist("beijing", redundancy)
    assert "".join(marks[v] for v in _verdicts(found, "tia-942")) == tia
    assert "".join(marks[v] for v in _verdicts(found, "uptime")) == tia
    assert "".join(marks[v] for v in _verdicts(found, "en-50600")) == power
    assert "".join(marks[v] for v in _verdicts(found, "cn-gb50174")) == gb


def _item(redundant):
    return PlantItem(units=4, rating=1.0, rating_unit="kW", redundant_units=redundant)


def test_a_bill_without_a_spare_lowers_the_level(checklist):
    bill = {"ups": _item(1), "transformers": _item(1), "generators": _item(0)}
    assert power_without_spare(bill) == ("generators",)
    item = checklist("beijing", "N+1", plant=bill)["tia-942-rated-2"]
    assert item.verdict == "not met"
    assert "without a spare of generators" in item.note


def test_cooling_without_a_spare_is_seen_in_the_bill(checklist):
    assert cooling_has_spares("N+1", {})
    assert not cooling_has_spares("N", {})
    assert not cooling_has_spares("2N", {"dry_coolers": _item(0)})
    found = checklist("beijing", "2N", plant={"dry_coolers": _item(0)})
    assert found["tia-942-rated-2"].verdict == "not met"
    assert found["en-50600-2-2-class-4"].verdict == "met"


@pytest.mark.parametrize("redundancy", ["N+1", "4N/3", "2N"])
def test_the_bill_of_the_planner_has_the_spares_that_its_topology_claims(
    redundancy, simulated, book
):
    items = plant_of(simulated("beijing", redundancy).building, book).items()
    assert power_without_spare(items) == ()
    assert cooling_has_spares(redundancy, items)
    assert set(POWER) <= set(items)
    one_less = items | {"cooling_towers": _item(0)}
    assert not cooling_has_spares(redundancy, one_less)


def test_wording_is_that_of_topology(checklist):
    assert checklist("ashburn", "2N")["tia-942-rated-3"].quantity == "topology as rated 3 asks"
