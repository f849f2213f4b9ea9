"""Expected rates are hand calculations: Gb/s / 8, shared by the accelerators of a node."""

from __future__ import annotations

import pytest

from dcbench_planner.prediction.interconnect import scaleout_bytes_per_s


@pytest.mark.parametrize(
    ("text", "gigabytes_per_s"),
    [
        ("8x200Gb/s HDR IB per node", 25.0),
        ("NVLink + 4x100Gb RoCE per node", 6.25),
        ("1600 Gbps node-node RoCE", 25.0),
        ("NVLink in host; 400 Gb/s RDMA per GPU", 50.0),
        ("NVLink 900 GB/s; 8x400Gb/s NDR InfiniBand", 50.0),
        ("EFA 3200 Gbps", 50.0),
        ("3.2 Tb/s RoCE per node", 50.0),
        ("4 x 100 Gb/s Omni-Path", 6.25),
        ("GCP A3 (TCPX)", 12.5),
        ("GCP A3 Mega, GPUDirect-TCPXO", 25.0),
    ],
)
def test_rates_of_published_tables(text, gigabytes_per_s):
    assert scaleout_bytes_per_s(text, 8) == pytest.approx(gigabytes_per_s * 1e9)


@pytest.mark.parametrize(
    "text", ["", "NVLink", "NVL72", "NVLink 900 GB/s", "InfiniBand", "200 Gb/s"]
)
def test_no_rate_is_made_up(text):
    assert scaleout_bytes_per_s(text, 8) is None
