"""Which system a row is modelled with."""

from __future__ import annotations

import pytest

from dcbench_planner.validation.facility.modelled import model_rows
from tests.planner.validation.facility.examples import cells

CONDITIONAL = "mostly free air + direct evaporative; chillers in tropics/colo halls"


def modelled(model, *rows: dict[str, str], known=()):
    made, without = model_rows(rows, model, known)
    assert without == []
    return made


def test_words_of_the_row_come_first(model):
    rows = [cells(cooling_type="lake water"), cells(cooling_type="immersion")]

    assert [each.cooling for each in modelled(model, *rows)] == ["seawater", "immersion"]


@pytest.mark.parametrize(
    ("site", "cooling"), [("Singapore", "dx"), ("Dublin (Clonee)", "air-economizer")]
)
def test_the_climate_decides_between_two_systems(model, site, cooling):
    row = modelled(model, cells(cooling_type=CONDITIONAL, nearest_sites_csv_name=site))[0]

    assert row.cooling == cooling
    assert row.left_open is not None


def test_without_words_those_of_the_same_site_then_of_the_operator(model):
    rows = modelled(
        model, cells(cooling_type="lake water"), cells(cooling_type="lake water", site="2"),
        cells(nearest_sites_csv_name="Dublin (Clonee)", cooling_type="indirect evaporative"),
        cells(nearest_sites_csv_name="Dublin (Clonee)"), cells(nearest_sites_csv_name="Paris"),
    )  # fmt: skip

    assert [each.cooling for each in rows[3:]] == ["indirect-evaporative", "seawater"]
    assert [each.why for each in rows[3:]] == [
        "words of its other rows", "words of its operator's other sites",
    ]  # fmt: skip


def test_an_unknown_operator_without_words_has_what_is_usual(model):
    dry, humid = modelled(
        model, cells(nearest_sites_csv_name="Dublin (Clonee)"),
        cells(nearest_sites_csv_name="Singapore"),
    )  # fmt: skip

    assert (dry.cooling, humid.cooling) == ("air-economizer", "water-economizer")
    assert dry.why == "usual in the climate"


def test_words_are_taken_from_known_rows(model):
    known = modelled(model, cells(cooling_type="lake water"))

    assert modelled(model, cells(), known=known)[0].cooling == "seawater"


def test_rows_without_a_number_keep_their_reason(model):
    rows = [cells(pue=""), cells(metric_type="annual, fleet"), cells(pue="x"), cells()]

    made, without = model_rows(rows, model)

    assert len(made) == 1
    assert [each.reason for each in without] == [
        "has neither PUE nor WUE", "many sites together have no one climate",
        "pue = x is not a number",
    ]  # fmt: skip
