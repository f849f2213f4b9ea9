"""Ranking of real sites; which site wins is own output, the laws are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError, NoAnswerError
from dcbench_planner.facility.sites.filters import SiteFilters
from dcbench_planner.facility.sites.notes import site_risk_notes
from dcbench_planner.facility.sites.ranking import rank_sites
from dcbench_planner.facility.sites.weights import parse_weights

FEW = ("ashburn", "lulea", "singapore", "phoenix", "tokyo", "amsterdam", "montreal")


@pytest.fixture(scope="module")
def few():
    catalog = load_catalog()
    return catalog.with_rows("sites", tuple(catalog.sites.resolve(name) for name in FEW))


@pytest.fixture
def rank(book, few):
    def ranked(catalog=few, weights=None, **options):
        chosen = None if weights is None else parse_weights(weights, book)
        asked = {"it_kw": 1000.0, "load_factor": 0.8, "redundancy": "N+1", "cooling": "dlc-dry"}
        return rank_sites(book=book, catalog=catalog, weights=chosen, **(asked | options))

    return ranked


def value(site, criterion):
    return next(score.value for score in site.scores if score.criterion == criterion)


@pytest.mark.parametrize("criterion", ["cost", "carbon", "pue", "risk"])
def test_one_criterion_alone_orders_by_its_value(rank, criterion):
    kept = [site for site in rank(weights=f"{criterion}=1") if not site.excluded_by]
    values = [value(site, criterion) for site in kept]
    known = [one for one in values if one is not None]
    # The end of the scale is shared by the worst; before it the order is strict.
    assert known[:-1] == sorted(known[:-1])
    assert kept[0].score == 0 or value(kept[0], criterion) is None


def test_ranks_are_in_order_and_intervals_hold_the_score(rank):
    ranked = rank()
    assert [site.rank for site in ranked] == list(range(1, len(FEW) + 1))
    for site in ranked:
        assert site.score_low <= site.score <= site.score_high, site.site
        assert site.rank_best <= site.rank <= site.rank_worst, site.site
        assert sum(score.weight for score in site.scores) == pytest.approx(1)
    kept = [site.score for site in ranked if not site.excluded_by]
    assert kept == sorted(kept)
    assert ranked[0].is_tied_with_best


def test_a_life_cycle_factor_is_never_compared_with_direct_ones(rank):
    # Lulea's grid factor is published over the life cycle only.
    lulea = next(site for site in rank() if site.site == "lulea")
    assert value(lulea, "carbon") is None
    assert lulea.known_share < 1
    assert lulea.score_low < lulea.score_high


def test_an_unknown_price_stays_unknown(rank, few):
    rows = tuple(
        replace(site, elec_price_industrial_usd_kwh=None) if site.id == "ashburn" else site
        for site in few.sites
    )
    ranked = rank(few.with_rows("sites", rows))
    ashburn = next(site for site in ranked if site.site == "ashburn")
    assert value(ashburn, "cost") is None
    # Cost weighs 0.4; all else of Ashburn is known.
    assert ashburn.known_share == pytest.approx(0.6)
    assert ashburn.score_high - ashburn.score_low == pytest.approx(0.4)


def test_cost_by_hand(rank):
    # Ashburn, 0.0826 USD/kWh, dry: energy over design IT power x price.
    ashburn = next(site for site in rank() if site.site == "ashburn")
    assert value(ashburn, "cost") == pytest.approx(8760 * 0.8 * ashburn.dpue_annual * 0.0826)


def test_a_moratorium_leaves_a_site_out_but_shows_it(rank):
    last = rank()[-1]
    assert (last.site, last.rank) == ("amsterdam", len(FEW))
    assert "ban" in last.excluded_by
    assert not last.is_tied_with_best
    allowed = rank(filters=SiteFilters(allow_moratorium=True))
    assert all(not site.excluded_by for site in allowed)


def test_an_earthquake_limit_leaves_tokyo_out(rank):
    ranked = rank(filters=SiteFilters(highest_seismic_class=2))
    out = {site.site for site in ranked if site.excluded_by}
    assert out == {"amsterdam", "tokyo"}


def test_no_site_left_is_an_answer(rank):
    with pytest.raises(NoAnswerError, match="filters leave no site"):
        rank(filters=SiteFilters(data_law="law of the sea"))


def test_each_site_stands_for_a_suitable_system(rank):
    ranked = rank(cooling=None, weights="water=1")
    assert {site.cooling for site in ranked} <= {
        "air-economizer", "indirect-evaporative", "water-economizer", "air-chiller",
    }  # fmt: skip
    # A chiller on outside air takes no water, so with water alone no other system is chosen.
    assert all(site.wue_site_l_per_kwh == 0 for site in ranked)
    liquid = rank(cooling=None, liquid_cooled=True)
    assert {site.cooling for site in liquid} <= {"dlc-dry", "dlc-adiabatic", "dlc-tower"}


def test_water_counts_more_where_it_is_scarce(rank, book):
    # Class 3 and step 0.5: a litre weighs 1 + 0.5 x 3.
    ranked = rank(cooling="water-chiller")
    phoenix = next(site for site in ranked if site.site == "phoenix")
    weight = 1 + book["sites.water_stress_step"] * phoenix.water_stress_class
    assert value(phoenix, "water") == pytest.approx(phoenix.wue_site_l_per_kwh * weight)


def test_ranking_is_deterministic(rank):
    assert rank() == rank()


@pytest.mark.parametrize("wrong", [{"it_kw": -1.0}, {"cooling": "ice"}, {"redundancy": "5N"}])
def test_bad_arguments_are_named(rank, wrong):
    with pytest.raises(InputError):
        rank(**wrong)


def test_seismic_limit_outside_the_classes_is_named(rank):
    with pytest.raises(InputError, match="is no class"):
        rank(filters=SiteFilters(highest_seismic_class=9))


def test_notes_name_what_is_bad_and_what_is_unknown(book):
    catalog = load_catalog()
    tokyo = " ".join(site_risk_notes(catalog.sites.resolve("tokyo"), catalog, book))
    assert "earthquake" in tokyo
    assert "recalled" in tokyo
    mine = catalog.with_rows("site_risk", ())
    (line,) = site_risk_notes(catalog.sites.resolve("tokyo"), mine, book)
    assert "no risks of this site" in line


@pytest.mark.slow
def test_every_catalogued_site_is_ranked(rank):
    catalog = load_catalog()
    ranked = rank(catalog, cooling=None)
    assert sorted(site.site for site in ranked) == sorted(catalog.sites.ids())
