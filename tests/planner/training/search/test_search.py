from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from dcbench_planner.training.memory.peak import peak_memory, total
from dcbench_planner.training.method.methods import Method
from dcbench_planner.training.search.pruned import SPLIT_SIZES, fastest_rows
from dcbench_planner.training.search.search import best_layouts, search_layouts
from dcbench_planner.training.search.space import SCHEDULES, layout_space
from dcbench_planner.training.step.rates import published_rates
from dcbench_planner.training.step.step import step_time
from tests.planner.training.builders import CONSTANTS, accelerator, catalog_shape, job, layout

H100 = accelerator("H100-SXM")
RATES = published_rates(H100, "bf16")
SIZES = (1, 2, 4, 8, 16)
RECOMPUTE = ((0, 1), (1, 1), (2, 0.25), (2, 0.5), (2, 0.75), (2, 1))


def search(name="llama-3.1-8b", n=16, **changes):
    question = {"sequence_length": 4096, "global_batch_tokens": 64 * 4096} | changes
    return best_layouts(catalog_shape(name), H100, RATES, n_accelerators=n, **question)


def plain_layouts(shape, n, batch):
    """Give every layout from plain loops that share no code with the search's own space."""
    experts = [e for e in (1, 2, 4, 8, 16, 32, 64) if max(1, shape.n_experts) % e == 0]
    for tp, pp, micro, zero, (recompute, share), ep in itertools.product(
        (1, 2, 4, 8), SIZES, (*SIZES, 32, 64), (0, 1, 2, 3), RECOMPUTE, experts
    ):
        dp = n / tp / pp
        m = batch / dp / micro if dp >= 1 else 0
        if m < 1 or m % 1 or (n / pp) % ep or shape.n_layers % pp or (zero and dp == 1):
            continue
        if zero == 2 and m > 1:  # gradients would be reduced every micro-batch
            continue
        chunks = range(1, shape.n_layers // pp + 1) if pp > 1 and zero < 2 and m % pp == 0 else [1]
        groups = [8 // tp * g for g in SIZES if 1 < 8 // tp * g < dp and zero == 3]
        for vpp, shard in itertools.product(chunks, [dp, *groups]):
            if shape.n_layers // pp % vpp == 0:
                yield {
                    "tp": tp, "pp": pp, "vpp": vpp, "dp": dp, "ep": ep, "zero": zero,
                    "shard": shard, "micro_batch": micro, "num_micro_batches": m,
                    "recompute": recompute, "recompute_share": share, "sequence_parallel": tp > 1,
                }  # fmt: skip


def brute_force(shape, n, sequence, batch):
    rows = list(plain_layouts(shape, n, batch))
    split = layout(**{name: [row[name] for row in rows] for name in rows[0]})
    everything = job(shape, RATES, split, sequence)
    fits = total(peak_memory(everything, CONSTANTS)) <= (
        CONSTANTS.memory_usable_share * RATES.memory_bytes
    )
    return np.min(step_time(everything, CONSTANTS).time_s[fits])


@pytest.mark.parametrize(
    ("name", "n", "batch"),
    [("llama-3.1-8b", 8, 64), ("llama-3.1-70b", 32, 32), ("gpt3-2.7b", 16, 16),
     ("gpt-oss-20b", 8, 32), ("gpt3-13b", 64, 256), ("llama-3.1-70b", 128, 512),
     ("mixtral-8x7b", 64, 128)],
)  # fmt: skip
def test_the_optimum_is_that_of_brute_force(name, n, batch):
    shape = catalog_shape(name)
    found = search(name, n=n, global_batch_tokens=batch * 2048, sequence_length=2048)[0]

    assert found.layout.global_batch == batch  # 2048 tokens are too short for CP
    assert found.step.time_s == pytest.approx(brute_force(shape, n, 2048, batch), rel=1e-9)


@pytest.mark.parametrize("limit", [1, 8])
@pytest.mark.parametrize(
    "question",
    [
        ("gpt3-175b", "A100-SXM-80GB", "bf16", 1024, 2048, 1536),
        ("gpt3-175b", "GB200", "fp8", 1152, 2048, 1536),
        ("llama-3.1-405b", "H100-SXM", "bf16", 16384, 8192, 2048),
        ("llama-3.1-8b", "H100-SXM", "bf16", 24, 131072, 32),
        ("deepseek-v3", "H800-SXM", "fp8", 2048, 4096, 3840),
        ("mixtral-8x7b", "H100-SXM", "bf16", 64, 4096, 256),
        ("gpt2", "A100-SXM-80GB", "bf16", 8, 1024, 512),
    ],
)  # fmt: skip
def test_pruning_changes_no_answer(question, limit):
    name, device, precision, n, sequence, batch = question
    rates = published_rates(accelerator(device), precision)
    space = layout_space(
        catalog_shape(name), n_accelerators=n, domain=rates.domain, sequence_length=sequence,
        global_batch=batch, schedules=SCHEDULES,
    )  # fmt: skip
    whole = job(catalog_shape(name), rates, space, sequence)

    rows, count = fastest_rows(whole, CONSTANTS, limit)

    assert speeds(whole, rows) == exhaustive(whole, rates, limit)
    assert count.enumerated == len(space.tp) == count.too_large + count.too_slow + count.evaluated
    assert len(rows) <= count.fitting <= count.evaluated


def speeds(whole, rows):
    return step_time(whole, CONSTANTS).tokens_per_s_per_gpu[rows].tolist()


def exhaustive(whole, rates, limit):
    """Speeds of the best layout of each split, from evaluating every layout."""
    fits = total(peak_memory(whole, CONSTANTS)) <= (
        CONSTANTS.memory_usable_share * rates.memory_bytes
    )
    speed = np.where(fits, step_time(whole, CONSTANTS).tokens_per_s_per_gpu, 0.0)
    best = {}
    for row in np.flatnonzero(fits):
        split = tuple(getattr(whole.layout, name)[row] for name in SPLIT_SIZES)
        best[split] = max(best.get(split, 0.0), float(speed[row]))
    return sorted(best.values(), reverse=True)[:limit]


def test_most_of_a_large_space_is_never_evaluated():
    count = search_layouts(
        catalog_shape("deepseek-v3"), published_rates(accelerator("H800-SXM"), "bf16"),
        n_accelerators=2048, sequence_length=4096, global_batch_tokens=3840 * 4096,
    ).count  # fmt: skip

    assert count.enumerated > 10_000
    assert count.evaluated < 0.5 * count.enumerated


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
    found = search_layouts(
        catalog_shape("llama-3.1-405b"), RATES, n_accelerators=8, sequence_length=4096,
        global_batch_tokens=64 * 4096,
    )  # fmt: skip

    assert found.laid_out == ()
    assert found.count.fitting == 0
    assert found.count.too_large == found.count.enumerated > 0


def test_more_accelerators_than_sequences_leave_no_layout_without_other_splits():
    assert search("gpt2", n=4096, global_batch_tokens=4096, sequence_length=1024) == []


def test_frozen_weights_need_less_memory_and_time():
    whole = search("llama-3.1-70b", n=32)[0]
    lora = search(
        "llama-3.1-70b", n=32, method=Method(trained_share=0.01, weight_gradient_share=0.01)
    )[0]

    assert lora.step.tokens_per_s_per_gpu > whole.step.tokens_per_s_per_gpu


@pytest.mark.parametrize("name", ["llama-3.1-405b", "deepseek-v3"])
def test_one_search_is_quick(name):
    search(name, n=1024, global_batch_tokens=16e6)
    started = time.process_time()
    search(name, n=1024, global_batch_tokens=16e6)

    assert time.process_time() - started < 0.5  # about 0.02 s on one core; loose against noise
