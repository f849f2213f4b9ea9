"""PUE, DCiE and WUE: goldens by hand, labels by the standard's words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .meters import audited, hours, rows

HEADER = "timestamp,it_kwh,total_kwh"


def test_pue_is_energy_weighted_never_a_mean_of_ratios():
    """By hand: 24 h of 100/200 and 24 h of 300/330: (200 + 330)/(100 + 300) = 1.325, not 1.55."""
    text = rows(HEADER, hours(48), [100] * 24 + [300] * 24, [200] * 24 + [330] * 24)
    found = audited(text).headline

    assert found.pue == pytest.approx(1.325)
    assert found.dcie == pytest.approx(1 / 1.325)
    assert found.it_kwh == pytest.approx(24 * 400)


def test_only_intervals_with_both_count():
    """By hand: the hour without total is left out of IT as well: 4700 of 4800 kWh."""
    text = rows(HEADER, hours(48), 100, [""] + [120] * 47)
    found = audited(text).headline

    assert found.it_kwh == pytest.approx(4700)
    assert found.pue == pytest.approx(1.2)
    assert found.coverage == pytest.approx(47 / 48)


def test_wue_is_water_over_it():
    """By hand: 150 L over 100 kWh."""
    text = rows(f"{HEADER},water_l", hours(48), 100, 120, 150)

    assert audited(text).headline.wue_l_per_kwh == pytest.approx(1.5)


def test_months_and_years_are_those_of_the_calendar():
    """31 January days at 1.2, 28 February days at 1.3; two thirds of a year are interim."""
    count = 59 * 24
    text = rows(HEADER, hours(count), 100, [120] * (31 * 24) + [130] * (28 * 24))
    record = audited(text)

    assert [(m.name, round(m.pue, 6)) for m in record.months] == [
        ("2025-01", 1.2),
        ("2025-02", 1.3),
    ]
    assert [m.coverage for m in record.months] == [1.0, 1.0]
    assert record.years[0].coverage == pytest.approx(59 / 365)
    assert record.label == "iPUE"


@pytest.mark.parametrize(("days", "label"), [(364, "iPUE"), (365, "PUE"), (400, "PUE")])
def test_an_annual_figure_needs_twelve_months(days, label):
    record = audited(rows(HEADER, hours(days * 24), 100, 120))

    assert record.label == label
    assert record.headline.it_kwh == pytest.approx(100 * 24 * min(days, 365))


def test_an_annual_figure_needs_readings():
    """10 % of the year is missing: below the 95 % of `audit.least_coverage`."""
    stamps = hours(365 * 24)
    record = audited(rows(HEADER, stamps[:4000] + stamps[4876:], 100, 120))

    assert record.label == "iPUE"
    assert any("interim" in note for note in record.notes)


def test_categories_by_the_point_where_it_is_metered():
    """Losses from UPS to rack count as IT in Category 1: PUE1 <= PUE2 <= PUE3."""
    header = "timestamp,it_kwh,pdu_kwh,ups_kwh,total_kwh"
    record = audited(rows(header, hours(48), 100, 101, 104, 125))

    assert record.category == "3"
    found = record.pue_by_category
    assert found == pytest.approx({"1": 125 / 104, "2": 125 / 101, "3": 1.25})
    assert found["1"] <= found["2"] <= found["3"]


def test_a_hall_gives_a_partial_pue():
    record = audited(rows("timestamp,it_kwh,hall_kwh", hours(48), 100, 120))

    assert record.label == "pPUE"


@pytest.mark.parametrize(
    ("step_min", "level"), [(1, "advanced"), (15, "advanced"), (30, "intermediate"),
                            (60, "intermediate"), (1440, "intermediate"), (10080, "basic")]
)  # fmt: skip
def test_resolution_by_interval(step_min, level):
    count = max(3, 2880 // step_min)

    assert audited(rows(HEADER, hours(count, step_min), 100, 120)).resolution == level


def test_losses_are_ranked_and_what_no_meter_sees_is_named():
    """By hand: 100 IT, 150 total: 30 cooling, 15 losses, 5 on no meter, of 50 beyond IT."""
    header = f"{HEADER},power_losses_kwh,cooling_kwh"
    record = audited(rows(header, hours(48), 100, 150, 15, 30))

    assert [(p.part, round(p.share, 6)) for p in record.losses] == [
        ("cooling", 0.6), ("power_losses", 0.3), ("not metered", 0.1),
    ]  # fmt: skip
    assert record.losses[0].pue_points == pytest.approx(0.3)
    assert [a.kind for a in record.anomalies] == ["missing part"]  # 5 of 150 is above 3 %


def test_parts_that_exceed_the_total_are_told():
    record = audited(rows(f"{HEADER},cooling_kwh", hours(48), 100, 120, 30))

    assert [a.kind for a in record.anomalies] == ["parts above total"]


@given(
    st.lists(st.tuples(st.floats(1, 1e6), st.floats(0, 1)), min_size=24, max_size=72),
    st.sampled_from([15, 30, 60]),
)
def test_dcie_is_the_inverse_and_pue_lies_between_the_hours(values, step_min):
    it = [x for x, _ in values for _ in range(60 // step_min)]
    total = [x * (1 + extra) for x, extra in values for _ in range(60 // step_min)]
    medians = np.median(np.array(it))
    if max(it) > 400 * medians or min(it) < medians / 400:
        return  # would be taken for a change of unit
    found = audited(rows(HEADER, hours(len(it), step_min), it, total)).headline
    ratios = np.array(total) / np.array(it)

    assert found.pue * found.dcie == pytest.approx(1)
    assert ratios.min() * (1 - 1e-9) <= found.pue <= ratios.max() * (1 + 1e-9)


def test_a_finer_file_of_the_same_power_gives_the_same_figures():
    rng = np.random.default_rng(1)
    it, total = rng.uniform(90, 110, 72), rng.uniform(115, 130, 72)
    coarse = audited(rows("timestamp,it_kw,total_kw", hours(72), it.tolist(), total.tolist()))
    fine = audited(rows("timestamp,it_kw,total_kw", hours(288, 15), np.repeat(it, 4).tolist(),
                        np.repeat(total, 4).tolist()))  # fmt: skip

    assert fine.headline.pue == pytest.approx(coarse.headline.pue)
    assert fine.headline.it_kwh == pytest.approx(coarse.headline.it_kwh)
