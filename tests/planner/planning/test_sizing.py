import pytest

from dcbench.records.scenario import Scenario
from dcbench_planner.planning.option import make_option
from dcbench_planner.planning.question import ask
from dcbench_planner.planning.sizing import node_counts, size, smallest_by_deadline
from tests.planner.examples import CATALOG


def _question(**asked):
    question = ask(Scenario(**asked), CATALOG, None)
    return question, make_option(question, CATALOG.accelerators.resolve("H100-SXM"))


def test_node_counts_have_small_factors_only():
    # OEIS A051037, 5-smooth numbers.
    assert node_counts(30) == (1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 25, 27, 30)


@pytest.mark.parametrize("days", [3.0, 10.0, 30.0])
def test_search_finds_the_first_size_that_a_scan_finds(days):
    question, option = _question(params=13e9, tokens=1e12)

    found, _ = smallest_by_deadline(question, option, days, question.tokens)

    scan = (size(question, option, 8 * n, question.tokens) for n in node_counts(4096))
    first = next(s for s in scan if s is not None and s.calendar_days <= days)
    assert found.cluster.accelerators == first.cluster.accelerators


def test_nothing_fits_gives_nothing():
    question, option = _question(params=1e14)

    assert smallest_by_deadline(question, option, 30.0, question.tokens) == (None, None)


def test_too_short_a_deadline_gives_the_fastest_seen():
    question, option = _question(params=7e9, tokens=1e14)

    found, fastest = smallest_by_deadline(question, option, 0.01, question.tokens)

    assert found is None
    assert fastest.calendar_days > 0.01


def test_batch_follows_the_published_fit_within_its_limits():
    # Hand calculation: 0.292 (6 x 6.84e9 x 1.37e11)^0.3271 = 3.8e6 tokens.
    question, _ = _question(params=7e9)

    assert question.batch_tokens(question.tokens) == pytest.approx(3.8e6, rel=0.01)
    assert question.batch_tokens(1e6) == 0.5e6
    assert question.batch_tokens(1e17) == 16e6
