"""One evaluation of all packaged runs for all tests here: it takes seconds."""

from __future__ import annotations

import importlib.util
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.validation.bounds import read_bounds
from dcbench_planner.validation.record import Record
from dcbench_planner.validation.training.evaluation import Evaluation, evaluate
from dcbench_planner.validation.training.runs import load_runs
from dcbench_planner.validation.training.scoreboard import scoreboard
from dcbench_planner.validation.training.sealed import sealed_figures
from tests.house.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def evaluation() -> Evaluation:
    """Give the packaged runs under every protocol."""
    catalog = load_catalog()
    return evaluate(load_runs(catalog), catalog)


@pytest.fixture(scope="session")
def records(evaluation: Evaluation) -> list[Record]:
    """Give the scoreboard that `dcbench validate training` prints."""
    return scoreboard(evaluation, bounds=read_bounds("training"), sealed=sealed_figures())


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """Give a program of scripts/ as a module."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
