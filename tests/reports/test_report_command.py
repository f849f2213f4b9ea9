"""`dcbench report`: files in, one page out, one line per fault."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from dcbench.cli import report_command
from dcbench.errors import InputError
from dcbench.records.files import write_record, write_text
from dcbench.records.scenario import Scenario
from tests.reports import samples


@pytest.fixture
def files(tmp_path):
    records = {"plan.json": samples.plan(), "run.json": samples.cpu_run_record()}
    for name, record in records.items():
        write_record(tmp_path / name, record)
    return tmp_path


def run(*arguments: object):
    app = typer.Typer()
    report_command.register(app)
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=True)


def test_it_writes_the_page_and_prints_its_path(files):
    result = run(files / "plan.json", files / "run.json", "--out", files / "page.html")

    assert result.exit_code == 0
    assert result.stdout.strip() == str(files / "page.html")
    assert (files / "page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_json_names_the_page_and_the_formats(files):
    result = run(files / "plan.json", files / "run.json", "--out", files / "page.html", "--json")
    answer = json.loads(result.stdout)

    assert answer["report"] == str(files / "page.html")
    assert answer["records"] == ["dcbench.plan", "dcbench.run"]
    assert answer["bytes"] == (files / "page.html").stat().st_size


def test_the_page_is_called_report_html_by_default(files, monkeypatch):
    monkeypatch.chdir(files)

    assert run("run.json").stdout.strip() == "report.html"
    assert (files / "report.html").exists()


def test_every_fault_of_every_file_is_named(files):
    write_text(files / "broken.json", "{")
    write_text(files / "foreign.json", '{"schema": "other"}')
    error = run(files / "broken.json", files / "foreign.json", files / "gone.json").exception

    assert isinstance(error, InputError)
    assert len(error.faults) == 3
    assert not (files / "report.html").exists()


def test_a_scenario_is_refused_by_name(files):
    write_record(files / "s.json", Scenario(params=7e9))
    error = run(files / "s.json").exception

    assert isinstance(error, InputError)
    assert "s.json" in str(error)
    assert "dcbench plan" in str(error)


def test_an_input_is_never_overwritten(files):
    before = (files / "plan.json").read_bytes()
    error = run(files / "plan.json", "--out", files / "plan.json").exception

    assert isinstance(error, InputError)
    assert (files / "plan.json").read_bytes() == before


@pytest.mark.parametrize("place", ["no/such/folder/page.html", "."])
def test_a_place_that_cannot_be_written_is_bad_input(files, place):
    error = run(files / "run.json", "--out", files / place).exception

    assert isinstance(error, InputError)


def test_importing_the_package_draws_nothing():
    import subprocess
    import sys

    code = (
        "import sys, dcbench_reports, dcbench.cli.report_command; "
        "print([m for m in ('matplotlib', 'jinja2', 'pydantic') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "[]"
