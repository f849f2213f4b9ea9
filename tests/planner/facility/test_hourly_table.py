"""The exported hours are those of the record."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.hourly_table import write_hourly_table
from dcbench_planner.facility.simulation import simulate


def test_rows_add_up_to_the_year(tmp_path, book, sites):
    simulation = simulate(
        checked_design(
            it_kw=1000.0, load_factor=0.8, site=sites.resolve("ashburn"),
            cooling="water-economizer", redundancy="N+1",
        ),
        book,
    )  # fmt: skip
    write_hourly_table(tmp_path / "h.csv", simulation)
    rows = list(csv.DictReader((tmp_path / "h.csv").read_text().splitlines()))
    assert len(rows) == 8760
    total = sum(float(row["total_kw"]) for row in rows)
    assert total == pytest.approx(simulation.totals.total_kwh, rel=1e-6)
    parts = [
        key for key in rows[0] if key.endswith("_kw") and key not in {"total_kw", "unmet_heat_kw"}
    ]
    summed = np.array([[float(row[key]) for key in parts] for row in rows]).sum(axis=1)
    assert np.allclose(summed, [float(row["total_kw"]) for row in rows], atol=0.01)
    assert {row["month"] for row in rows} == {str(month) for month in range(1, 13)}
