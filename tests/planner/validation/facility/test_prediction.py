"""One row through the calibrated model."""

from __future__ import annotations

import pytest

from dcbench.errors import InputError
from dcbench_planner.validation.facility.prediction import packaged_predictor, predict_pue
from dcbench_planner.validation.facility.rows import packaged_cells
from tests.planner.validation.facility.examples import cells


def predicted(**given):
    return predict_pue(cells(pue="", **given))


def test_a_known_operator_is_calibrated():
    found = predicted(operator="google", nearest_sites_csv_name="Odense/Fredericia")

    assert found.calibrated
    assert found.operator_sites == 13  # campuses of pue.csv, counted by hand
    assert found.cooling == "water-economizer"  # its operator's usual words
    assert 1 <= found.p10 <= found.pue <= found.p90
    assert found.pue == pytest.approx(1.08, abs=0.02)  # own output, regression only


def test_an_unknown_operator_gets_the_line_of_all_and_a_wider_interval():
    known, unknown = (predicted(operator=name, nearest_sites_csv_name="Odense/Fredericia")
                      for name in ("Google", "Nimbus"))  # fmt: skip

    assert not unknown.calibrated
    assert unknown.operator_sites == 0
    assert unknown.p90 - unknown.p10 > known.p90 - known.p10


def test_the_published_value_has_no_part():
    rows = [cells(operator="AWS", pue=pue) for pue in ("", "1.05", "1.9")]

    assert len({predict_pue(row) for row in rows}) == 1


def test_a_site_can_be_left_out(evaluation):
    """The same number as the scoreboard's, which leaves the site out too."""
    row = next(row for row in packaged_cells() if row["site"] == "Europe (Frankfurt)")
    at = [each.row.id for each in evaluation.samples.rows].index("AWS Europe (Frankfurt) 2023")
    made = evaluation.predictions

    found = predict_pue(row, site_left_out=True)

    assert found.pue == pytest.approx(1 + made.site[at], abs=1e-5)
    assert (found.p10, found.p90) == pytest.approx((1 + made.low[at], 1 + made.high[at]), abs=1e-5)
    assert predict_pue(row).pue != found.pue


def test_a_place_without_climate_is_an_input_error():
    with pytest.raises(InputError, match="Nimbus Hall 1 2024: nearest catalogued climate"):
        predicted(latitude="0", longitude="-150")


def test_words_change_the_prediction():
    warm = {"nearest_sites_csv_name": "Singapore"}

    assert (
        predicted(cooling_type="indirect evaporative", **warm).dpue
        < predicted(cooling_type="room units (DX)", **warm).dpue
    )


def test_the_predictor_is_made_once():
    assert packaged_predictor() is packaged_predictor()
