import csv
from importlib import resources

import pytest

from dcbench_planner.hardware.step_phases import PHASES, phase_table, step_phases

NOT_TIMED = {"ideal", "recompute", "teacher", "frozen", "uneven_stages"}
"""Entries of the waterfall that are derived, not parts of a step."""


def test_every_part_of_a_step_has_a_phase():
    table = resources.files("dcbench_planner") / "data" / "explain_parts.csv"
    parts = {
        row["key"]
        for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())
        if row["kind"] == "time"
    }

    assert parts - NOT_TIMED <= phase_table().keys()
    assert {phase for phase, _ in phase_table().values()} == set(PHASES)


def test_phases_keep_the_time_of_the_step():
    # Hand calculation: 6 + 1 s in layers, 2 s of exchange and 1 s of bubble once a step.
    found = step_phases(
        {"gemm": 6.0, "tensor_parallel": 1.0, "data_parallel": 2.0, "pipeline_bubble": 1.0}
    )

    assert found.time_s == pytest.approx(10.0)
    assert found.duty == pytest.approx(0.7)
    assert found.in_layers_s == {"compute": 6.0, "memory": 0.0, "communication": 1.0, "waiting": 0}
    assert found.once_s == {"compute": 0.0, "memory": 0.0, "communication": 2.0, "waiting": 1.0}
    assert found.compute_share == pytest.approx(0.6)
