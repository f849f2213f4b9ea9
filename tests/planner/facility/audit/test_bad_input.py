"""Every fault of a meter file is named with file, row, field, value and how to mend it."""

from __future__ import annotations

from datetime import date

import pytest

from dcbench.errors import InputError
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.facility.audit.expected import AskedDesign
from dcbench_planner.facility.audit.record import audit_meter

from .meters import audited, hours, rows

HEADER = "timestamp,it_kwh,total_kwh"


def said(text: str, **asked) -> str:
    with pytest.raises(InputError) as caught:
        audited(text, **asked)
    assert caught.value.exit_code == 2
    return str(caught.value)


def day(it=100.0, total=120.0, count=48):
    """Two days; a list replaces the first values."""

    def column(value, usual):
        return (value + [usual] * count)[:count] if isinstance(value, list) else value

    return rows(HEADER, hours(count), column(it, 100.0), column(total, 120.0))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["meter.csv", "is empty"]),
        ("# only a comment\n\n", ["is empty"]),
        (HEADER + "\n", ["has no rows"]),
        (day(it=[100.0, -5.0]), ["line 3, it_kwh = -5.0: is negative", "wired"]),
        (day(it=[100.0, 130.0]), ["line 3, it_kwh = 130.0", "above the total of 120 kWh",
                                  "2025-01-01T01:00", "swapped"]),
        (day(it=["100", "12 kWh"]), ["line 3, it_kwh = '12 kWh': not a number", "header"]),
        (day(it=["100", "inf"]), ["line 3, it_kwh = 'inf': not a number"]),
        (day(it=["100", "1_000"]), ["line 3, it_kwh = '1_000': not a number"]),
        (day(total=[1e13]), ["line 2, total_kwh = 10000000000000.0: is out of range"]),
        (rows(HEADER, hours(12), 100, 120), ["less than a day", "2025-01-01T00:00 to"]),
        (rows(HEADER, hours(1), 100, 120), ["less than a day", "1 rows"]),
        (rows(HEADER, ["01/02/2025 00:00", *hours(40)[1:]], 100, 120),
         ["line 2, column 1 = '01/02/2025 00:00': is no time stamp", "ISO 8601"]),
        (rows(HEADER, [*hours(40)[:-1], "2025-02-30"], 100, 120), ["line 41", "no time stamp"]),
        (rows(HEADER, [*hours(40)[:-1], "0001-01-01"], 100, 120), ["line 41", "no year of"]),
        (rows(HEADER, [*hours(40)[:-1], "2025-01-02T15:00Z"], 100, 120),
         ["line 41", "has an offset, line 2 has none"]),
        (rows(HEADER, [*hours(40)[:-1], "2090-01-01"], 100, 120), ["spans more than ten years"]),
        (rows(HEADER, [*hours(40, 1)[:-1], "2025-09-01"], 100, 120), ["40 rows for"]),
        (rows(HEADER, ["2024-01-01", "2025-01-01", "2026-01-01"], 100, 120),
         ["is the usual interval, above a week"]),
        (day() + "2025-01-03T00:00,1\n", ["line 50 = 2: cells where the header has 3"]),
        (day(it=0.0), ["has no IT energy at all"]),
        (day(it=["" if i % 2 else 100.0 for i in range(48)],
             total=[120.0 if i % 2 else "" for i in range(48)]), ["both IT and total"]),
        (rows(HEADER, hours(96), [100.0] * 48 + [0.1] * 48, [120.0] * 48 + [0.12] * 48),
         ["total_kwh = '2025-01-03T00:00': mixed units", "factor of 1000"]),
        ("timestamp,it_kwh,total_kwh,rh_percent\n"
         + "\n".join(f"{t},1,2,140" for t in hours(48)), ["line 2, rh_percent = 140.0"]),
        ("timestamp,it_kwh,total_kwh,outside_c\n"
         + "\n".join(f"{t},1,2,300" for t in hours(48)), ["outside_c = 300.0: is out of range"]),
    ],
)  # fmt: skip
def test_bad_files_are_refused_with_reasons(text, words):
    message = said(text)

    assert [word for word in words if word not in message] == []


def test_at_most_five_cells_of_a_column_are_listed():
    assert said(day(it=[-1.0] * 20)).count("is negative") == 5


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: cannot be read"):
        audit_meter(tmp_path / "none.csv", book=load_assumptions())


def test_a_design_peak_below_the_metered_one_is_refused():
    message = said(day(), asked=AskedDesign(site="ashburn", it_kw=50.0))

    assert "--it-kw: 50.0: is below the metered IT peak of 100.0 kW" in message


def test_an_unknown_site_is_refused_with_close_names():
    assert "ashburn" in said(day(), asked=AskedDesign(site="ashbrun"))


@pytest.mark.parametrize(("when", "word"), [("2024-06-01", "0 usable days before"),
                                            ("2025-01-02", "1 usable days before")])  # fmt: skip
def test_a_change_date_needs_days_on_both_sides(when, word):
    message = said(day(), change_date=date.fromisoformat(when))

    assert f"--change-date: '{when}'" in message
    assert word in message
