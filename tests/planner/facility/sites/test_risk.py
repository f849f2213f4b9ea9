"""Risk of one site, against sums done by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dcbench.catalog import SiteRisk, load_catalog
from dcbench_planner.facility.sites.filters import SiteFilters, reasons_out, stops
from dcbench_planner.facility.sites.risk import CLASSES, one_class_off, risk_score
from dcbench_planner.facility.sites.weights import default_weights

BEST = SiteRisk(
    id="x", name="x", source="s", evidence="recalled", grid_saidi_min_per_year=1.0,
    seismic_class=0, flood_class=0, tropical_cyclone_class=0, wildfire_class=0, tornado_class=0,
    water_stress_class=0, rtt_ms_to_nearest_hub=0.0, carriers_class=4,
)  # fmt: skip
WORST = replace(
    BEST, grid_saidi_min_per_year=1000.0, rtt_ms_to_nearest_hub=100.0, carriers_class=0,
    **{name: 4 for name in CLASSES if name != "carriers_class"},
)  # fmt: skip


@pytest.fixture
def score(book):
    def scored(row, **options):
        return risk_score(row, default_weights(book).risks, book, **options)

    return scored


@pytest.mark.parametrize("training", [True, False])
def test_ends_of_the_scale(score, training):
    assert score(BEST, training=training).score == 0
    assert score(WORST, training=training).score == pytest.approx(1)


def test_score_by_hand(score):
    # log10(100)/3 = 0.6667 x 0.30, seismic 2/4 x 0.15, worst of cyclone 1 and tornado 3 is 3/4
    # x 0.10, carriers class 3 is 1/4 x 0.15: 0.2 + 0.075 + 0.075 + 0.0375.
    row = replace(
        BEST, grid_saidi_min_per_year=100.0, seismic_class=2, tropical_cyclone_class=1,
        tornado_class=3, carriers_class=3,
    )  # fmt: skip
    assert score(row).score == pytest.approx(0.3875)


@pytest.mark.parametrize(("minutes", "expected"), [(0.1, 0.0), (6600.0, 0.3)])
def test_interruptions_are_clamped_to_1_and_1000_minutes(score, minutes, expected):
    assert score(replace(BEST, grid_saidi_min_per_year=minutes)).score == pytest.approx(expected)


def test_unknown_is_left_out_and_opens_the_interval(score):
    # Water (0.10) unknown, flood 2/4 x 0.15 known: 0.075 / 0.90; with water 0 and 1: 0.075, 0.175.
    risk = score(replace(BEST, water_stress_class=None, flood_class=2))
    assert risk.known_share == pytest.approx(0.9)
    assert risk.score == pytest.approx(0.075 / 0.9)
    assert (risk.low, risk.high) == pytest.approx((0.075, 0.175))


def test_dry_cooling_does_not_fear_for_water(score):
    thirsty = replace(BEST, water_stress_class=4)
    assert score(thirsty).score == pytest.approx(0.1)
    assert score(thirsty, takes_water=False).score == 0
    unknown = score(replace(BEST, water_stress_class=None), takes_water=False)
    assert unknown.known_share == pytest.approx(1)


def test_round_trip_counts_for_serving_alone(score):
    # Half of connectivity's 0.15 x 40 ms of 100 ms.
    far = replace(BEST, rtt_ms_to_nearest_hub=40.0)
    assert score(far).score == 0
    assert score(far, training=False).score == pytest.approx(0.03)


def test_one_known_extreme_of_the_wind_is_enough(score):
    # A cyclone class of 4 is the worst whatever the tornado class is.
    row = replace(BEST, tropical_cyclone_class=4, tornado_class=None)
    assert score(row).known_share == pytest.approx(1)
    assert score(row).score == pytest.approx(0.1)


def test_a_site_without_a_row_is_unknown_throughout(score):
    risk = score(None)
    assert (risk.score, risk.known_share) == (None, 0)
    assert (risk.low, risk.high) == pytest.approx((0, 1))


def test_score_lies_within_its_interval_at_every_site(score):
    for row in load_catalog().site_risk:
        risk = score(row)
        assert 0 <= risk.low <= risk.score <= risk.high <= 1, row.id


@pytest.mark.parametrize("name", CLASSES)
def test_a_worse_class_never_lowers_the_risk(score, name):
    classes = range(5) if name != "carriers_class" else range(4, -1, -1)
    scores = [score(replace(BEST, **{name: value})).score for value in classes]
    assert scores == sorted(scores)
    assert scores[-1] > scores[0]


def test_recalled_classes_are_varied_by_one_within_the_scale():
    row = replace(BEST, seismic_class=2, read_cells=("water_stress_class",))
    varied = list(one_class_off(row))
    assert {one.seismic_class for one in varied} == {1, 2, 3}
    assert {one.flood_class for one in varied} == {0, 1}
    assert {one.water_stress_class for one in varied} == {0}
    # Seismic twice, the five others at an end of the scale once.
    assert len(varied) == 7


@pytest.mark.parametrize(
    ("note", "stopped"),
    [
        ("TenneT congestion; 2019-20 pause, then quota; hyperscale ban except Eemshaven", True),
        ("moratorium 2019-22; since then allocated calls", False),
        ("Beijing bans or limits new data centres (PUE, power cap)", True),
        ("urban grid, banks near by", False),
        ("", False),
    ],
)
def test_stops_that_have_ended_do_not_count(note, stopped):
    assert (stops(note) is not None) == stopped


def test_filters_need_to_know():
    limit, law = SiteFilters(highest_seismic_class=1), SiteFilters(data_law="gdpr")
    assert reasons_out(BEST, limit) == ()
    assert reasons_out(WORST, limit) == ("seismic class 4, limit 1",)
    assert reasons_out(None, limit) == ("seismic class unknown",)
    assert reasons_out(replace(BEST, data_residency="GDPR (EU)"), law) == ()
    assert reasons_out(replace(BEST, data_residency="APPI"), law) != ()
    assert reasons_out(BEST, law) == ("data law unknown",)


def test_a_moratorium_can_be_allowed():
    row = replace(BEST, power_availability_note="pause on new loads")
    assert reasons_out(row, SiteFilters()) == ("no new load: pause on new loads",)
    assert reasons_out(row, SiteFilters(allow_moratorium=True)) == ()
