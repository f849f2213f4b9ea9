"""Names of columns: what they are read as, and what is refused."""

from __future__ import annotations

import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.audit.columns import read_header


def fault(names):
    with pytest.raises(InputError) as caught:
        read_header(names, "m.csv")
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "quantity", "unit", "kind"),
    [
        ("it_kwh", "it", "kwh", "energy"),
        ("IT energy (kWh)", "it", "kwh", "energy"),
        ("IT Load [kW]", "it", "kw", "power"),
        ("ups_output_mwh", "it_at_ups", "mwh", "energy"),
        ("it_pdu_kwh_register", "it_at_pdu", "kwh", "register"),
        ("cooling_register_kwh", "cooling", "kwh", "register"),
        ("Chillers kW", "compressors", "kw", "power"),
        ("power_losses_kwh", "power_losses", "kwh", "energy"),
        ("lighting_and_other_kwh", "other", "kwh", "energy"),
        ("Make-up water (m³)", "water", "m3", "volume"),
        ("Outside air temperature °C", "dry_bulb", "c", "weather"),
        ("outdoor_wet_bulb_f", "wet_bulb", "f", "weather"),
        ("relative humidity %", "humidity", "percent", "weather"),
    ],
)
def test_a_name_is_read(name, quantity, unit, kind):
    needed = [] if quantity.startswith("it") else ["it_kwh"]
    header = read_header(["timestamp", *needed, "total_kwh", name], "m.csv")
    column = next(c for c in header.columns if c.name == name)

    assert (column.quantity, column.unit, column.kind) == (quantity, unit, kind)


def test_unknown_columns_are_kept_apart():
    assert read_header(["time", "it_kw", "total_kw", "operator"], "m.csv").unused == ("operator",)


def test_numbered_feeds_add_up_and_the_nearest_it_meter_counts():
    names = ["time", "total_a_kwh", "total_b_kwh", "ups_kwh", "pdu_kwh"]
    header = read_header(names, "m.csv")

    assert [column.feed for column in header.of("total")] == ["a", "b"]
    assert header.it_quantity == "it_at_pdu"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["timestamp", "total_kwh"], "no column of IT energy; name it it_kwh"),
        (["timestamp", "it_kwh"], "no column of total energy"),
        (["it_kwh", "total_kwh"], "no column of time stamps"),
        (["time", "date", "it_kwh", "total_kwh"], "two columns of time stamps"),
        (["time", "it", "total_kwh"], "'it': names no unit of energy; end the name in a unit"),
        (["time", "it_kwh", "total_m3"], "names no unit of energy"),
        (["time", "it_kwh", "it_mwh", "total_kwh"], "mixed units: 'it_kwh'"),
        (["time", "total_1_kwh", "total_2_mwh", "it_kwh"], "mixed units: 'total_1_kwh'"),
        (["time", "it_kwh", "rack_kwh", "total_kwh"], "same quantity as 'it_kwh'"),
        (["time", "it_kw_register", "total_kwh"], "a register counts energy"),
        (["time", "serverz_kwh", "total_kwh"], "is it 'serverz_kwh'?"),
    ],
)
def test_bad_headers_are_named(names, said):
    assert said in fault(names)
