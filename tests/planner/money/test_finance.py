import numpy as np
import pytest

from dcbench_planner.money.finance import (
    annual_capital_usd,
    capital_recovery_factor,
    levelised_usd_per_hour,
)


@pytest.mark.parametrize(
    ("rate", "years", "expected"),
    [
        (0.10, 5, 0.263797),  # standard annuity table: 1 / 3.790787
        (0.08, 14, 0.121297),  # standard annuity table: 1 / 8.244237
        (0.0, 4, 0.25),  # limit 1/n
    ],
)
def test_capital_recovery_matches_annuity_tables(rate, years, expected):
    assert capital_recovery_factor(rate, years) == pytest.approx(expected, rel=2e-6)


def test_payments_repay_the_loan_exactly():
    # Definition: the present value of n equal payments is the sum borrowed.
    rate, years = 0.07, 9
    payment = capital_recovery_factor(rate, years)

    value = sum(payment / (1 + rate) ** year for year in range(1, years + 1))

    assert value == pytest.approx(1.0, rel=1e-12)


def test_resale_lowers_the_yearly_cost_by_its_present_value():
    # Hand calculation: 100 at 10 % over 5 years, 10 resale: (100 - 10/1.61051) x 0.263797.
    assert annual_capital_usd(100.0, 0.1, 5, 0.1) == pytest.approx(24.7417, rel=1e-5)


def test_arrays_agree_with_scalars():
    rates = np.array([0.0, 0.05, 0.2])

    together = capital_recovery_factor(rates, 6)

    assert together == pytest.approx([capital_recovery_factor(rate, 6) for rate in rates])


def test_half_the_use_doubles_the_hourly_cost():
    assert levelised_usd_per_hour(1e6, 8, 0.4) == pytest.approx(
        2 * levelised_usd_per_hour(1e6, 8, 0.8)
    )
