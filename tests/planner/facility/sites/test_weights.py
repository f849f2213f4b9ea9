from __future__ import annotations

import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.sites.weights import default_weights, parse_weights


def test_default_weights_add_up_to_one_and_are_the_stated_ones(book):
    # Planning defaults; the risk's are those of docs/facility/sites.md.
    weights = default_weights(book)
    assert weights.criteria == pytest.approx(
        {"cost": 0.4, "carbon": 0.2, "water": 0.1, "pue": 0.05, "risk": 0.25}
    )
    assert weights.risks == pytest.approx(
        {"power": 0.3, "seismic": 0.15, "flood": 0.15, "wind": 0.1, "wildfire": 0.05,
         "water": 0.1, "connectivity": 0.15}
    )  # fmt: skip


def test_weights_are_scaled_and_unnamed_criteria_weigh_nothing(book):
    weights = parse_weights("cost=1, risk=3", book)
    assert weights.criteria == {"cost": 0.25, "carbon": 0, "water": 0, "pue": 0, "risk": 0.75}
    assert weights.risks == default_weights(book).risks


def test_items_of_the_risk_can_be_weighed_without_naming_criteria(book):
    # By hand: seismic 0.15 becomes 1.15, all others keep 0.85 together; 1.15 / 2.
    weights = parse_weights("risk.seismic=1.15", book)
    assert weights.risks["seismic"] == pytest.approx(0.575)
    assert weights.criteria == default_weights(book).criteria


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cost=0.4,carbn=0.2", "unknown criterion; did you mean carbon"),
        ("cost=much", "cost = 'much': is no weight"),
        ("cost=-1", "is no weight"),
        ("cost=nan", "is no weight"),
        ("cost=inf", "is no weight"),
        ("cost=1,cost=2", "is given twice"),
        ("cost", "give name=number pairs"),
        ("", "give name=number pairs"),
        ("cost=0,risk=0", "no criterion weighs"),
    ],
)
def test_bad_weights_are_named(text, told, book):
    with pytest.raises(InputError, match=told):
        parse_weights(text, book)


def test_all_bad_weights_are_named_at_once(book):
    with pytest.raises(InputError) as caught:
        parse_weights("cost=x,carbn=1,risk=1,risk=1", book)
    assert len(caught.value.faults) == 3
