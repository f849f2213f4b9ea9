"""Loss curves against the efficiencies they were fitted to; redundancy costs energy."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.power.chain import LossCurve, it_chain, supply

TOPOLOGIES = ["N", "N+1", "2N", "4N/3"]


@pytest.fixture(scope="module")
def ups(book):
    return LossCurve(
        a0=book["power_chain.ups_a0"],
        a1=book["power_chain.ups_a1"],
        a2=book["power_chain.ups_a2"],
    )


@pytest.mark.parametrize(
    ("load", "efficiency"),
    # modern double conversion, vendor practice; the curve is a fit to these four points
    [(0.25, 0.950), (0.50, 0.963), (0.75, 0.965), (1.00, 0.962)],
)
def test_ups_curve_gives_its_data_points(load, efficiency, ups):
    assert ups.efficiency(load) == pytest.approx(efficiency, abs=0.002)


@pytest.mark.parametrize(
    ("load", "efficiency"),
    # 2.5 MVA dry transformer, no-load 0.15 %, load loss 0.68 % of rating
    [(0.25, 0.9924), (0.50, 0.9936), (0.75, 0.9929), (1.00, 0.9918)],
)
def test_transformer_curve_gives_its_data_points(load, efficiency, book):
    curve = supply(1000.0, "N", book).curve
    assert curve.efficiency(load) == pytest.approx(efficiency, abs=0.0005)


def test_a_legacy_ups_falls_to_85_percent_at_low_load():
    # static UPS at 20-25 % load: 0.85 (Riello FAQ); legacy curve 0.86 / 0.905 / 0.92 / 0.925
    legacy = LossCurve(a0=0.035, a1=0.02, a2=0.026)
    assert legacy.efficiency(0.225) == pytest.approx(0.85, abs=0.01)


def test_losses_by_hand(book):
    chain = it_chain(900.0, "N", book)
    out = 900 * 1.004
    rating = chain.ups.total_rating
    x = out / rating
    by_hand = rating * (0.00984 + 0.00782 * x + 0.02184 * x**2)
    it_kw = np.array([900.0])
    assert chain.distribution_loss_kw(it_kw)[0] == pytest.approx(3.6)
    assert chain.ups_loss_kw(it_kw)[0] == pytest.approx(by_hand)
    assert chain.room_heat_kw(it_kw)[0] == pytest.approx(3.6 + by_hand)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_2n_loses_more_than_n_at_part_load(share, book):
    it_kw = np.array([1000.0 * share])
    single, double = (
        it_chain(1000.0, topology, book).ups_loss_kw(it_kw) for topology in ("N", "2N")
    )
    assert double[0] > single[0]


@pytest.mark.parametrize("it_kw", [3.0, 700.0, 1000.0, 20_000.0, 1e6])
def test_topologies_install_what_they_say(it_kw, book):
    fleets = {topology: it_chain(it_kw, topology, book).ups for topology in TOPOLOGIES}
    for fleet in fleets.values():
        assert fleet.duty_units * fleet.rating >= it_kw * 1.004 / 0.9 - 1e-6
    assert fleets["N"].redundant_units == 0
    assert fleets["2N"].units == 2 * fleets["2N"].duty_units
    assert fleets["4N/3"].units * 3 == fleets["4N/3"].duty_units * 4
    assert 1 <= fleets["N+1"].redundant_units <= fleets["N+1"].duty_units


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_losses_rise_with_load(topology, book):
    it_kw = np.linspace(1, 1000, 50)
    assert (np.diff(it_chain(1000.0, topology, book).ups_loss_kw(it_kw)) > 0).all()
