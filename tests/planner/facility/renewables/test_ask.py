"""What may be asked for, and every fault at once."""

from __future__ import annotations

import math

import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.renewables.ask import RenewablesAsk, checked_ask


def test_nothing_given_is_empty():
    assert checked_ask() == RenewablesAsk()
    assert checked_ask().is_empty
    assert not checked_ask(ppa_kw=1.0).is_empty


def test_only_photovoltaics_need_the_sun():
    assert checked_ask(pv_kw=1.0).needs_sun
    assert checked_ask(ppa_kw=1.0, ppa_shape="pv").needs_sun
    assert not checked_ask(wind_kw=1.0, ppa_kw=1.0, ppa_shape="wind").needs_sun


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError) as caught:
        checked_ask(
            pv_kw=-1.0,
            wind_kw=math.nan,
            wind_speed_m_per_s=40.0,
            ppa_kw=1e9,
            ppa_shape="night",
            battery_kwh=math.inf,
            battery_kw=0.0,
        )
    flags = [fault.where for fault in caught.value.faults]
    assert flags == [
        "--pv-kw",
        "--wind-kw",
        "--ppa-kw",
        "--battery-kwh",
        "--battery-kw",
        "--wind-speed",
        "--ppa-shape",
    ]
    assert "one of flat, wind, pv" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ({"wind_speed_m_per_s": 7.0}, "--wind-kw"),
        ({"battery_kw": 5.0}, "--battery-kwh"),
        ({"pv_yield_kwh_per_kw": 1400.0}, "--pv-kw"),
        ({"battery_kwh": 5.0}, "--pv-kw, --wind-kw or --ppa-kw"),
    ],
)
def test_a_value_that_acts_on_nothing_is_refused(given, needed):
    with pytest.raises(InputError, match=f"add {needed}"):
        checked_ask(**given)
