"""Made years: what was put in is found, and nothing is found when nothing was put in."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from dcbench.errors import InputError
from dcbench_planner.facility.audit.expected import AskedDesign
from dcbench_planner.facility.audit.synthetic import FAULTS, IMPROVEMENT

from .meters import audited, read, synthetic

CHANGE = date(2025, 7, 1)
ASKED = AskedDesign(site="ashburn", cooling="water-economizer", it_kw=1000)
WEATHER = {"dry_bulb_c", "wet_bulb_c"}


def without(text: str, dropped: set[str]) -> str:
    head, names, *lines = text.splitlines()
    kept = [i for i, name in enumerate(names.split(",")) if name not in dropped]
    cut = [",".join(line.split(",")[i] for i in kept) for line in [names, *lines]]
    return "\n".join([head, *cut, ""])


def kinds(record):
    return [found.kind for found in record.anomalies]


def test_the_same_seed_gives_the_same_file_that_says_what_it_is():
    one = synthetic(seed=5).text()

    assert one.startswith("# synthetic: made by the dcbench facility model, not metered;")
    assert one == synthetic.__wrapped__(seed=5).text()
    assert one != synthetic(seed=6).text()
    assert read(one).is_synthetic


def test_an_unknown_fault_is_refused():
    with pytest.raises(InputError, match="unknown fault"):
        synthetic.__wrapped__(faults=("earthquake",))


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_found_where_nothing_was_put_in(seed):
    made = synthetic(seed=seed)
    record = audited(made.text(), asked=ASKED, change_date=CHANGE)

    assert record.headline.pue == pytest.approx(made.true_pue, rel=2e-4)  # meter noise of 0.2 %
    assert record.label == "PUE"
    assert kinds(record) == []
    assert not record.saving.is_significant
    assert not record.trend.is_significant
    assert record.expected.overhead_ratio == pytest.approx(1, abs=0.01)
    assert record.expected.hours_above == 0


@pytest.mark.parametrize(
    ("site", "cooling"), [("dublin", "air-economizer"), ("phoenix", "air-chiller")]
)
@pytest.mark.parametrize("dropped", [set(), WEATHER, {"cooling_kwh", "power_losses_kwh"}])
def test_nothing_is_found_with_other_plants_and_fewer_columns(site, cooling, dropped):
    made = synthetic(seed=1, site=site, cooling=cooling)
    asked = AskedDesign(site=site, cooling=cooling, it_kw=1000)
    record = audited(without(made.text(), dropped), asked=asked, change_date=CHANGE)

    assert [kind for kind in kinds(record) if kind != "missing part"] == []
    assert not record.saving.is_significant


GRID = [("ashburn", "water-economizer"), ("phoenix", "air-chiller"), ("dublin", "air-economizer"),
        ("singapore", "dlc-dry"), ("lulea", "dlc-adiabatic"), ("frankfurt", "indirect-evaporative")
        ]  # fmt: skip


@pytest.mark.slow
def test_false_alarms_are_rare():
    """108 quiet years: the table of docs/facility/audit.md; own output, regression only."""
    counts = {"step": 0, "drift": 0, "saving": 0, "other": 0}
    for site, cooling in GRID:
        asked = AskedDesign(site=site, cooling=cooling, it_kw=1000)
        for dropped in (set(), WEATHER, {"cooling_kwh", "power_losses_kwh", "other_kwh"}):
            for seed in range(6):
                made = synthetic.__wrapped__(seed=seed, site=site, cooling=cooling)
                record = audited(without(made.text(), dropped), asked=asked, change_date=CHANGE)
                counts["step"] += "step" in kinds(record)
                counts["other"] += bool(set(kinds(record)) - {"step"})
                counts["drift"] += record.trend.is_significant
                counts["saving"] += record.saving.is_significant

    assert counts["step"] <= 1
    assert counts["other"] == 0
    assert counts["drift"] <= 4
    assert counts["saving"] <= 4


@pytest.mark.parametrize("seed", range(3))
def test_an_improvement_is_found_on_its_day_and_its_saving_verified(seed):
    made = synthetic(seed=seed, faults=("improvement",))
    record = audited(made.text(), asked=ASKED, change_date=CHANGE)
    step = next(found for found in record.anomalies if found.kind == "step")
    saving = record.saving

    assert step.start == "2025-07-01"
    assert step.size < 0
    assert saving.is_significant
    assert not audited(made.text(), asked=ASKED).saving
    # True saving of the whole half year, scaled to the days compared: weather differs between
    # them, hence the wide tolerance.
    true = made.injected[0].size * saving.compared_days / saving.after_days
    assert saving.saving_kwh == pytest.approx(true, rel=0.15)


def test_the_interval_of_the_saving_holds_the_true_one():
    """Singapore has no seasons: the true saving is that of the half year by the days compared."""
    made = synthetic(seed=2, faults=("improvement",), site="singapore", cooling="dlc-dry")
    saving = audited(made.text(), change_date=CHANGE).saving
    true = made.injected[0].size * saving.compared_days / saving.after_days

    assert saving.intervals[1].low_kwh <= true <= saving.intervals[1].high_kwh


def test_a_chiller_fault_is_found():
    record = audited(synthetic(seed=1, faults=("chiller-fault",)).text(), asked=ASKED)
    step = next(found for found in record.anomalies if found.kind == "step")

    assert abs((date.fromisoformat(step.start) - date(2025, 7, 20)).days) <= 3
    assert step.size > 0


def test_without_measured_weather_a_large_change_is_still_found():
    text = without(synthetic(seed=1, faults=("improvement",)).text(), WEATHER)
    record = audited(text, asked=ASKED, change_date=CHANGE)

    assert not record.expected.weather_is_measured
    assert any(found.kind == "step" for found in record.anomalies)
    assert any("typical year" in note for note in record.notes)


def test_nights_that_never_rest_are_found():
    record = audited(synthetic(seed=1, faults=("night-load",)).text(), asked=ASKED)
    found = next(found for found in record.anomalies if found.kind == "night load")
    put_in = synthetic(seed=1, faults=("night-load",)).injected[0]

    assert found.size == pytest.approx(put_in.size, rel=0.15)


def test_faults_of_the_file_are_mended_and_counted():
    faults = ("gap", "duplicated-hour", "missing-part", "stuck-meter", "stuck-sensor",
              "out-of-order", "daylight-saving")  # fmt: skip
    made = synthetic(seed=1, faults=faults, interval_min=15)
    record = audited(made.text(), asked=ASKED)
    meter = record.meter

    assert [fault.kind for fault in made.injected] == ["stuck-sensor", *(
        name for name in faults if name != "stuck-sensor")]  # fmt: skip
    assert (meter.missing_h, meter.num_gaps) == (72, 1)
    assert (meter.duplicate_rows, meter.clock_changes) == (4, 2)
    assert meter.out_of_order_rows > 20
    assert record.headline.pue == pytest.approx(made.true_pue, rel=1e-3)
    found = {(a.kind, a.column): a for a in record.anomalies}
    assert set(found) == {("missing part", "cooling"), ("stuck meter", "cooling"),
                          ("stuck meter", "dry_bulb")}  # fmt: skip
    assert found["missing part", "cooling"].size == 168
    assert found["stuck meter", "cooling"].start == "2025-09-08T00:00"


def test_a_register_reset_is_no_energy():
    made = synthetic(seed=1, faults=("register-reset", "gap"))
    record = audited(made.text(), asked=ASKED)

    assert record.meter.register_resets == 1
    assert record.meter.bridged_h == 72
    assert record.headline.pue == pytest.approx(made.true_pue, rel=1e-3)
    assert kinds(record) == []


def test_every_fault_leaves_its_name_in_the_file():
    made = synthetic(seed=1, faults=tuple(FAULTS))

    assert {fault.kind for fault in made.injected} == set(FAULTS)
    assert all(name in made.text().splitlines()[0] for name in FAULTS)
    assert 0 < IMPROVEMENT < 1


def test_a_wet_bulb_may_come_from_the_dew_point_or_the_humidity():
    """The same air told in three ways gives the same expectation."""
    from dcbench_planner.facility.climate.psychrometrics import (
        dew_point,
        humidity_ratio_at_wet_bulb,
        pressure_at,
        saturation_pressure,
    )

    made = synthetic(seed=1)
    dry, wet = made.columns["dry_bulb_c"], made.columns["wet_bulb_c"]
    wet = np.minimum(wet, dry - 0.05)
    kpa = pressure_at(82.0)  # elevation of Ashburn in the catalog
    ratio = np.maximum(humidity_ratio_at_wet_bulb(dry, wet, kpa), 2e-4)
    vapour = ratio * kpa / (0.621945 + ratio)
    told = {
        "dew_point_c": dew_point(vapour), "rh_percent": 100 * vapour / saturation_pressure(dry),
    }  # fmt: skip
    plain = audited(made.text(), asked=ASKED)
    for name, values in told.items():
        lines = without(made.text(), {"wet_bulb_c"}).splitlines()
        lines[1] += f",{name}"
        lines[2:] = [
            f"{a},{b:.4f}" for a, b in zip(lines[2:], np.minimum(values, 100), strict=True)
        ]
        record = audited("\n".join(lines), asked=ASKED)

        assert record.expected.pue == pytest.approx(plain.expected.pue, abs=2e-4)
