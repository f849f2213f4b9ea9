from __future__ import annotations

from dataclasses import replace

import pytest

from dcbench_planner.training.collectives import all_to_all_s, ring_s
from dcbench_planner.training.columns import stack
from dcbench_planner.training.rates import RateColumns, published_rates
from tests.planner.training.builders import accelerator, column

RATES = replace(
    published_rates(accelerator("H100-SXM"), "bf16"),
    scaleup_bytes_per_s=400e9, scaleout_bytes_per_s=40e9, domain=8,
)  # fmt: skip
COLUMNS = stack(RateColumns, [RATES])


@pytest.mark.parametrize(
    ("group", "stride", "seconds"),
    [
        (1, 1, 0.0),
        (8, 1, 7 / 8 / 400e9 * 8e9),  # inside the domain: (n - 1)/n of 8 GB at 400 GB/s
        (64, 1, 63 / 64 * 8e9 / (8 * 40e9)),  # eight rings over eight adapters
        (64, 8, 63 / 64 * 8e9 / 40e9),  # one member a node: one adapter
    ],
)
def test_ring_by_hand(group, stride, seconds):
    time = ring_s(column(8e9), column(group), column(stride), COLUMNS, 0.0)

    assert float(time[0]) == pytest.approx(seconds)


def test_latency_grows_with_ranks():
    times = [
        float(ring_s(column(1.0), column(group), column(1), COLUMNS, 1e-5)[0])
        for group in (2, 8, 64, 512)
    ]

    assert times == sorted(times)


def test_all_to_all_crosses_once_per_node():
    # 64 ranks on 8 nodes, 8 copies: each token may go to 8 nodes, 7/8 of them elsewhere
    far = all_to_all_s(column(8e9), column(8), column(64), COLUMNS, 0.0)
    # 16 ranks on 2 nodes: 8 copies, but only 2 nodes, so a quarter of the bytes and half remote
    near = all_to_all_s(column(8e9), column(8), column(16), COLUMNS, 0.0)

    assert float(far[0]) == pytest.approx(7 / 8 * 8e9 / 40e9)
    assert float(near[0]) == pytest.approx(max(8e9 / 4 / 2 / 40e9, 15 / 16 * 8e9 / 400e9))
