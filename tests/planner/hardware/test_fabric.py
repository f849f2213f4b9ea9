import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench_planner.hardware.fabric import FabricKind, fat_tree

B200 = FabricKind(radix=64, planes=1, ports_per_nic=1)
B300 = FabricKind(radix=128, planes=2, ports_per_nic=2)
B300_XDR = FabricKind(radix=144, planes=1, ports_per_nic=1)

SUPERPOD = [
    # kind, nodes of 8, leaf, spine, core. NVIDIA DGX SuperPOD reference architectures:
    (B200, 64, 16, 8, 0),  # B200, 32-node scalable units
    (B200, 128, 32, 16, 0),
    (B200, 256, 64, 32, 0),
    (B200, 512, 128, 128, 64),
    (B200, 1024, 256, 256, 128),
    (B200, 2048, 512, 512, 256),
    (B300, 64, 16, 8, 0),  # B300, 64-node scalable units, two planes
    (B300, 128, 32, 16, 0),
    (B300, 256, 64, 32, 0),
    (B300, 512, 128, 64, 0),
    (B300, 1024, 256, 128, 0),
    (B300_XDR, 72, 8, 4, 0),  # B300 XDR, 72-node scalable units
    (B300_XDR, 144, 16, 8, 0),
    (B300_XDR, 288, 32, 18, 0),
    (B300_XDR, 576, 64, 36, 0),
    (B300_XDR, 1296, 144, 72, 0),  # the row prints 9216 GPUs; its 10368 cables show 1296 nodes
]


@pytest.mark.parametrize(("kind", "nodes", "leaf", "spine", "core"), SUPERPOD)
def test_superpod_switch_counts_exactly(kind, nodes, leaf, spine, core):
    fabric = fat_tree(nodes * 8, kind)

    assert (fabric.leaf_switches, fabric.spine_switches, fabric.core_switches) == (
        leaf, spine, core,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "nodes", "cables"),
    [
        (B200, 64, (512, 512)),  # printed in the same tables
        (B200, 128, (1024, 1024)),
        (B200, 256, (2048, 2048)),
        (B200, 512, (4096, 4096, 4096)),
        (B200, 1024, (8192, 8192, 8192)),
        (B200, 2048, (16384, 16384, 16384)),
        (B300_XDR, 1296, (10368, 10368)),
    ],
)
def test_superpod_cable_counts_where_printed(kind, nodes, cables):
    assert fat_tree(nodes * 8, kind).cables_per_tier == cables


@given(st.integers(1, 200_000), st.sampled_from([B200, B300, B300_XDR]))
def test_ports_suffice_at_every_tier(nics, kind):
    fabric = fat_tree(nics, kind)
    hosts = fabric.cables_per_tier[0]

    below_leaf = fabric.leaf_switches * kind.radix // (2 if fabric.spine_switches else 1)
    assert below_leaf >= hosts
    if fabric.spine_switches:
        used = hosts * (2 if fabric.core_switches else 1)
        assert fabric.spine_switches * kind.radix >= used
    if fabric.core_switches:
        assert fabric.core_switches * kind.radix >= hosts


@given(st.integers(1, 100_000))
def test_more_nics_never_need_fewer_switches(nics):
    assert fat_tree(nics + 8, B200).switches >= fat_tree(nics, B200).switches


def test_few_hosts_share_one_switch():
    # Own rule below the published sizes: 8 ports fit one 64-port switch.
    assert fat_tree(8, B200).leaf_switches == 1
    assert fat_tree(8, B200).spine_switches == 0
