"""Numbers as text: units, prefixes, and no more digits than supported."""

from __future__ import annotations

import pytest

from dcbench_reports.display import show, supported_digits
from dcbench_reports.metrics import in_words, label, metric, unit_metric


@pytest.mark.parametrize(
    ("value", "low", "high", "digits"),
    [
        (123, 117, 129, 3),  # ± 6: the place of the units counts
        (123, 111, 135, 2),  # ± 12: the place of the tens counts
        (123, 122.4, 123.6, 4),
        (123, 122.999, 123.001, 4),  # never more than four
        (123, 0, 400, 2),  # never fewer than two
        (0, -1, 1, 3),
        (5, 5, 5, 3),
    ],
)
def test_digits_follow_the_interval(value, low, high, digits):
    """By hand, from the rule in the docstring."""
    assert supported_digits(value, low, high) == digits


@pytest.mark.parametrize(
    ("style", "value", "unit", "shown"),
    [
        ("si", 7.19e14, "FLOP/s", ("719", "TFLOP/s")),
        ("si", 0.0, "W", ("0", "W")),
        ("count", 1024, "", ("1,024", "")),
        ("count", 3.25, "", ("3.25", "")),
        ("share", 0.4127, "", ("41.3", "%")),
        ("nines", 0.99995, "", ("99.995", "%")),
        ("words", 1.396e11, "", ("140", "billion")),
        ("words", 7.0, "", ("7", "")),
        ("money", 1.13e7, "", ("$11.3M", "")),
        ("money", 2.61e5, "per year", ("$261k", "per year")),
        ("money", 3.4e10, "", ("$34 bn", "")),
        ("money", 2.1, "", ("$2.10", "")),
        ("money", 0.0535, "", ("$0.0535", "")),
        ("duration", 0.182, "", ("182", "ms")),
        ("duration", 7.4, "", ("7.4", "s")),
        ("duration", 3480.0, "", ("58", "min")),
        ("duration", 86400.0, "", ("24", "h")),
        ("duration", 864000.0, "", ("10", "days")),
        ("mass", 18964.0, "", ("19", "t CO₂e")),
        ("mass", 950.0, "", ("950", "kg CO₂e")),
        ("volume", 14570.0, "", ("14.6", "m³")),
        ("volume", 900.0, "", ("900", "L")),
        ("given", 0.06123, "1/year", ("0.0612", "1/year")),
        ("given", 0.8, "1", ("0.8", "")),
        ("pue", 1.1, "", ("1.100", "")),
        ("pue", 1.0468, "", ("1.047", "")),
    ],
)
def test_styles(style, value, unit, shown):
    """By hand: the value in the unit, at three digits."""
    assert show(style, value, unit, 3) == shown


def test_a_kilowatt_key_is_shown_in_watts_with_a_prefix():
    found = metric("power.facility_peak_kw")

    assert (found.scale, found.unit, found.style) == (1e3, "W", "si")


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("anything.new_bytes_per_s", "B/s"), ("anything.new_kwh", "Wh"), ("anything.new_w", "W"),
        ("cost.capex_breakdown_usd.nodes", ""), ("memory.breakdown_bytes.weights", "B"),
    ],
)  # fmt: skip
def test_unknown_keys_take_the_unit_of_their_suffix(key, unit):
    assert metric(key).unit == unit


def test_labels():
    assert label("step.mfu") == "Model FLOP utilisation (MFU)"
    assert label("step.some_new_thing_s") == "Some new thing"
    assert in_words("dp_communication") == "DP communication"


def test_a_unit_nobody_knows_is_shown_as_given():
    assert unit_metric("furlong").unit == "furlong"
    assert unit_metric("flop/s").unit == "FLOP/s"
