from __future__ import annotations

import numpy as np
from hypothesis import given

from dcbench_planner.training.memory.peak import peak_memory, total
from dcbench_planner.training.search.bounds import least_memory_bytes, least_time_s
from dcbench_planner.training.step.step import step_time
from tests.planner.training.builders import CONSTANTS
from tests.planner.training.random_jobs import random_job, seeds

ROUNDING = 1 + 1e-9


@given(seeds)
def test_no_step_is_faster_than_its_bound(seed):
    job = random_job(seed)

    time_s = step_time(job, CONSTANTS).time_s

    assert np.all(least_time_s(job, CONSTANTS) <= time_s * ROUNDING)


@given(seeds)
def test_no_layout_needs_less_memory_than_its_bound(seed):
    job = random_job(seed)

    memory = total(peak_memory(job, CONSTANTS))

    assert np.all(least_memory_bytes(job) <= memory * ROUNDING)
