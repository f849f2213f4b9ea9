from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest

from dcbench_planner.training.memory import peak_memory, total
from dcbench_planner.training.rates import published_rates
from dcbench_planner.training.search import best_layouts
from dcbench_planner.training.search_space import layout_space
from dcbench_planner.training.step import step_time
from tests.planner.training.builders import CONSTANTS, accelerator, catalog_shape, job, layout

H100 = accelerator("H100-SXM")
RATES = published_rates(H100, "bf16")


def search(name="llama-3.1-8b", n=16, **changes):
    question = {"sequence_length": 4096, "global_batch_tokens": 64 * 4096} | changes
    return best_layouts(catalog_shape(name), H100, RATES, n_accelerators=n, **question)


def brute_force(shape, n, sequence, batch):
    """Every layout one by one, without any of the search's own pruning of sizes."""
    best = math.inf
    for tp, pp, micro, vpp, zero, recompute in itertools.product(
        (1, 2, 4, 8), (1, 2, 4, 8, 16), (1, 2, 4, 8, 16), (1, 2, 4, 8), (0, 1, 3), (0, 1, 2)
    ):
        dp = n / tp / pp
        m = batch / dp / micro if dp >= 1 else 0
        chunks_fit = vpp == 1 or (pp > 1 and shape.n_layers % (pp * vpp) == 0 and m % pp == 0)
        if (
            dp < 1
            or m < 1
            or m % 1
            or not chunks_fit
            or (zero and dp == 1)
            or (zero == 3 and vpp > 1)
        ):
            continue
        one = job(shape, RATES, layout(
            tp=tp, pp=pp, vpp=vpp, dp=dp, zero=zero, micro_batch=micro, num_micro_batches=m,
            recompute=recompute, sequence_parallel=tp > 1), sequence)  # fmt: skip
        if (
            total(peak_memory(one, CONSTANTS))[0]
            <= CONSTANTS.memory_usable_share * RATES.memory_bytes
        ):
            best = min(best, float(step_time(one, CONSTANTS).time_s[0]))
    return best


@pytest.mark.parametrize("n", [8, 16])
def test_the_optimum_is_that_of_brute_force(n):
    found = search(n=n, global_batch_tokens=64 * 2048, sequence_length=2048)[0]  # too short for CP

    assert found.layout.global_batch == 64
    assert found.step.time_s == pytest.approx(
        brute_force(catalog_shape("llama-3.1-8b"), n, 2048, 64), rel=1e-9
    )


def test_answers_are_consistent_and_fastest_first():
    found = search("llama-3.1-70b", n=64, global_batch_tokens=1024 * 4096)

    rates = [one.step.tokens_per_s_per_gpu for one in found]
    assert len(found) == 8
    assert rates == sorted(rates, reverse=True)
    for one in found:
        split = one.layout
        assert split.tp * split.pp * split.cp * split.dp == 64
        assert split.global_batch % (split.dp * split.micro_batch) == 0
        assert abs(split.global_batch / 1024 - 1) <= 0.05
        assert sum(one.step.breakdown_s.values()) == one.step.time_s
        assert sum(one.memory.breakdown_bytes.values()) == one.memory.peak_bytes
        assert one.memory.peak_bytes <= one.memory.capacity_bytes
        tokens = split.global_batch * 4096
        assert one.step.tokens_per_s_per_gpu == pytest.approx(tokens / one.step.time_s / 64)


def test_nothing_fits():
    assert search("llama-3.1-405b", n=8) == []


def test_more_accelerators_than_sequences_leave_no_layout_without_other_splits():
    assert search("gpt2", n=4096, global_batch_tokens=4096, sequence_length=1024) == []


def test_tensor_parallelism_stays_in_the_domain_and_divides():
    space = layout_space(
        catalog_shape("llama-3.1-8b"), n_accelerators=64, domain=4, sequence_length=4096,
        global_batch=256,
    )  # fmt: skip

    assert set(np.unique(space.tp)) == {1, 2, 4}
    assert np.all(space.tp * space.pp * space.cp * space.dp == 64)


def test_uneven_layers_are_allowed_as_published():
    # Llama 3.1 405B ran 126 layers on 16 stages (arXiv:2407.21783 section 3.3.2)
    found = search("llama-3.1-405b", n=16384, sequence_length=8192, global_batch_tokens=16e6)

    assert any(one.layout.pp in {16, 32, 64} for one in found)


@pytest.mark.parametrize("name", ["llama-3.1-405b", "deepseek-v3"])
def test_one_search_is_quick(name):
    search(name, n=1024, global_batch_tokens=16e6)
    started = time.process_time()
    search(name, n=1024, global_batch_tokens=16e6)

    assert time.process_time() - started < 0.5  # about 0.02 s on one core; loose against noise
