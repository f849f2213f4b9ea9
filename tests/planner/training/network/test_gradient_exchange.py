from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench_planner.training.network.gradient_exchange import (
    after_warmup,
    all_reduce_exchange,
    exchange_s,
    parameter_server_exchange,
    power_sgd_exchange,
    quantised_exchange,
    server_wins_below_bytes,
    top_k_exchange,
    wins_below_bytes_per_s,
)
from tests.planner.training.builders import column

MEMORY = column(2e12)
ELEMENTS, RANKS = column(1e9), column(8)


def value(result):
    return float(np.asarray(result).ravel()[0])


def test_volumes_by_hand():
    # a billion 2-byte gradients, 8 ranks: ring 2 x 2 GB x 7/8, servers 2 x 2 GB x 8/k
    assert value(all_reduce_exchange(ELEMENTS, RANKS, 2.0).moved_bytes) == pytest.approx(3.5e9)
    for servers, moved in ((1, 32e9), (4, 8e9), (8, 4e9), (16, 4e9)):
        exchange = parameter_server_exchange(ELEMENTS, RANKS, column(servers), 2.0)
        assert value(exchange.moved_bytes) == pytest.approx(moved)
    # 0.1 % of the values and 4-byte indices from 7 others: 7 x 1e6 x 6 bytes
    top = top_k_exchange(ELEMENTS, RANKS, 0.001, MEMORY)
    assert value(top.moved_bytes) == pytest.approx(42e6)
    # 1024 x 4096, rank 4: 2 x 4 x 5120 x 4 bytes x 7/8
    power = power_sgd_exchange(
        column(1024), column(4096), RANKS, 4, flops_per_s=column(1e14), memory_bytes_per_s=MEMORY
    )
    assert value(power.moved_bytes) == pytest.approx(2 * 4 * 5120 * 4 * 7 / 8)


def test_one_bit_adam_saves_what_its_paper_says():
    # arXiv:2102.02888, abstract: up to 5 times less volume; fp16 baseline, about 15 % warm-up
    full = all_reduce_exchange(ELEMENTS, RANKS, 2.0)
    mean = after_warmup(full, quantised_exchange(ELEMENTS, RANKS, 1, MEMORY), 0.15)

    assert value(full.moved_bytes / mean.moved_bytes) == pytest.approx(5, rel=0.05)


def test_threshold_is_where_both_take_as_long():
    full = all_reduce_exchange(ELEMENTS, RANKS, 2.0)
    coded = quantised_exchange(ELEMENTS, RANKS, 8, MEMORY)
    bandwidth = wins_below_bytes_per_s(coded, full)

    # hand: 3.5e9 - 2 x 1e9 x (1 + 4/2048) x 7/8 bytes over 12e9 / 2e12 s
    assert value(bandwidth) == pytest.approx((3.5e9 - 1.75e9 * (1 + 1 / 512)) / 6e-3)
    assert value(exchange_s(coded, bandwidth)) == pytest.approx(value(exchange_s(full, bandwidth)))
    assert value(exchange_s(coded, bandwidth / 2)) < value(exchange_s(full, bandwidth / 2))
    assert value(exchange_s(coded, bandwidth * 2)) > value(exchange_s(full, bandwidth * 2))


def test_threshold_without_a_trade():
    full = all_reduce_exchange(ELEMENTS, RANKS, 2.0)
    fewer = parameter_server_exchange(ELEMENTS, RANKS, column(2), 2.0)

    assert value(wins_below_bytes_per_s(fewer, full)) == 0.0
    assert value(wins_below_bytes_per_s(full, fewer)) == np.inf


def test_top_k_stops_saving_with_many_ranks():
    # 1 % kept: 0.06 bytes x (n - 1) passes a ring's 4 bytes at n = 68
    few, many = column(32), column(128)
    for ranks, wins in ((few, True), (many, False)):
        top = top_k_exchange(ELEMENTS, ranks, 0.01, MEMORY)
        full = all_reduce_exchange(ELEMENTS, ranks, 2.0)
        assert (value(top.moved_bytes) < value(full.moved_bytes)) is wins


@given(
    elements=st.floats(1e6, 1e12), ranks=st.integers(2, 4096), servers=st.integers(1, 4096),
    bandwidth=st.floats(1e9, 1e12),
)  # fmt: skip
def test_servers_of_their_own_never_beat_a_ring_on_bandwidth(elements, ranks, servers, bandwidth):
    ring = all_reduce_exchange(column(elements), column(ranks), 2.0)
    server = parameter_server_exchange(column(elements), column(ranks), column(servers), 2.0)

    assert value(exchange_s(ring, column(bandwidth))) <= value(
        exchange_s(server, column(bandwidth))
    )


def test_servers_win_on_small_gradients():
    # hand, n = 16, B = 50 GB/s, alpha = 10 us: 16 x 14 x 1e-5 x 50e9 = 112 MB
    limit = value(server_wins_below_bytes(column(16), column(50e9), 1e-5))

    assert limit == pytest.approx(112e6)
    ring = 2 * 15 * (1e-5 + limit / 16 / 50e9)
    assert ring == pytest.approx(2 * (1e-5 + limit / 50e9))
