"""Cooling systems from the words of sources."""

from __future__ import annotations

import csv
from importlib import resources
from typing import get_args

import pytest

from dcbench.records.scenario import Cooling
from dcbench_planner.validation.facility.rows import packaged_cells
from dcbench_planner.validation.facility.words import read_words

SYSTEMS = set(get_args(Cooling))


def test_every_line_names_known_systems():
    table = resources.files("dcbench_planner") / "validation" / "facility" / "cooling_words.csv"
    for row in csv.DictReader(table.read_text().splitlines()):
        assert row["cooling"] in SYSTEMS
        assert row["otherwise"] in SYSTEMS | {""}


@pytest.mark.parametrize(
    ("text", "cooling", "otherwise"),
    [
        # as the packaged rows word them
        ("evaporative cooling towers with waterside economizer", "water-economizer", None),
        ("evaporative towers/chillers (reclaimed water)", "water-economizer", None),
        ("seawater heat exchangers", "seawater", None),
        ("canal water + evaporative", "water-economizer", None),
        ("mostly free air + direct evaporative; chillers in tropics/colo halls",
         "air-economizer", "dx"),
        ("100% outside air + direct evaporative misting", "air-economizer", None),
        ("outside air + towers, no chillers", "air-economizer", None),
        ("warm-water 32 C liquid + towers", "dlc-tower", None),
        ("32-36 C liquid + dry coolers; heat reuse", "dlc-dry", None),
        ("single-phase immersion", "immersion", None),
        ("lake water", "seawater", None),
        ("indirect evaporative", "indirect-evaporative", None),
        # other usual words
        ("Direct Adiabatic", "air-economizer", None),
        ("indirect adiabatic air handlers", "indirect-evaporative", None),
        ("air-cooled chillers with free cooling", "air-chiller", None),
        ("water-cooled chillers", "water-chiller", None),
        ("CRAC units (DX)", "dx", None),
        ("outside air; chillers in hot-humid regions", "air-economizer", "dx"),
        ("outside air with trim chillers", "air-economizer", None),
        ("rear door heat exchangers", "rear-door", None),
    ],
)  # fmt: skip
def test_words(text, cooling, otherwise):
    found = read_words(text)

    assert found is not None
    assert (found.cooling, found.otherwise) == (cooling, otherwise)


@pytest.mark.parametrize("text", ["", "mixed", "unknown", "no chillers"])
def test_words_that_say_nothing(text):
    assert read_words(text) is None


def test_packaged_words_are_understood():
    unknown = {row["cooling_type"] for row in packaged_cells()
               if row["cooling_type"] and read_words(row["cooling_type"]) is None}  # fmt: skip

    assert unknown == {"mixed", "heat pumps, full heat reuse"}
