"""Run records as pandas tables."""

from __future__ import annotations

import pytest

from dcbench_benchmarks import cases_frame
from tests.benchmarks.calibration.synthetic import RATE, all_reduce, gpu, matmul, run_record


def test_one_row_per_case_of_every_run():
    product = matmul(1024, time_s=2 * 1024**3 / RATE, value=RATE)
    record = run_record(product, all_reduce(2**20, 1e-3))

    frame = cases_frame([record, record])

    assert len(frame) == 4
    assert list(frame["op"]) == ["matmul", "all_reduce"] * 2
    assert frame["device"].unique().tolist() == ["GPU A"]
    assert frame["num_samples"].tolist() == [7] * 4
    # 2mnk / time: the time was made from RATE
    rates = frame[frame["op"] == "matmul"]["value"].tolist()
    assert rates == pytest.approx([RATE, RATE])


def test_what_a_case_does_not_have_is_missing():
    frame = cases_frame([run_record(matmul(1024), all_reduce(2**20, 1e-3))])

    assert frame["ranks"].isna().tolist() == [True, False]
    assert frame["m"].isna().tolist() == [False, True]


def test_a_case_names_only_the_devices_that_took_part():
    case = matmul(1024, devices=(1,))
    record = run_record(case, devices=(gpu("GPU A", 0), gpu("GPU B", 1)))

    assert cases_frame([record])["device"].tolist() == ["GPU B"]
