from dataclasses import replace

import pytest

from dcbench.errors import NoAnswerError
from dcbench_planner.hardware.it_power import it_power, node_power
from tests.planner.examples import book, cluster


def _without_measurement(found):
    return replace(found, node=replace(found.node, average_kw=None))


def test_measured_node_power_wins_over_the_label():
    # 8x H100 by air in training: 7.75 kW measured against 10.2 kW rated (arXiv 2412.08602).
    power = node_power(cluster(), book())

    assert power.average_kw == pytest.approx(7.75)
    assert power.provenance == "published"


@pytest.mark.parametrize(("name", "measured_kw"), [("H100-SXM", 7.75), ("B200-SXM", 9.6)])
def test_estimate_from_rated_power_meets_both_measured_nodes(name, measured_kw):
    # Measured: arXiv 2412.08602 and MLPerf training v5.0 power logs. Bound: 5 %.
    power = node_power(_without_measurement(cluster(name=name, accelerators=64)), book())

    assert power.average_kw == pytest.approx(measured_kw, rel=0.05)
    assert power.provenance == "assumed"


def test_calibrated_power_wins_over_everything():
    # Hand calculation: 8 x (650 + 300) W.
    power = node_power(cluster(), book(), calibrated_accelerator_w=650.0)

    assert power.average_kw == pytest.approx(7.6)
    assert power.provenance == "calibrated"


def test_no_power_at_all_is_no_answer():
    found = _without_measurement(cluster())
    found = replace(found, accelerator=replace(found.accelerator, tdp_w=None))

    with pytest.raises(NoAnswerError, match="no published power"):
        node_power(found, book())


def test_parts_add_up():
    found, assumptions = cluster(), book()
    power = it_power(found, node_power(found, assumptions), assumptions)

    # Hand calculation: 128 nodes, spares at 27 %, 55 W of management a node.
    expected = (
        128 * 7.75 + found.spare_nodes * 7.75 * 0.27 + 128 * 0.055
        + power.network_kw + power.storage_kw
    )  # fmt: skip
    assert power.it_avg_kw == pytest.approx(expected)
    assert power.it_peak_kw == pytest.approx(expected + 0.09 * 128 * 7.75)


def test_provisioned_power_per_accelerator_is_near_an_independent_sum():
    # SemiAnalysis InferenceX: 1.73 kW of utility power per H100, facility and margin included.
    found, assumptions = cluster(accelerators=4096), book()
    power = it_power(found, node_power(found, assumptions), assumptions)

    assert 0.6 * 1.73 < power.it_peak_kw / 4096 < 1.73


def test_fabric_of_the_h100_pod_draws_a_tenth_of_the_nodes():
    # Switches 0.75 kW, two transceivers of 7.6 W per 400G cable: a sanity bound, not a target.
    found, assumptions = cluster(accelerators=2048), book()
    power = it_power(found, node_power(found, assumptions), assumptions)

    assert 0.03 < power.network_kw / (found.nodes * power.node_avg_kw) < 0.15
