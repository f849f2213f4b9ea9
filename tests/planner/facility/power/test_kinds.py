"""Kinds of UPS, transformer and distribution: their points, and what they cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError
from dcbench_planner.facility.building import build
from dcbench_planner.facility.climate.site_climate import site_climate
from dcbench_planner.facility.power.chain import it_chain
from dcbench_planner.facility.power.kinds import (
    checked_ups,
    two_part,
    ups_curve,
    with_distribution,
    with_transformers,
    with_ups,
)

EXACT_IT_KW = 4 * 300 * 0.9 / 1.002**2
"""Fills four UPS of 300 kW to 90 %."""


@pytest.mark.parametrize(
    ("kind", "points"),
    # equipment.csv of the catalog: ups-legacy, ups-igbt, ups-sic, ups-eco
    [
        ("legacy", (0.86, 0.905, 0.92, 0.925)),
        ("modern", (0.95, 0.963, 0.965, 0.962)),
        ("sic", (0.965, 0.975, 0.975, 0.97)),
        ("eco", (0.982, 0.989, 0.99, 0.989)),
    ],
)
def test_each_kind_of_ups_gives_its_points(kind, points):
    curve = ups_curve(kind)
    for load, efficiency in zip((0.25, 0.5, 0.75, 1.0), points, strict=True):
        assert curve.efficiency(load) == pytest.approx(efficiency, abs=0.0025)
    losses = curve.loss_kw(np.linspace(0, 1, 50), 1.0)
    assert losses[0] > 0
    assert (np.diff(losses) > 0).all()


def _efficiency(book, temperate, redundancy, it_kw):
    chain = it_chain(EXACT_IT_KW, redundancy, book, temperate)
    load = np.array([it_kw])
    out = chain.ups_output_kw(load)
    return float((out / (out + chain.ups_loss_kw(load)))[0])


def test_a_legacy_ups_under_2n_at_half_load_is_85_percent_efficient(book, temperate):
    # 0.5 x 0.9 / 2 = 22.5 % load; static UPS at 20-25 % load: 0.85 (Riello FAQ)
    legacy = with_ups(book, "legacy")
    double = _efficiency(legacy, temperate, "2N", EXACT_IT_KW / 2)
    single = _efficiency(legacy, temperate, "N", EXACT_IT_KW / 2)
    assert double == pytest.approx(0.85, abs=0.005)
    assert single == pytest.approx(0.90, abs=0.01)  # 45 % load, between 0.86 and 0.905 at 50 %
    modern = _efficiency(book, temperate, "2N", EXACT_IT_KW / 2)
    assert modern > double + 0.09


def test_kinds_of_ups_rank_by_their_efficiency_in_the_facility(book, sites):
    site = sites.resolve("ashburn")
    climate = site_climate(site)

    def energy(kind):
        changed = with_ups(book, kind)
        building = build(
            it_kw=1000.0, cooling="dlc-dry", redundancy="2N", climate=climate, book=changed
        )
        return building.year(0.5, climate.year, changed).total_kw.sum()

    values = [energy(kind) for kind in ("legacy", "modern", "sic", "eco")]
    assert values == sorted(values, reverse=True)


def test_a_kind_says_where_its_coefficients_are_from(book):
    entry = with_ups(book, "eco").entries["power_chain.ups_a0"]
    assert entry.low < entry.value < entry.high
    assert "eco" in entry.source
    assert "recalled" in entry.source
    assert book.entries["power_chain.ups_a0"].value == 0.00984


def test_liquid_transformers_lose_less_than_dry_ones(book, temperate):
    from dcbench_planner.facility.power.supply import supply

    out = np.array([800.0])
    dry, liquid = (
        supply(1000.0, "N+1", with_transformers(book, kind), temperate).loss_kw(out)[0]
        for kind in ("dry", "liquid")
    )
    assert liquid < dry


def test_pdu_transformers_cost_what_their_curve_says(book, temperate):
    # equipment.csv pdu-with-transformer-480-208: 0.972 / 0.983 / 0.984 / 0.982 at quarter loads
    plain = it_chain(1000.0, "N", book, temperate)
    pdu = it_chain(1000.0, "N", with_distribution(book, "pdu-transformer"), temperate)
    load = np.array([1000.0])
    x = float(pdu.pdu_output_kw(load)[0]) / pdu.pdus.total_rating
    assert 0.5 < x < 0.8
    lost = float(pdu.distribution_loss_kw(load)[0] - plain.distribution_loss_kw(load)[0])
    assert lost / 1000 == pytest.approx(1 / 0.984 - 1, abs=0.001)
    assert vars(with_distribution(book, "busway").entries["power_chain.pdu_a0"])["value"] == 0


def test_two_part_fit_by_hand():
    # p0 = 0.002, pk = 0.006: eta = x / (x + p0 + pk x^2)
    row = load_catalog().equipment.resolve("mv-lv-transformer-dry", where="test")
    points = {x: x / (x + 0.002 + 0.006 * x**2) for x in (0.25, 0.5, 0.75, 1.0)}
    made = replace(
        row, at_25pct=points[0.25], at_50pct=points[0.5], at_75pct=points[0.75],
        at_100pct=points[1.0],
    )  # fmt: skip
    curve = two_part(made)
    assert (curve.a0, curve.a1, curve.a2) == pytest.approx((0.002, 0.0, 0.006), abs=1e-12)


def test_an_unknown_kind_is_named_with_the_closest():
    assert checked_ups("sic") == "sic"
    with pytest.raises(InputError, match="legacy"):
        checked_ups("legasy")
