import numpy as np
import pytest

from dcbench_planner.assumptions import AssumptionBook, Entry
from dcbench_planner.planning.uncertainty import bands, draw_book, latin_hypercube, spread


def _entry(key="a", value=2.0, low=1.0, high=6.0, unit="USD"):
    return Entry(
        key=key, value=value, low=low, high=high, unit=unit, provenance="assumed", source="test"
    )


def test_each_input_visits_each_stratum_once():
    scores = latin_hypercube(3, 100, seed=1)

    assert np.allclose(np.sort(scores, axis=1), np.sort(scores[0]))
    assert np.all(np.diff(np.sort(scores[0])) > 0)


def test_inputs_are_nearly_uncorrelated():
    correlation = np.corrcoef(latin_hypercube(10, 2000, seed=1))

    assert np.abs(correlation - np.eye(10)).max() < 0.1  # about 4 standard errors


@pytest.mark.parametrize(
    "entry", [_entry(), _entry(low=0.0), _entry(value=0.5, low=0.3, high=0.9, unit="share")]
)
def test_percentiles_are_those_stated(entry):
    drawn = spread(entry, latin_hypercube(1, 4001, seed=0)[0])

    found = np.percentile(drawn, [10, 50, 90])
    assert found == pytest.approx([entry.low, entry.value, entry.high], rel=2e-3, abs=2e-3)
    assert drawn.min() >= 0


def test_shares_stay_below_one():
    entry = _entry(value=0.9, low=0.7, high=0.98, unit="share")

    assert spread(entry, latin_hypercube(1, 1000, seed=0)[0]).max() <= 1.0


def test_equal_seeds_give_equal_draws_and_others_differ():
    book = AssumptionBook(entries={"a": _entry("a"), "b": _entry("b")})
    first, again, other = (draw_book(book, {"a", "b"}, 64, seed) for seed in (3, 3, 4))

    assert np.array_equal(first["a"], again["a"])
    assert not np.array_equal(first["a"], other["a"])


def test_only_ranged_and_read_entries_are_drawn():
    fixed = _entry("fixed", value=1.0, low=1.0, high=1.0)
    book = AssumptionBook(entries={"a": _entry("a"), "b": _entry("b"), "fixed": fixed})

    drawn = draw_book(book, {"a", "fixed"}, 16, 0)

    assert set(drawn.draws) == {"a"}
    assert drawn["fixed"] == 1.0


def test_bands_skip_numbers_that_do_not_vary():
    found = bands({"x": np.arange(101.0), "y": 3.0})

    assert set(found) == {"x"}
    assert (found["x"].p10, found["x"].p50, found["x"].p90) == (10.0, 50.0, 90.0)
