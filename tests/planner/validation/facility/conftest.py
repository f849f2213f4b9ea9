"""One evaluation of the packaged rows, and one scoreboard, for all tests here."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.validation.facility.evaluation import Evaluation, evaluate
from dcbench_planner.validation.facility.modelled import FacilityModel
from dcbench_planner.validation.facility.scoreboard import validate_facility
from dcbench_planner.validation.record import Record


@pytest.fixture(scope="session")
def model() -> FacilityModel:
    """Give the model that published rows are compared with."""
    return FacilityModel(load_catalog(), load_assumptions())


@pytest.fixture(scope="session")
def evaluation(model: FacilityModel) -> Evaluation:
    """Give the packaged rows under every protocol."""
    return evaluate(model)


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """Give what `dcbench validate facility` prints; takes seconds."""
    return validate_facility(load_catalog())
