"""The battery: by hand, and what it can never do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dcbench_planner.facility.renewables.battery import Battery, cycle
from dcbench_planner.facility.renewables.matching import matched

POWERS = arrays(np.float64, 48, elements=st.floats(0, 100))
BATTERIES = st.builds(
    Battery,
    usable_kwh=st.floats(0, 500),
    power_kw=st.floats(0, 80),
    round_trip=st.floats(0.5, 1),
)


def test_by_hand():
    # round trip 0.81, so 0.9 each way. Surplus 20, limited to 10 kW: 9 kWh stored. Shortfall 5:
    # 5 / 0.9 = 5.56 taken. Shortfall 10: what is left, 3.44 kWh, gives 3.1.
    battery = Battery(usable_kwh=100.0, power_kw=10.0, round_trip=0.81)
    cycled = cycle(np.array([20.0, 0, 0]), np.array([0, 5.0, 10.0]), battery)
    assert cycled.charge_kw.tolist() == [10.0, 0.0, 0.0]
    assert cycled.stored_kwh == pytest.approx([9.0, 9 - 5 / 0.9, 0.0])
    assert cycled.discharge_kw == pytest.approx([0.0, 5.0, (9 - 5 / 0.9) * 0.9])
    assert cycled.losses_kwh == pytest.approx(10 - 10 * 0.81)


def test_a_full_battery_takes_no_more():
    battery = Battery(usable_kwh=9.0, power_kw=50.0, round_trip=0.81)
    cycled = cycle(np.array([8.0, 8.0, 8.0]), np.zeros(3), battery)
    assert cycled.charge_kw == pytest.approx([8.0, 2.0, 0.0])
    assert cycled.stored_kwh == pytest.approx([7.2, 9.0, 9.0])


@given(load=POWERS, own=POWERS, contract=POWERS, battery=BATTERIES)
def test_energy_is_conserved_and_never_made(load, own, contract, battery):
    load = load + 1.0
    hours = matched(load, own, contract, battery)
    cycled, way = hours.battery, np.sqrt(battery.round_trip)
    stored = np.cumsum(cycled.charge_kw * way - cycled.discharge_kw / way)
    assert stored == pytest.approx(cycled.stored_kwh, abs=1e-9)
    assert cycled.stored_kwh.min() >= 0
    assert cycled.stored_kwh.max() <= battery.usable_kwh
    assert max(cycled.charge_kw.max(), cycled.discharge_kw.max()) <= battery.power_kw
    assert not ((cycled.charge_kw > 0) & (cycled.discharge_kw > 0)).any()
    assert cycled.losses_kwh >= -1e-9
    served = (
        hours.on_site_direct_kw
        + hours.contract_direct_kw
        + cycled.discharge_kw
        + hours.uncovered_kw
    )
    assert served == pytest.approx(load, abs=1e-9)
    assert hours.exported_kw.min() >= -1e-9
    unused = contract - hours.contract_direct_kw - hours.contract_charged_kw
    assert unused.min() >= -1e-9


@given(load=POWERS, own=POWERS, contract=POWERS, battery=BATTERIES, more=POWERS)
def test_more_supply_never_lowers_the_clean_share(load, own, contract, battery, more):
    load = load + 1.0
    before = matched(load, own, contract, battery).cfe_share
    assert matched(load, own + more, contract, battery).cfe_share >= before - 1e-12
    assert matched(load, own, contract + more, battery).cfe_share >= before - 1e-12
    bigger = Battery(
        usable_kwh=battery.usable_kwh + 10, power_kw=battery.power_kw + 5,
        round_trip=battery.round_trip,
    )  # fmt: skip
    assert matched(load, own, contract, bigger).cfe_share >= before - 1e-12


@given(load=POWERS, own=POWERS, contract=POWERS, battery=BATTERIES)
def test_the_hourly_share_is_at_most_the_yearly(load, own, contract, battery):
    load = load + 1.0
    hours = matched(load, own, contract, battery)
    yearly = min(1.0, (own.sum() + contract.sum()) / load.sum())
    assert hours.cfe_share <= yearly + 1e-9


def test_without_a_battery_the_share_is_the_sum_of_minima():
    # sum min(E, CFE) / sum E = (10 + 5 + 10) / 30
    none = Battery(usable_kwh=0.0, power_kw=0.0, round_trip=1.0)
    load, own, contract = np.full(3, 10.0), np.array([8.0, 0, 30.0]), np.full(3, 5.0)
    hours = matched(load, own, contract, none)
    assert hours.cfe_share == pytest.approx(25 / 30)
    assert hours.exported_kw.tolist() == [0.0, 0.0, 20.0]
    assert hours.grid_kw.tolist() == [2.0, 10.0, 0.0]
