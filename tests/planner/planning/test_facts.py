import dataclasses

import pytest

from dcbench_planner.hardware.node import choose_node
from dcbench_planner.planning.facts import (
    provenance_of,
    with_accelerator,
    with_node_price,
    with_site,
)
from tests.planner.examples import CATALOG, book


def _h100():
    return CATALOG.accelerators.resolve("H100-SXM")


def test_site_price_replaces_the_default_with_its_relative_range():
    site = CATALOG.sites.resolve("ashburn")
    default = book().entries["price.electricity_usd_per_kwh"]

    entry = with_site(book(), site).entries["price.electricity_usd_per_kwh"]

    assert entry.value == site.elec_price_industrial_usd_kwh
    assert entry.high / entry.value == pytest.approx(default.high / default.value)


def test_node_price_comes_from_the_catalog_with_its_listed_range():
    # Catalog: DGX H100 350 k USD, listed 300-450 k.
    node = choose_node(_h100(), CATALOG, book())

    entry = with_node_price(book(), node.row, _h100(), CATALOG).entries["price.node_usd"]

    assert (entry.value, entry.low, entry.high) == (350e3, 300e3, 450e3)


def test_unpriced_node_is_estimated_from_its_accelerators():
    node = dataclasses.replace(choose_node(_h100(), CATALOG, book()).row, price_usd_estimate=None)

    entry = with_node_price(book(), node, _h100(), CATALOG).entries["price.node_usd"]

    assert entry.value == pytest.approx(8 * 30_000 * 1.4)
    assert entry.provenance == "assumed"


def test_nothing_priced_gives_none():
    bare = dataclasses.replace(_h100(), price_usd_estimate=None)

    assert with_node_price(book(), None, bare, CATALOG) is None


def test_interruption_rate_is_that_of_the_largest_run_on_the_accelerator():
    entries = with_accelerator(book(), _h100(), CATALOG).entries

    # Llama 3 405B: 419 interruptions in 54 days on 16,384 H100.
    assert entries["reliability.interruptions_per_1000_gpu_days"].value == pytest.approx(
        419 / (16.384 * 54), rel=2e-3
    )


@pytest.mark.parametrize(
    ("evidence", "recalled", "expected"),
    [
        ("read", (), "published"),
        ("read", ("tdp_w",), "assumed"),
        ("recalled", (), "assumed"),
        ("user", (), "user"),
    ],
)
def test_provenance_of_a_cell(evidence, recalled, expected):
    row = dataclasses.replace(_h100(), evidence=evidence, recalled_cells=recalled)

    assert provenance_of(row, "tdp_w") == expected
