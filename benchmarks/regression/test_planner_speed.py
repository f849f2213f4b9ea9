"""The planner: a search, and a table of cases."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog

CATALOG = load_catalog()


def _search(name: str, n_accelerators: int, sequence: int, tokens: float):
    from dcbench_planner.training.search import best_layouts
    from dcbench_planner.training.shape import shape_from_catalog

    shape = shape_from_catalog(CATALOG.models.resolve(name))
    accelerator = CATALOG.accelerators.resolve("H100-SXM")
    return best_layouts(
        shape, accelerator, n_accelerators=n_accelerators, sequence_length=sequence,
        global_batch_tokens=tokens,
    )  # fmt: skip


@pytest.mark.benchmark(group="planner")
def test_search_8b_on_64(benchmark):
    assert benchmark(_search, "llama-3.1-8b", 64, 8192, 4e6)


@pytest.mark.benchmark(group="planner")
def test_search_whole_space_of_gpt3_on_1024(benchmark, against):
    found = benchmark.pedantic(
        _search, ("gpt-3-175b", 1024, 2048, 1536 * 2048), rounds=5, warmup_rounds=1
    )
    assert found
    layouts = _num_layouts("gpt-3-175b", 1024, 2048, 1536)
    against(f"GPT-3 175B on 1,024 GPUs, all {layouts:,} layouts", at_most_s=10)


@pytest.mark.benchmark(group="planner")
def test_predict_layouts(benchmark, against):
    """Cases that leave the layout open: every candidate is evaluated, as `dcbench predict` does."""
    from dcbench_planner.prediction.case import read_case
    from dcbench_planner.prediction.predict import predict_rows
    from dcbench_planner.training.step_constants import step_constants

    rows = [_open_case(index) for index in range(40)]
    layouts = sum(
        len(read_case(row, CATALOG, step_constants()).layouts["tp"]) for row in rows
    )  # fmt: skip
    answers = benchmark.pedantic(predict_rows, (rows, CATALOG), rounds=5, warmup_rounds=1)
    assert {answer["status"] for answer in answers} == {"ok"}
    against("layouts through predict", at_least=200_000, work=layouts, unit="layouts")


def _num_layouts(name: str, n_accelerators: int, sequence: int, batch: int) -> int:
    from dcbench_planner.training.search_space import layout_space
    from dcbench_planner.training.shape import shape_from_catalog

    layouts = layout_space(
        shape_from_catalog(CATALOG.models.resolve(name)), n_accelerators=n_accelerators, domain=8,
        sequence_length=sequence, global_batch=batch,
    )  # fmt: skip
    return len(layouts.tp)


def _open_case(index: int) -> dict[str, str]:
    return {
        "id": f"case-{index}", "model_name": "gpt-3-175b", "seq_len": "2048", "dtype": "bf16",
        "accelerator": "A100-SXM-80GB", "n_accelerators": "1024", "per_node": "8",
        "global_batch": str(1024 + 64 * index), "year": "2024",
    }  # fmt: skip
