from __future__ import annotations

import pytest

from dcbench_planner.facility.sites.candidates import Measure
from dcbench_planner.facility.sites.comparison import Scale, rank_of, scales, total

WEIGHTS = {"cost": 0.5, "carbon": 0.5}


def known(value):
    return Measure(value=value, low=value, high=value, unit="1")


def unknown(low=None, high=None):
    return Measure(value=None, low=low, high=high, unit="1", known_share=0.0)


def row(cost, carbon):
    return {"cost": cost, "carbon": carbon}


def test_scale_runs_from_the_best_to_the_95th_percentile():
    # 21 values 0..20: the 95th percentile is 19 (numpy, linear).
    on = scales([row(known(float(i)), known(1.0)) for i in range(21)], WEIGHTS)
    assert on["cost"] == Scale(best=0.0, worst=19.0)
    assert (on["cost"].score(9.5), on["cost"].score(20.0)) == (0.5, 1.0)


def test_equal_values_score_zero():
    on = scales([row(known(3.0), known(1.0))] * 4, WEIGHTS)
    assert total(row(known(3.0), known(1.0)), WEIGHTS, on).score == 0


def test_known_criteria_are_added_by_weight():
    on = {"cost": Scale(best=0, worst=10), "carbon": Scale(best=0, worst=1)}
    found = total(row(known(4.0), known(1.0)), WEIGHTS, on)
    assert (found.score, found.low, found.high, found.known_share) == (0.7, 0.7, 0.7, 1.0)


def test_unknown_is_not_filled_but_opens_the_interval():
    # 0.5 x 0.4 known; unknown carbon at 0 and at 1 gives 0.2 and 0.7; the score is 0.4.
    on = {"cost": Scale(best=0, worst=10), "carbon": Scale(best=0, worst=1)}
    found = total(row(known(4.0), unknown()), WEIGHTS, on)
    assert (found.score, found.low, found.high) == pytest.approx((0.4, 0.2, 0.7))
    assert found.known_share == 0.5


def test_a_bound_narrows_the_interval_and_holds_the_score():
    # Carbon at most 0.1 of the scale: 0.2 + 0.05, below the 0.4 of the known criteria alone.
    on = {"cost": Scale(best=0, worst=10), "carbon": Scale(best=0, worst=1)}
    found = total(row(known(4.0), unknown(0.0, 0.1)), WEIGHTS, on)
    assert (found.score, found.low, found.high) == pytest.approx((0.25, 0.2, 0.25))


def test_nothing_known_is_ranked_by_its_worst():
    on = {"cost": Scale(best=0, worst=10)}
    found = total(row(unknown(), unknown()), WEIGHTS, on)
    assert (found.score, found.low, found.high) == (1.0, 0.0, 1.0)


def test_a_better_value_never_scores_worse():
    on = {"cost": Scale(best=0, worst=10), "carbon": Scale(best=0, worst=1)}
    scores = [total(row(known(x / 2), known(0.3)), WEIGHTS, on).score for x in range(30)]
    assert scores == sorted(scores)


def test_rank_counts_the_better_ones():
    assert rank_of(0.3, [0.1, 0.3, 0.5]) == 2
