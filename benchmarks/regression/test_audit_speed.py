"""The audit of a year of meter readings: reading the file, and everything that is said about it."""

from __future__ import annotations

import pytest

from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.audit.expected import AskedDesign
from dcbench_planner.facility.audit.record import audit_meter
from dcbench_planner.facility.audit.synthetic import synthetic_meter
from dcbench_planner.facility.design import checked_design


@pytest.fixture(scope="module")
def meter_file(tmp_path_factory):
    design = checked_design(
        it_kw=1000, load_factor=0.75, site="ashburn", cooling="water-economizer", redundancy="N+1"
    )
    path = tmp_path_factory.mktemp("meter") / "meter.csv"
    synthetic_meter(design, load_assumptions(), seed=1).write(path)
    return path


@pytest.mark.benchmark(group="facility")
def test_a_year_of_quarter_hours_is_audited(benchmark, against, meter_file):
    asked = AskedDesign(site="ashburn", cooling="water-economizer")
    record = benchmark.pedantic(
        audit_meter, (meter_file,), {"book": load_assumptions(), "asked": asked}, rounds=3
    )

    assert record.meter.rows == 365 * 96
    against("a year of 15-minute readings, read and audited", at_most_s=1)
