"""Numbers, durations and prefixes: expected values by hand or from the SI brochure (9th ed.)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench.units import parse_duration_s, parse_number, rounded, with_prefix


@pytest.mark.parametrize(
    ("text", "value"),
    [("7e9", 7e9), (" 1.5 ", 1.5), ("+.5", 0.5), ("-3.", -3.0), ("0", 0.0), ("1E-400", 0.0)],
)
def test_decimal_numbers_are_read(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    ["", " ", "nan", "inf", "-Infinity", "1_000", "0x10", "1e", "e9", "7 e9", "1,5", "٣", "1e999",
     "7e9\n7e9", "--1", "1.2.3", "7b", "9" * 400],
)  # fmt: skip
def test_everything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"not a number|too large"):
        parse_number(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_reads_back(value):
    assert parse_number(repr(value)) == value


@given(st.text())
def test_any_text_is_a_finite_number_or_a_value_error(text):
    for parse in (parse_number, parse_duration_s):
        try:
            value = parse(text)
        except ValueError:
            continue
        assert math.isfinite(value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000), ("2W", 1_209_600),
     ("0.5h", 1800)],
)  # fmt: skip
def test_durations_become_seconds(text, seconds):
    assert parse_duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "d", "30 days", "1y", "nand", "1e308w"])
def test_durations_without_unit_or_number_are_refused(text):
    with pytest.raises(ValueError, match=r"unit|number|too large"):
        parse_duration_s(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (6.1e11, "610 GFLOP/s"),
        (999.4, "999 FLOP/s"),
        (999.6, "1 kFLOP/s"),
        (-2.5e6, "-2.5 MFLOP/s"),
        (0.0, "0 FLOP/s"),
        (3.3e-6, "3.3 µFLOP/s"),
        (1e27, "1,000 YFLOP/s"),
    ],
)
def test_prefixes_are_those_of_the_si(value, text):
    assert with_prefix(value, "FLOP/s") == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1234567.0, 3, "1,230,000"),
        (0.00123456, 3, "0.00123"),
        (9.999, 3, "10"),
        (99.96, 3, "100"),
        (-0.5, 3, "-0.5"),
        (100.0, 3, "100"),
        (0.0, 3, "0"),
        (math.inf, 3, "inf"),
    ],
)
def test_rounding_keeps_so_many_digits(value, digits, text):
    assert rounded(value, digits) == text


@given(st.floats(1e-12, 1e24), st.integers(1, 8))
def test_rounding_errs_by_at_most_half_a_digit(value, digits):
    shown = float(rounded(value, digits).replace(",", ""))

    assert shown == pytest.approx(value, rel=0.5000001 * 10 ** (1 - digits))
