from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings

from dcbench_planner.training.columns import repeat, take
from dcbench_planner.training.layout import LayoutColumns
from dcbench_planner.training.memory.peak import peak_memory, total
from dcbench_planner.training.search import chunks
from dcbench_planner.training.search.chunks import evaluate, screen
from dcbench_planner.training.step.step import step_time
from tests.planner.training.builders import CONSTANTS, job, layout
from tests.planner.training.random_jobs import random_cases, random_job, random_layouts, seeds


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 7)
    monkeypatch.setattr(chunks, "ALONE_ROWS", 5)


def assert_same(evaluation, whole):
    """Pieces give what one evaluation of everything gives."""
    memory, step = peak_memory(whole, CONSTANTS), step_time(whole, CONSTANTS)
    assert list(evaluation.memory_parts) == list(memory)
    assert list(evaluation.step.parts_s) == list(step.parts_s)
    for name, part in memory.items():
        assert_close(evaluation.memory_parts[name], part)
    for name, part in step.parts_s.items():
        assert_close(evaluation.step.parts_s[name], part, 1e-9 * step.time_s)
    for name in ("time_s", "tokens", "mfu", "hfu", "tokens_per_s_per_gpu"):
        assert_close(getattr(evaluation.step, name), getattr(step, name))


def assert_close(found, wanted, slack=0.0):
    """Columns broadcast; parts that are small differences of large times may round."""
    assert np.all(np.abs(found - wanted) <= 1e-12 * np.abs(wanted) + slack)


@given(seeds)
@settings(max_examples=10)
def test_pieces_of_one_model_equal_the_whole(seed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_ROWS", 7)
        many = random_job(seed, rows=40)

        assert_same(evaluate(many, CONSTANTS), many)
        screening = screen(many, CONSTANTS)

    assert_close(screening.time_s, step_time(many, CONSTANTS).time_s)
    assert_close(screening.memory_bytes, total(peak_memory(many, CONSTANTS)))


@given(seeds)
@settings(max_examples=10)
def test_pieces_of_many_cases_equal_the_whole(seed):
    sizes = np.array([1, 12, 1, 2, 3, 5, 1, 4])  # below and above what is evaluated alone
    owner = np.repeat(np.arange(len(sizes)), sizes)
    shapes, cases = random_cases(seed, len(sizes))
    random = np.random.default_rng(seed)
    parts = [random_layouts(random, n, shape.n_experts, shape.n_layers)
             for n, shape in zip(sizes, shapes, strict=True)]  # fmt: skip
    layouts = joined(parts, sizes)
    cases = replace(cases, layout=layouts)
    whole = replace(
        cases, shape=repeat(cases.shape, owner), rates=repeat(cases.rates, owner),
        software=take(cases.software, owner), sequence=cases.sequence[owner],
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_ROWS", 7)
        patch.setattr(chunks, "ALONE_ROWS", 5)

        assert_same(evaluate(cases, CONSTANTS, owner), whole)
        screening = screen(cases, CONSTANTS, owner)

    assert_close(screening.time_s, step_time(whole, CONSTANTS).time_s)


def joined(layouts, sizes):
    def column(name):
        parts = zip(layouts, sizes, strict=True)
        return np.concatenate([np.broadcast_to(getattr(one, name), n) for one, n in parts])

    return LayoutColumns(**{item.name: column(item.name) for item in fields(LayoutColumns)})


@pytest.mark.usefixtures("small_chunks")
def test_equal_rows_are_all_answered():
    same = job(layouts=layout(dp=[8] * 10, num_micro_batches=4))

    screening = screen(same, CONSTANTS)

    assert screening.time_s.shape == (10,)
    assert np.ptp(screening.time_s) == 0


def test_a_table_of_one_row_is_kept_as_it_is():
    # what follows from the shape alone is then computed once for all pieces
    seen = []
    one = job(layouts=layout(dp=[1, 2, 4, 8, 16, 32]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_ROWS", 2)
        patch.setattr(chunks, "step_time", lambda piece, _: seen.append(piece) or step_time(
            piece, CONSTANTS))  # fmt: skip
        screen(one, CONSTANTS)

    assert len(seen) == 3
    assert all(piece.shape is one.shape for piece in seen)
