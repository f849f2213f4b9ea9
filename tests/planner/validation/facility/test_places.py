"""The climate of a published site."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.validation.facility.places import distance_km, place_of, suits_outside_air
from dcbench_planner.validation.facility.rows import SkippedError, pue_row
from tests.planner.validation.facility.examples import cells

CATALOG = load_catalog()


def place(**given):
    return place_of(pue_row(cells(**given)), CATALOG)


def test_a_named_climate_wins_over_coordinates():
    found = place(nearest_sites_csv_name="Changhua", latitude="50", longitude="8")

    assert (found.site.id, found.distance_km) == ("changhua", None)


def test_without_coordinates_the_site_itself_may_be_catalogued():
    assert place(site="Dublin (Clonee)", latitude="", longitude="").site.id == "dublin"


def test_the_nearest_by_great_circle():
    assert place(latitude="50.1", longitude="8.7").site.id == "frankfurt"
    row = pue_row(cells(latitude="51.5", longitude="-0.13"))
    paris = CATALOG.sites.resolve("paris")
    # London to Paris airports' published great circle is 348 km, city to Le Bourget 336 km
    assert distance_km(row, paris) == pytest.approx(336, abs=8)


def test_an_unknown_name_falls_back_to_coordinates():
    assert place(nearest_sites_csv_name="Atlantis").site.id == "frankfurt"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"latitude": "", "longitude": ""}, "place is not stated"),
        ({"latitude": "0", "longitude": "-150"}, "km away"),
        ({"elevation_m": "5000"}, "of its height"),
    ],
)
def test_no_climate(given, reason):
    with pytest.raises(SkippedError, match=reason):
        place(**given)


@pytest.mark.parametrize(
    ("name", "suits"),
    [("singapore", False), ("mumbai", False), ("abu-dhabi", False), ("dublin", True),
     ("stockholm", True), ("the-dalles", True), ("cape-town", True)],
)  # fmt: skip
def test_outside_air_suits_cool_and_dry_climates(name, suits):
    """Tropical coasts are too wet nearly all year, maritime and desert climates hardly ever."""
    assert suits_outside_air(CATALOG.sites.resolve(name)) is suits
