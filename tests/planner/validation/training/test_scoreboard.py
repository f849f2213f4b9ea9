"""The scoreboard: every run, every figure, and the pages and tables made from it."""

from __future__ import annotations

import csv
import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from dcbench.catalog import load_catalog
from dcbench.cli.main import app
from dcbench.errors import NoAnswerError
from dcbench_planner.prediction.predict import predict_rows
from dcbench_planner.validation.bounds import Bound, read_bounds
from dcbench_planner.validation.record import Record
from dcbench_planner.validation.training import runs, sealed
from dcbench_planner.validation.training import scoreboard as module
from dcbench_planner.validation.training.evaluation import MISS, is_headline
from dcbench_planner.validation.training.run_records import REFUSED
from dcbench_planner.validation.training.runs import sealed_sources
from dcbench_planner.validation.training.scoreboard import validate_training
from dcbench_planner.validation.training.tables import tables
from tests.house.repository import ROOT
from tests.planner.validation.training.examples import cells

KEYS = ["set", "id", "quantity", "unit", "published", "ours", "error", "bound", "ok", "source"]
CATALOG = load_catalog()
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def figures(records):
    return {item.id: item.ours for item in records if not item.source}


def refused(evaluation):
    everything = evaluation.everything
    return {run.id for run, bad in zip(everything.runs, everything.refused, strict=True) if bad}


def write(path, *rows: dict[str, str]):
    names = sorted({name for row in rows for name in row})
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_every_bounded_figure_is_there(records):
    missing = [item.id for item in records if item.bound is not None and item.ours is None]

    assert missing == []
    assert {item.id for item in records if item.ok is not None} == {
        bound.figure for bound in read_bounds("training")
    }


def test_every_run_of_the_headline_is_there(records, evaluation):
    shown = {item.id for item in records if item.quantity == "step time"}
    without = {item.id for item in records if item.ours is None and item.source}

    headline = {run.id for run in evaluation.runs if is_headline(run)}
    assert shown <= headline <= shown | without
    assert without & headline <= set(evaluation.everything.without) | refused(evaluation)
    assert not {item.source for item in records} & sealed_sources()


def test_errors_are_logarithms(records):
    runs = [item for item in records if item.source and item.ours]

    assert [item.error for item in runs] == pytest.approx(
        [math.log(item.ours / item.published) for item in runs]
    )


def test_the_headline_follows_from_the_runs(records, evaluation):
    """The figures again, from nothing but the runs that are printed."""
    shown = [item for item in records if item.quantity == "step time"]
    shown += [replace(item, error=MISS) for item in records if item.quantity.endswith(REFUSED + ")")
              and item.id in {run.id for run in evaluation.headline.runs}]  # fmt: skip
    sources = {item.source for item in shown}
    sizes = {name: [abs(item.error) for item in shown if item.source == name] for name in sources}
    macro = np.mean([np.median(size) for size in sizes.values() if len(size) >= 4])

    assert figures(records)["loso.macro_median"] == pytest.approx(macro)
    everything = [size for each in sizes.values() for size in each]
    assert figures(records)["loso.p90"] == pytest.approx(np.quantile(everything, 0.9))


def test_runs_out_of_the_headline_are_as_predict_says(evaluation):
    """Shipped constants through `dcbench predict` and through the scoreboard: the same seconds."""
    apart = [(run, error) for run, error in
             zip(evaluation.everything.runs, evaluation.shipped, strict=True)
             if not is_headline(run) and run.step_s and abs(error) < MISS][:40]  # fmt: skip
    given = [run for run, _ in apart if run.cells["tp"] and run.cells["recompute"]]
    predicted = predict_rows([run.cells for run in given], CATALOG)
    ours = {run.id: run.step_s * math.exp(error) for run, error in apart}

    assert given
    assert [ours[run.id] for run in given] == pytest.approx(
        [float(row["step_time_s"]) for row in predicted], rel=1e-6
    )


def test_a_bound_is_a_limit():
    given = {"figure": "a", "must": 0.1, "aim": 0, "unit": "share", "quantity": "a"}
    most = Bound(limit="at most", tolerated=0.1, **given)
    least = Bound(limit="at least", tolerated=0.1, **given)

    assert [most.holds(value) for value in (0.05, 0.1, 0.2, math.nan)] == [True, True, False, False]
    assert [least.holds(value) for value in (0.05, 0.1, 0.2, math.nan)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_known_miss_may_not_get_worse():
    known = Bound(
        figure="a", limit="at most", must=0.1, tolerated=0.2, aim=0, unit="share", quantity="a"
    )

    assert [known.reached(value) for value in (0.1, 0.2, 0.3)] == [True, False, False]
    assert [known.holds(value) for value in (0.1, 0.2, 0.3)] == [True, True, False]


def test_own_runs_are_scored_without_bounds(tmp_path):
    data = write(tmp_path / "own.csv", cells("OWN-1"), cells("OWN-2", recompute="none"))

    found = validate_training(CATALOG, data)

    assert [item.id for item in found if item.source == "OWN"] == ["OWN-1", "OWN-2"]
    assert figures(found)["shipped.runs"] == 2
    assert {item.bound for item in found} == {None}
    assert tables(found)


def test_own_runs_on_other_accelerators_are_shown_apart(tmp_path):
    data = write(tmp_path / "own.csv", cells("OWN-1", accelerator="MI300X", accel_mem_gb=""))

    found = figures(validate_training(CATALOG, data))

    assert (found["shipped.runs"], found["apart.AMD.runs"]) == (0, 1)


def test_own_runs_of_a_sealed_source_are_left_out_loudly(tmp_path, monkeypatch):
    for part in (runs, sealed):
        monkeypatch.setattr(part, "sealed_sources", lambda: frozenset({"NEW"}))
    data = write(tmp_path / "own.csv", cells("OWN-1"), cells("NEW-1"))

    found = figures(validate_training(CATALOG, data))

    assert (found["shipped.runs"], found["sealed.source.NEW.hidden"]) == (1, 1)


def test_a_run_that_cannot_have_fitted_is_a_miss(tmp_path):
    data = write(tmp_path / "own.csv", cells("OWN-1", zero_or_fsdp="none", d_model="16384",
                                             n_layers="120", d_ff="53248"))  # fmt: skip

    records = validate_training(CATALOG, data)

    assert figures(records)["infeasible.runs"] == 1
    assert figures(records)["shipped.median"] == pytest.approx(MISS)
    assert [(item.ours, item.quantity) for item in records if item.source] == [
        (None, f"step time ({REFUSED})")
    ]


def test_without_a_usable_run_the_answer_is_no(tmp_path):
    data = write(tmp_path / "own.csv", cells("OWN-1", n_layers=""), cells("OWN-2", dtype="int3"))

    with pytest.raises(NoAnswerError, match="no run gets a number"):
        validate_training(CATALOG, data)


@pytest.mark.parametrize(("worst", "code"), [(0.5, 1), (0.0, 0)])
def test_the_command_ends_with_one_past_a_bound(records, monkeypatch, worst, code):
    shown = [item for item in records if item.id != "loso.p90" and item.ok is not False]
    missed = Record(**vars(records[0]) | {"ok": worst == 0, "ours": worst, "error": worst})
    monkeypatch.setattr(module, "validate_training", lambda *_: [missed, *shown])

    result = CliRunner().invoke(app, ["validate", "training", "--json"])

    assert result.exit_code == code
    printed = json.loads(result.stdout)
    assert len(printed) == len(shown) + 1
    assert list(printed[0]) == KEYS


def test_the_command_prints_tables(records, monkeypatch):
    monkeypatch.setattr(module, "validate_training", lambda *_: records)

    text = CliRunner().invoke(app, ["validate", "training"]).stdout
    with_runs = CliRunner().invoke(app, ["validate", "training", "--rows"]).stdout

    for table in tables(records):
        assert table.title in text
    assert "MLM-044" not in text
    assert "MLM-044" in with_runs
    assert max(len(line) for line in text.splitlines()) <= 160


def test_the_page_of_accuracy_is_current(records, script):
    """Other machines round otherwise: words must be equal, numbers within 0.3 or 3 %."""
    page = (ROOT / "docs" / "accuracy.md").read_text()
    now = script("accuracy_page").page(records)

    assert NUMBER.sub("#", page) == NUMBER.sub("#", now), "run `make docs`"
    assert [float(text) for text in NUMBER.findall(page)] == pytest.approx(
        [float(text) for text in NUMBER.findall(now)], abs=0.3, rel=0.03
    ), "run `make docs`"


def test_the_shipped_constants_are_those_of_the_fit(evaluation, script):
    fit_training = script("fit_training")

    assert fit_training.stale(*fit_training.fitted(evaluation)) == [], "run scripts/fit_training.py"
