from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.validation.facility.it_power import figures, node_rows, rows

BOOK = load_assumptions()


def test_components_reproduce_published_nodes():
    # arXiv 2506.14551: node models fitted to FLOPs have 11.4 % MAPE, rated power 27-37 %.
    assert figures(BOOK)["it_power.node_mape"] <= 0.12


def test_rated_power_would_be_further_off():
    scored = [row for row in node_rows() if row.scored and row.id == "dgx-h100"]
    ours = [abs(row.modelled_kw(BOOK) / row.published_kw - 1) for row in scored]
    rated = [abs(10.2 / row.published_kw - 1) for row in scored]

    assert max(ours) < min(rated)


def test_training_energy_is_within_its_bound_and_says_its_boundary():
    energy = [row for row in rows(BOOK) if "boundary" in row.quantity]

    assert len(energy) >= 6
    assert all(row.ok for row in energy), [row.id for row in energy if not row.ok]
    assert {row.quantity.rsplit(" ", 1)[1] for row in energy} == {"accelerators", "node"}


def test_every_node_row_has_source_and_evidence():
    for row in node_rows():
        assert row.published_kw > 0
        assert row.source
        assert row.evidence in {"read", "recalled", "computed"}
