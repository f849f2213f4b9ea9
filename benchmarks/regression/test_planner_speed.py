"""The planner: a search, a table of cases, and the model that both evaluate."""

from __future__ import annotations

import time
from dataclasses import fields, replace

import numpy as np
import pytest

from dcbench.catalog import load_catalog

CATALOG = load_catalog()
ONE_CORE = pytest.mark.benchmark(group="planner", timer=time.process_time)
LOOPED = 200
"""Layouts that the plain loop evaluates."""


def _search(name: str, n_accelerators: int, sequence: int, batch: int):
    from dcbench_planner.training.search.search import search_layouts
    from dcbench_planner.training.search.space import SCHEDULES

    return search_layouts(
        _shape(name), _rates("H100-SXM"), n_accelerators=n_accelerators,
        sequence_length=sequence, global_batch_tokens=batch * sequence, schedules=SCHEDULES,
    )  # fmt: skip


@ONE_CORE
def test_search_8b_on_64(benchmark):
    assert benchmark(_search, "llama-3.1-8b", 64, 8192, 512).laid_out


@ONE_CORE
def test_search_whole_space_of_gpt3_on_1024(benchmark, against):
    found = benchmark.pedantic(
        _search, ("gpt-3-175b", 1024, 2048, 1536), rounds=10, warmup_rounds=1
    )
    assert found.laid_out
    count = found.count
    pruned = f"{count.too_large:,} too large and {count.too_slow:,} too slow by their bounds"
    looked = f"{count.enumerated:,} layouts, {pruned}, {count.evaluated:,} evaluated"
    against(f"GPT-3 175B on 1,024 GPUs: {looked}", at_most_s=10)


@ONE_CORE
def test_search_deepseek_v3_on_2048(benchmark):
    assert benchmark.pedantic(
        _search, ("deepseek-v3", 2048, 4096, 3840), rounds=10, warmup_rounds=1
    ).laid_out


@ONE_CORE
def test_evaluate_every_layout(benchmark, against):
    """Memory and time of every layout through what `predict` uses, against a loop over rows."""
    from dcbench_planner.training.search.chunks import screen
    from dcbench_planner.training.step.constants import step_constants

    job = _distinct_job()
    layouts = len(job.layout.tp)
    assert layouts >= 100_000
    answers = benchmark.pedantic(screen, (job, step_constants()), rounds=5, warmup_rounds=1)
    looped_s, looped_per_s = _plain_loop(job)
    np.testing.assert_allclose(answers.time_s[:: layouts // LOOPED][:LOOPED], looped_s, rtol=1e-9)
    together = layouts / benchmark.stats.stats.median if benchmark.stats else looped_per_s
    loop = f"{looped_per_s:,.0f}/s in a plain loop, {together / looped_per_s:,.0f} times fewer"
    against(
        f"{layouts:,} distinct layouts at once ({loop})", at_least=200_000, work=layouts,
        unit="layouts",
    )  # fmt: skip


@ONE_CORE
def test_predict_layouts(benchmark, against):
    """Cases that leave the layout open: every candidate is evaluated, as `dcbench predict` does."""
    from dcbench_planner.prediction.case import read_case
    from dcbench_planner.prediction.predict import predict_rows
    from dcbench_planner.training.step.constants import step_constants

    rows = [_open_case(index) for index in range(40)]
    layouts = sum(
        len(read_case(row, CATALOG, step_constants()).layouts["tp"]) for row in rows
    )  # fmt: skip
    assert layouts >= 100_000
    answers = benchmark.pedantic(predict_rows, (rows, CATALOG), rounds=5, warmup_rounds=1)
    assert {answer["status"] for answer in answers} == {"ok"}
    against(f"{layouts:,} layouts through predict", at_least=200_000, work=layouts, unit="layouts")


@ONE_CORE
def test_predict_rows_with_a_layout_each(benchmark):
    """Reading the cells and writing the answers takes most of the time here."""
    from dcbench_planner.prediction.predict import predict_rows

    split = {"tp": "8", "pp": "8", "dp": "16", "micro_batch": "1", "zero_or_fsdp": "zero1",
             "recompute": "full"}  # fmt: skip
    rows = [_open_case(index) | split for index in range(500)]
    answers = benchmark.pedantic(predict_rows, (rows, CATALOG), rounds=3, warmup_rounds=1)
    assert {answer["status"] for answer in answers} == {"ok"}


def _distinct_job():
    """GPT-3 175B on 1,024 GPUs with 40 different global batches, every layout of each."""
    from dcbench_planner.training.columns import stack
    from dcbench_planner.training.layout import JobColumns, LayoutColumns, planned_software
    from dcbench_planner.training.search.space import layout_space
    from dcbench_planner.training.step.rates import RateColumns

    shape, rates = _shape("gpt-3-175b"), _rates("H100-SXM")
    spaces = [
        layout_space(shape, n_accelerators=1024, domain=rates.domain, sequence_length=2048,
                     global_batch=1024 * (1 + index)) for index in range(40)
    ]  # fmt: skip
    columns = {item.name: np.concatenate([getattr(space, item.name) for space in spaces])
               for item in fields(LayoutColumns)
               if len(getattr(spaces[0], item.name)) > 1}  # fmt: skip
    return JobColumns(
        shape=shape.columns, rates=stack(RateColumns, [rates]),
        layout=replace(spaces[0], **columns), software=planned_software(2026),
        sequence=np.array([2048.0]),
    )  # fmt: skip


def _plain_loop(job):
    """Times of some layouts, one after the other through the same functions, and layouts/s."""
    from dcbench_planner.training.columns import take
    from dcbench_planner.training.memory.peak import peak_memory, total
    from dcbench_planner.training.step.constants import step_constants
    from dcbench_planner.training.step.step import step_time

    every = len(job.layout.tp) // LOOPED
    rows = [take(job, np.array([row * every])) for row in range(LOOPED)]
    seconds = []
    started = time.process_time()
    for one in rows:
        total(peak_memory(one, step_constants()))
        seconds.append(float(step_time(one, step_constants()).time_s[0]))
    return seconds, LOOPED / (time.process_time() - started)


def _shape(name: str):
    from dcbench_planner.training.shape.sources import shape_from_catalog

    return shape_from_catalog(CATALOG.models.resolve(name))


def _rates(name: str):
    from dcbench_planner.training.step.rates import published_rates

    return published_rates(CATALOG.accelerators.resolve(name), "bf16")


def _open_case(index: int) -> dict[str, str]:
    return {
        "id": f"case-{index}", "model_name": "gpt-3-175b", "seq_len": "2048", "dtype": "bf16",
        "accelerator": "A100-SXM-80GB", "n_accelerators": "1024", "per_node": "8",
        "global_batch": str(1024 * (1 + index)), "year": "2024",
    }  # fmt: skip
