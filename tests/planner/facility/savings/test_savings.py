"""Savings are differences of two simulations; the laws are checked, money by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.savings.case import Case, Change, Measure
from dcbench_planner.facility.savings.it_measures import SHARED, it_measures
from dcbench_planner.facility.savings.package import Single, package
from dcbench_planner.facility.savings.ranked import MEASURES, parse_target, savings
from dcbench_planner.facility.savings.worth import prices, worth
from dcbench_planner.facility.simulation import simulate


@pytest.fixture
def run(book):
    def simulated(site="ashburn", cooling="water-chiller", redundancy="N+1", load_factor=0.8):
        design = checked_design(
            it_kw=1000.0, load_factor=load_factor, site=site, cooling=cooling, redundancy=redundancy
        )
        return simulate(design, book)

    return simulated


def by_name(part):
    return {saving.measure: saving for saving in part.measures}


def test_a_measure_that_changes_nothing_saves_nothing(run, book):
    base = run()
    first = Case(design=base.design, book=book)
    for case in (first, replace(first, design=replace(base.design))):
        found = worth(case, base, prices(base.design, book))
        assert (found.kwh, found.water_l, found.kgco2e, found.usd) == (0, 0, 0, 0)
        assert found.payback_years is None


def test_one_job_leaves_no_node_idle(run, book):
    every, alone = (set(by_name(savings(run(), book, many_jobs=many))) for many in (True, False))
    assert every - alone == {"idle-nodes-off", "packed-jobs"} == SHARED
    assert alone < every


def test_savings_are_what_two_simulations_differ_by(run, book):
    saved = by_name(savings(run(), book))["cooling-water-economizer"]
    before, after = run().totals, run(cooling="water-economizer").totals
    assert saved.kwh_per_year == pytest.approx(before.total_kwh - after.total_kwh)
    assert saved.water_l_per_year == pytest.approx(before.water_l - after.water_l)
    assert saved.dpue_annual == pytest.approx(after.dpue)


def test_money_carbon_and_payback_by_hand(run, book):
    # Ashburn: 0.0826 USD/kWh and 0.321 kg/kWh of the catalog; water 2.5 USD/m3 of the book.
    saved = by_name(savings(run(), book))["cooling-water-economizer"]
    usd = saved.kwh_per_year * 0.0826 + saved.water_l_per_year / 1000 * 2.5
    assert saved.usd_per_year == pytest.approx(usd)
    assert saved.kgco2e_per_year == pytest.approx(saved.kwh_per_year * 0.321)
    # Plant of 2000 instead of 1800 USD/kW for 1000 kW.
    assert saved.capital_usd == pytest.approx(200_000)
    assert saved.payback_years == pytest.approx(200_000 / usd)


def test_the_users_own_price_comes_first(run, book):
    mine = book.with_user_values({"price.electricity_usd_per_kwh": 0.5}, "scenario")
    assert savings(run(), mine).electricity_usd_per_kwh == 0.5


def test_measures_are_ranked_by_money_and_losses_are_shown_last(run, book):
    part = savings(run("singapore"), book)
    money = [saving.usd_per_year for saving in part.measures]
    assert money == sorted(money, reverse=True)
    # A power limit costs more in lost work than it saves in energy.
    last = part.measures[-1]
    assert (last.measure, last.payback_years) == ("power-cap", None)
    assert last.usd_per_year < 0 < last.kwh_per_year


def test_power_limit_costs_the_speed_that_it_takes(run, book):
    # 1000 kW x 40,000 USD/kW x CRF(10 %, 5 years) = 0.26380 x lost speed.
    capped = by_name(savings(run(), book))["power-cap"]
    lost = 1 - capped.throughput_factor
    assert 0.01 < lost < 0.2
    assert capped.lost_work_usd_per_year == pytest.approx(40e6 * 0.263797 * lost, rel=1e-5)


def test_idle_nodes_off_by_hand(run, book):
    # u 0.85, idle 0.27, 80 % of it off at 1 %: (0.85 + 0.15 (0.8 0.01 + 0.2 0.27)) /
    # (0.85 + 0.15 0.27) = 0.8593 / 0.8905.
    base = run()
    change = _apply("idle-nodes-off", base, book)
    assert change.case.design.it_kw == 1000
    assert change.case.design.load_factor == pytest.approx(0.8 * 0.8593 / 0.8905)


def test_packing_does_the_same_work_on_fewer_nodes(run, book):
    # a 0.70 to a' 0.85 at idle 0.27: nodes 0.8235; energy 0.8235 (0.27 + 0.73 0.85) /
    # (0.27 + 0.73 0.70) = 0.93898.
    design = _apply("packed-jobs", run(), book).case.design
    assert design.it_kw == pytest.approx(1000 * 0.70 / 0.85)
    assert design.it_kw * design.load_factor == pytest.approx(800 * 0.93898, rel=1e-4)
    assert _apply("packed-jobs", run(load_factor=0.95), book) is None


def test_warm_air_cools_cheaper_but_heats_it(run, book):
    # From 24 to 27 C, above 25 C IT takes 0.3 % per kelvin more.
    base = run()
    warm = by_name(savings(base, book))["warmer-room-air"]
    assert warm.dpue_annual < base.totals.dpue
    assert "0.60%" in warm.note


def test_cycles_save_water_alone(run, book):
    # Make-up but drift (5 % of it) is proportional to c / (c - 1): 6/5 against 10/9.
    base = run()
    saved = by_name(savings(base, book))["tower-water-cycles"]
    assert saved.kwh_per_year == 0
    assert saved.water_l_per_year / base.totals.water_l == pytest.approx(2 / 27 * 0.95, rel=0.02)


def test_only_what_fits_the_design_is_offered(run, book):
    air = by_name(savings(run(cooling="air-chiller"), book))
    liquid = by_name(savings(run(cooling="dlc-dry", redundancy="2N"), book))
    assert "warmer-facility-water" not in air
    assert "tower-water-cycles" not in air
    assert "redundancy-n+1" not in air
    assert {"warmer-facility-water", "more-liquid-cooling", "redundancy-n+1"} <= set(liquid)
    assert {name for name in liquid if name.startswith("cooling-")} == {
        "cooling-dlc-adiabatic", "cooling-dlc-tower",
    }  # fmt: skip


@pytest.mark.parametrize("cooling", ["air-economizer", "dx", "rear-door", "immersion", "seawater"])
def test_every_system_has_savings_and_a_package(run, book, cooling):
    base = run(cooling=cooling)
    part = savings(base, book, target_share=0.5)
    chosen = part.package
    assert part.measures
    assert 0 < chosen.kwh_per_year <= base.totals.total_kwh
    assert chosen.reached_share == pytest.approx(chosen.kwh_per_year / base.totals.total_kwh)


def test_package_meets_a_reachable_target_by_running_again(run, book):
    base = run("phoenix", cooling="dx")
    part = savings(base, book, target_share=0.15)
    chosen, singles = part.package, by_name(part)
    assert chosen.is_met
    assert chosen.reached_share >= 0.15
    summed = sum(singles[name].kwh_per_year for name in chosen.measures)
    assert chosen.sum_of_singles_kwh_per_year == pytest.approx(summed)
    first = Case(design=base.design, book=book)
    for name in chosen.measures:
        first = next(m for m in MEASURES if m.name == name).apply(first).case
    again = simulate(first.design, first.book).totals
    assert chosen.kwh_per_year == pytest.approx(base.totals.total_kwh - again.total_kwh)
    assert chosen.dpue_annual == pytest.approx(again.dpue)


def test_an_unreachable_target_is_said_to_be_missed(run, book):
    chosen = savings(run(cooling="dlc-dry"), book, target_share=0.9).package
    assert not chosen.is_met
    assert 0 < chosen.reached_share < 0.9
    # Measures overlap: together they save less than one by one.
    assert chosen.kwh_per_year < chosen.sum_of_singles_kwh_per_year
    # A power limit saves only because less work is done, so it is no part of it.
    assert "power-cap" not in chosen.measures


def test_a_package_holds_one_cooling_system_and_one_kind_of_ups(run, book):
    chosen = savings(run(cooling="dx"), book, target_share=0.9).package
    assert sum(name.startswith("cooling-") for name in chosen.measures) == 1
    assert (
        sum(name.startswith("ups-") and name != "ups-right-sized" for name in chosen.measures) <= 1
    )


def test_a_measure_made_useless_by_another_is_dropped(run, book):
    base = run()
    first = Case(design=base.design, book=book)
    lights = "facility.lighting_and_other_share"
    measures = [_setting("some", lights, 0.004), _setting("all", lights, 0.003)]
    at = prices(base.design, book)
    singles = [
        Single(measure=measure, worth=worth(measure.apply(first).case, base, at))
        for measure in measures
    ]
    assert package(singles, base, first, at, 0.5).measures == ("all",)


def test_no_target_no_package(run, book):
    assert savings(run(), book).package is None


@pytest.mark.parametrize(("text", "share"), [("20%", 0.2), ("0.2", 0.2), (" 5 % ", 0.05)])
def test_targets_are_read(text, share):
    assert parse_target(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "much", "0", "100%", "-5%", "nan", "1.5"])
def test_bad_targets_are_named(text):
    with pytest.raises(InputError, match=r"--saving-target.*is no share"):
        parse_target(text)


def test_bad_target_of_the_function_is_named(run, book):
    with pytest.raises(InputError, match="is no share"):
        savings(run(), book, target_share=1.5)


def _apply(name, base, book):
    measure = next(measure for measure in it_measures() if measure.name == name)
    return measure.apply(Case(design=base.design, book=book))


def _setting(name, key, value):
    def apply(case):
        return Change(case=case.with_values({key: value}), text=name)

    return Measure(name=name, apply=apply)
