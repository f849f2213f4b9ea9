import pytest

from dcbench_planner.hardware.cluster import spare_nodes
from dcbench_planner.hardware.node import choose_node
from tests.planner.examples import CATALOG, book, cluster


def test_superpod_of_four_units():
    # NVIDIA DGX SuperPOD H100: four 10.2 kW nodes a rack, 38 racks for 127 nodes.
    found = cluster(accelerators=127 * 8, reliability__spare_margin=0.0)

    assert found.nodes == 127
    assert found.racks == pytest.approx(38, abs=1)  # 32 compute and 0.19 of that, rounded up
    assert found.rack_kw == pytest.approx(40.8)


def test_checkpoint_is_14_bytes_per_parameter():
    # Hand calculation: 70e9 x (2 + 4 + 8) B.
    assert cluster(params=70e9).checkpoint_bytes == pytest.approx(980e9)


def test_storage_holds_data_set_and_checkpoints():
    # Hand calculation: (1e12 tokens x 8 B + 10 x 980 GB) / 0.8.
    assert cluster(params=70e9, tokens=1e12).storage_bytes == pytest.approx(22.25e12)


def test_rack_scale_systems_are_one_node_a_rack():
    # GB200 NVL72 (vendor): 72 accelerators in 18 servers, one rack.
    found = cluster(accelerators=144, name="GB200", reliability__spare_margin=0.0)

    assert (found.nodes, found.servers) == (2, 36)
    assert found.racks == 2 + 1


def test_one_node_needs_no_fabric_and_no_spare():
    found = cluster(accelerators=8)

    assert found.network.fabric.switches == 0
    assert found.spare_nodes == 0


def test_half_a_node_is_bought_whole():
    assert cluster(accelerators=4).nodes == 1


def test_spares_stay_within_published_advice():
    # NCSA Delta (arXiv 2503.11901): up to 5 % of nodes for 99.9 % availability.
    assert 0 < spare_nodes(2048, 8, book()) <= 0.05 * 2048


@pytest.mark.parametrize("nodes", [1, 10, 100, 1000])
def test_more_nodes_never_need_fewer_spares(nodes):
    assert spare_nodes(nodes + 1, 8, book()) >= spare_nodes(nodes, 8, book())


@pytest.mark.parametrize("name", ["H100-SXM", "B200-SXM", "GB300", "MI300X", "L40S", "RTX-4090"])
def test_every_kind_of_accelerator_finds_a_node(name):
    accelerator = CATALOG.accelerators.resolve(name)
    node = choose_node(accelerator, CATALOG, book())

    assert node.accelerators >= 1
    assert node.nics >= 1
    if node.row is not None:
        assert node.row.accelerator == accelerator.id
