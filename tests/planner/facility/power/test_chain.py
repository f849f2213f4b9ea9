"""From UPS to IT input: by hand, and what redundancy installs and costs."""

from __future__ import annotations

import numpy as np
import pytest

from dcbench_planner.facility.power.chain import it_chain

TOPOLOGIES = ["N", "N+1", "2N", "4N/3"]


def test_losses_by_hand(book, temperate):
    chain = it_chain(900.0, "N", book, temperate)
    it_kw = np.array([900.0])
    # half of 0.4 % after the PDU, half before it: 900 x 1.002 x 1.002
    out = 900 * 1.002 * 1.002
    rating = chain.ups.total_rating
    x = out / rating
    by_hand = rating * (0.00984 + 0.00782 * x + 0.02184 * x**2)
    assert chain.pdu_output_kw(it_kw)[0] == pytest.approx(900 * 1.002)
    assert chain.ups_output_kw(it_kw)[0] == pytest.approx(out)
    assert chain.distribution_loss_kw(it_kw)[0] == pytest.approx(out - 900)
    assert chain.ups_loss_kw(it_kw)[0] == pytest.approx(by_hand)
    float_kw = 0.0003 * rating
    assert chain.room_heat_kw(it_kw)[0] == pytest.approx(out - 900 + by_hand + float_kw)


def test_transfer_switches_lose_their_share(book, temperate):
    with_sts = book.with_user_values({"power_chain.sts_share": 1.0}, "test")
    it_kw = np.array([1000.0])
    plain, switched = (
        it_chain(1000.0, "N", b, temperate).ups_output_kw(it_kw)[0] for b in (book, with_sts)
    )
    assert switched - plain == pytest.approx(0.004 * 1002.0)


def test_losses_outside_the_hall_do_not_heat_it(book, temperate):
    apart = book.with_user_values({"power_chain.ups_heat_in_room": 0.0}, "test")
    chain = it_chain(900.0, "N", apart, temperate)
    it_kw = np.array([900.0])
    assert chain.room_heat_kw(it_kw)[0] == chain.distribution_loss_kw(it_kw)[0]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_2n_loses_more_than_n_at_part_load(share, book, temperate):
    it_kw = np.array([1000.0 * share])
    single, double = (
        it_chain(1000.0, topology, book, temperate).ups_loss_kw(it_kw) for topology in ("N", "2N")
    )
    assert double[0] > single[0]


@pytest.mark.parametrize("it_kw", [3.0, 700.0, 1000.0, 20_000.0, 1e6])
def test_topologies_install_what_they_say(it_kw, book, temperate):
    fleets = {topology: it_chain(it_kw, topology, book, temperate).ups for topology in TOPOLOGIES}
    for fleet in fleets.values():
        assert fleet.duty_units * fleet.rating >= it_kw * 1.004 / 0.9 - 1e-6
    assert fleets["N"].redundant_units == 0
    assert fleets["2N"].units == 2 * fleets["2N"].duty_units
    assert fleets["4N/3"].units * 3 == fleets["4N/3"].duty_units * 4
    assert 1 <= fleets["N+1"].redundant_units <= fleets["N+1"].duty_units


@pytest.mark.parametrize(
    ("topology", "load"),
    # four units of 300 kW filled to 90 %: N 0.9; N+1 4/5; 2N half; 4N/3 with six of 300 and two
    [("N", 0.9), ("N+1", 0.9 * 4 / 5), ("2N", 0.45)],
)
def test_redundancy_sets_the_load_of_each_unit(topology, load, book, temperate):
    it_kw = 4 * 300 * 0.9 / 1.002**2
    chain = it_chain(it_kw, topology, book, temperate)
    out = float(chain.ups_output_kw(np.array([it_kw]))[0])
    assert out / chain.ups.total_rating == pytest.approx(load)


def test_four_blocks_carry_three(book, temperate):
    it_kw = 3 * 500 * 0.9 / 1.002**2
    chain = it_chain(it_kw, "4N/3", book, temperate)
    assert (chain.ups.units, chain.ups.rating) == (4, 500)
    out = float(chain.ups_output_kw(np.array([it_kw]))[0])
    assert out / chain.ups.total_rating == pytest.approx(0.75 * 0.9)


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_losses_rise_with_load(topology, book, temperate):
    it_kw = np.linspace(1, 1000, 50)
    chain = it_chain(1000.0, topology, book, temperate)
    assert (np.diff(chain.ups_loss_kw(it_kw)) > 0).all()
    assert (np.diff(chain.distribution_loss_kw(it_kw)) > 0).all()
