"""From rows to intervals: order, repeats, clock changes, gaps, registers; and any bytes at all."""

from __future__ import annotations

import contextlib
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench.errors import InputError
from dcbench_planner.facility.audit.registers import spread
from dcbench_planner.facility.audit.series import read_meter

from .meters import audited, hours, read, rows

HEADER = "timestamp,it_kwh,total_kwh"


def test_power_becomes_energy_and_units_are_converted():
    """By hand: 15 min at 400 kW is 100 kWh; 0.12 MWh is 120 kWh; 50 F is 10 °C; 1 m³ is 1000 L."""
    header = "timestamp,it_kw,total_mwh,outside_f,water_m3"
    series = read(rows(header, hours(96, 15), 400.0, 0.12, 50.0, 1.0))

    assert series.it_kwh[0] == pytest.approx(100.0)
    assert series.total_kwh[0] == pytest.approx(120.0)
    assert series.weather["dry_bulb"][0] == pytest.approx(10.0)
    assert series.water_l[0] == pytest.approx(1000.0)


def test_feeds_add_up_and_cooling_is_the_sum_of_its_meters():
    header = "timestamp,it_kwh,total_a_kwh,total_b_kwh,chillers_kwh,pumps_kwh"
    series = read(rows(header, hours(48), 100, 70, 60, 20, 5))

    assert series.total_kwh[0] == 130
    assert series.kwh["cooling"][0] == 25


def test_rows_are_sorted_and_equal_rows_count_once():
    stamps = hours(48)
    text = rows(HEADER, [*stamps[:10], stamps[9], *stamps[10:20], stamps[22], stamps[20],
                         stamps[21], *stamps[23:]], 100, 120)  # fmt: skip
    series = read(text)

    assert len(series) == 48
    assert (series.mended.duplicate_rows, series.mended.out_of_order_rows) == (1, 1)


def test_of_two_values_for_one_stamp_the_last_counts():
    stamps = hours(48)
    text = rows(HEADER, [*stamps, stamps[5]], [100] * 48 + [90], 120)
    series = read(text)

    assert series.it_kwh[5] == 90
    assert series.mended.conflicting_rows == 1


def test_stamps_at_the_end_of_their_interval_are_moved():
    series = read(rows("interval_end,it_kwh,total_kwh", hours(48), 100, 120))

    assert str(series.starts[0]) == "2024-12-31T23:00:00"


def test_gaps_are_counted_and_covered_by_nothing():
    stamps = hours(96)
    record = audited(rows(HEADER, stamps[:30] + stamps[40:], 100, 120))

    assert (record.meter.num_gaps, record.meter.missing_h) == (1, 10)
    assert record.meter.coverage == pytest.approx(86 / 96)
    assert record.headline.it_kwh == pytest.approx(8600)


def test_semicolons_with_decimal_commas():
    text = rows(HEADER, hours(48), "100,5", "120,5").replace(",100,5,120,5", ";100,5;120,5")
    series = read(text.replace(HEADER, HEADER.replace(",", ";")))

    assert series.it_kwh[0] == 100.5


def test_comments_blank_lines_and_words_for_nothing():
    text = rows(HEADER, hours(48), ["NaN", " - ", "n/a", "", *[100] * 44], 120)
    series = read("# a comment\n\n" + text.replace("\n2025-01-02T00", "\n\n# again\n2025-01-02T00"))

    assert np.isnan(series.it_kwh[:4]).all()
    assert len(series) == 48


def spring(step_min):
    """Local stamps around 30 March 2025, when 02:00 to 03:00 does not exist in central Europe."""
    return hours(60 // step_min * 26, step_min, "2025-03-29") + hours(
        60 // step_min * 24, step_min, "2025-03-30T03"
    )  # fmt: skip


@pytest.mark.parametrize("step_min", [15, 60])
def test_a_skipped_hour_is_no_gap(step_min):
    stamps = spring(step_min)
    series = read(rows(HEADER, stamps, 100, 120))

    assert series.mended.clock_changes == 1
    assert len(series) == len(stamps)
    assert series.paired.all()


def autumn(step_min):
    """Local stamps around 26 October 2025, when 02:00 to 03:00 happens twice."""
    first = hours(60 // step_min * 27, step_min, "2025-10-25")
    return first + hours(60 // step_min * 24, step_min, "2025-10-26T02")


@pytest.mark.parametrize("step_min", [15, 60])
def test_a_repeated_hour_with_other_values_is_kept(step_min):
    stamps = autumn(step_min)
    values = [100 + i for i in range(len(stamps))]
    series = read(rows(HEADER, stamps, values, 1000))

    assert series.mended.clock_changes == 1
    assert len(series) == len(stamps)
    np.testing.assert_array_equal(series.it_kwh, values)


def test_a_repeated_hour_with_the_same_values_is_dropped():
    series = read(rows(HEADER, autumn(15), 100, 120))

    assert (series.mended.clock_changes, series.mended.duplicate_rows) == (0, 4)


def test_stamps_with_an_offset_need_no_guess():
    """The same instants as `autumn`, with their offsets."""
    plain = autumn(60)
    stamps = [f"{t}+02:00" for t in plain[:27]] + [f"{t}+01:00" for t in plain[27:]]
    series = read(rows(HEADER, stamps, 100, 120))

    assert series.has_offset
    assert len(series) == len(stamps)
    assert series.mended.clock_changes == series.mended.duplicate_rows == 0


def test_a_register_gives_differences_and_bridges_gaps():
    """By hand: 0, 10, 20, (no reading), 50: 10, 10, 15, 15."""
    found = spread(np.array([0.0, 10, 20, 50]), np.array([0, 1, 2, 4]), 4, 1.0)

    np.testing.assert_allclose(found.per_slot, [10, 10, 15, 15])
    assert (found.resets, found.rollovers, found.bridged) == (0, 0, 1)


def test_a_register_that_rolls_over_loses_nothing():
    """By hand: 985, 995, then 5 on a counter of three digits: 10 more."""
    found = spread(np.array([975.0, 985, 995, 5, 15]), np.arange(5), 4, 1.0)

    np.testing.assert_allclose(found.per_slot, [10, 10, 10, 10])
    assert (found.resets, found.rollovers) == (0, 1)


def test_a_register_that_is_reset_loses_one_interval():
    found = spread(np.array([400.0, 410, 420, 0, 10, 20]), np.arange(6), 5, 1.0)

    np.testing.assert_allclose(found.per_slot, [10, 10, np.nan, 10, 10])
    assert (found.resets, found.rollovers) == (1, 0)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(InputError):
        audited(text)


CELL = st.one_of(
    st.sampled_from(["", "nan", "1e3", "-1", "0", "999999999999", "x", "1;2", '"', "#", "\x00"]),
    st.floats(0, 1e6).map(str), st.text(max_size=5),
)  # fmt: skip
STAMP = st.one_of(
    st.datetimes(datetime(1995, 1, 1), datetime(2050, 1, 1)).map(datetime.isoformat),  # noqa: DTZ001
    st.integers(0, 200).map(lambda i: hours(201)[i]), st.text(max_size=8),
)  # fmt: skip
NAMES = ["it_kwh", "total_kwh", "cooling_kw", "total_kwh_register", "ups_mwh", "outside_c",
         "water_l", "rh_percent", "it", "x"]  # fmt: skip


@given(st.data())
def test_any_rows_are_read_or_refused(data):
    names = data.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5))
    stamps = data.draw(st.one_of(st.lists(STAMP, max_size=30), st.just(hours(60))))
    lines = [",".join([t, *(data.draw(CELL) for _ in names)]) for t in stamps[:12]]
    usual = ",".join("10" for _ in names)
    text = "\n".join([",".join(["time", *names]), *lines, *(f"{t},{usual}" for t in stamps[12:])])
    with contextlib.suppress(InputError):
        assert audited(text).headline.it_kwh > 0


def test_any_bytes_are_read_or_refused(tmp_path):
    path = tmp_path / "m.csv"
    path.write_bytes(bytes(range(256)) * 4)

    with pytest.raises(InputError, match="not UTF-8"):
        read_meter(path)
