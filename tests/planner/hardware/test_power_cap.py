import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench.errors import InputError
from dcbench_planner.hardware.power_cap import cap_effect, compute_speed
from tests.planner.examples import book

BOOK = book()


def test_h100_at_600_of_700_w_takes_10_to_15_percent_longer():
    # An operator's note on transformer pre-training; evidence of one source.
    assert 0.10 <= 1 / compute_speed(600 / 700, BOOK) - 1 <= 0.15


def test_hand_calculation():
    # (0.5)^0.5 of the speed where exponent and sustained share are set.
    assumptions = book(power__cap_exponent=0.5, power__accelerator_sustained_share=1.0)

    assert compute_speed(0.5, assumptions) == pytest.approx(0.5**0.5)
    assert compute_speed(0.5, book(power__cap_exponent=0.0)) == 1.0


def test_a_limit_above_what_is_drawn_changes_nothing():
    effect = cap_effect(1.0, BOOK)

    assert (effect.power_factor, effect.speed_factor) == (1.0, 1.0)
    assert cap_effect(1.2, BOOK) == effect


@given(st.floats(0.4, 1.0), st.floats(0.4, 1.0))
def test_a_lower_limit_is_never_faster_and_never_draws_more(one, other):
    low, high = (cap_effect(share, BOOK) for share in sorted((one, other)))

    assert 0 < low.speed_factor <= high.speed_factor <= 1
    assert 0 < low.power_factor <= high.power_factor <= 1


def test_limits_below_those_compared_are_refused():
    with pytest.raises(InputError, match="below 40% of the rated power"):
        cap_effect(0.39, BOOK)
