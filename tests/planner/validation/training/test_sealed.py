"""Sealed sources: nothing but the number of their runs, until they are scored once."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.validation.training import sealed
from dcbench_planner.validation.training.runs import sealed_sources
from dcbench_planner.validation.training.sealed import score_sealed, sealed_figures

CATALOG = load_catalog()


def test_before_the_score_only_runs_are_counted(monkeypatch, tmp_path):
    monkeypatch.setattr(sealed, "score_file", lambda: tmp_path / "none.csv")
    monkeypatch.setattr(sealed, "sealed_sources", lambda: frozenset({"TLL", "MXT"}))

    assert set(sealed_figures()) == {"sealed.source.TLL.hidden", "sealed.source.MXT.hidden"}


def test_the_score_on_record_is_shown(monkeypatch, tmp_path):
    path = tmp_path / "sealed_score.csv"
    path.write_text("figure,value,commit\nsealed.macro_median,0.12,abc\n")
    monkeypatch.setattr(sealed, "score_file", lambda: path)

    assert sealed_figures() == {"sealed.macro_median": 0.12}


def test_a_score_has_errors_interval_and_memory():
    """On a source that is not sealed."""
    found = score_sealed(CATALOG, frozenset({"TTN"}) - sealed_sources())

    assert found["sealed.runs"] == found["sealed.source.TTN.runs"] > 40
    assert found["sealed.median"] == found["sealed.macro_median"]
    assert 0 <= found["sealed.interval.coverage"] <= 1 < found["sealed.interval.width"]
    assert found["sealed.memory.runs"] == 30  # torchtitan's rows with a peak
    assert found["sealed.numbered.share"] > 0.9


def test_the_program_does_nothing_unasked(script, monkeypatch):
    program = script("score_sealed")
    monkeypatch.setattr(program, "score_sealed", lambda *_: pytest.fail("scored"))
    monkeypatch.setattr(program.sys, "argv", ["score_sealed.py"])

    with pytest.raises(SystemExit, match="nothing done"):
        program.main()


def test_the_program_scores_only_once(script, monkeypatch, tmp_path):
    program = script("score_sealed")
    path = tmp_path / "sealed_score.csv"
    path.write_text("figure,value,commit\n")
    monkeypatch.setattr(program, "score_file", lambda: path)
    monkeypatch.setattr(program, "score_sealed", lambda *_: pytest.fail("scored"))
    monkeypatch.setattr(program.sys, "argv", ["score_sealed.py", "--unseal"])

    with pytest.raises(SystemExit, match="scored already"):
        program.main()
