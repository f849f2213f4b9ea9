from dataclasses import replace

import numpy as np
import pytest

from dcbench.records.scenario import Scenario
from dcbench_planner.planning.chain import evaluate
from dcbench_planner.planning.choosing import choose
from dcbench_planner.planning.parts import band_numbers
from dcbench_planner.planning.question import ask
from dcbench_planner.planning.uncertainty import draw_book
from tests.planner.examples import CATALOG


@pytest.fixture(scope="module")
def chosen():
    """A job large enough for fabric, spares and an own plant."""
    scenario = Scenario(model="llama-3.1-70b", tokens=15e12, gpus=2048)
    return choose(ask(scenario, CATALOG, None)).chosen


def _numbers(chosen, book):
    return band_numbers(chosen.case, evaluate(chosen.case, book))


def _with(chosen, **values):
    plain = {key.replace("__", "."): value for key, value in values.items()}
    return _numbers(chosen, chosen.book.with_user_values(plain, "test"))


def test_draws_give_the_scalar_answer_element_by_element(chosen):
    keys = set(chosen.book.used)
    drawn = draw_book(chosen.book, keys, 5, seed=3)
    together = _numbers(chosen, drawn)

    for index in range(5):
        values = {key: float(draws[index]) for key, draws in drawn.draws.items()}
        alone = _numbers(chosen, replace(chosen.book, used=set()).with_user_values(values, "test"))
        for key, value in together.items():
            assert np.broadcast_to(value, 5)[index] == pytest.approx(alone[key], rel=1e-12), key


@pytest.mark.parametrize(
    ("dearer", "key"),
    [
        ({"price__electricity_usd_per_kwh": 0.5}, "cost.run_usd"),
        ({"price__node_usd": 1e6}, "cost.run_usd"),
        ({"price__facility_usd_per_kw": 3e4}, "cost.capex_usd"),
        ({"finance__cost_of_capital": 0.2}, "cost.usd_per_gpu_hour"),
        ({"finance__utilisation": 0.4}, "cost.usd_per_gpu_hour"),
        ({"step__time_factor": 1.3}, "schedule.calendar_days"),
        ({"step__time_factor": 1.3}, "energy.total_kwh"),
        ({"facility__overhead_factor": 2.0}, "power.facility_avg_kw"),
        ({"power__node_average_factor": 1.2}, "power.it_peak_kw"),
        ({"carbon__grid_factor": 1.5}, "carbon.operational_kgco2e"),
        ({"reliability__interruptions_per_1000_gpu_days": 2.0}, "schedule.calendar_days"),
    ],
)
def test_each_input_pushes_its_number_up(chosen, dearer, key):
    assert _with(chosen, **dearer)[key] > _with(chosen)[key]


def test_carbon_per_kilowatt_hour_is_the_grid_times_pue(chosen):
    # CUE = PUE x grid intensity (ISO/IEC 30134-8).
    site, numbers = CATALOG.sites.resolve("ashburn"), _with(chosen)

    per_kwh = numbers["carbon.operational_kgco2e"] / numbers["energy.total_kwh"]

    assert per_kwh == pytest.approx(site.grid_ci_gco2_kwh / 1000, rel=1e-9)
