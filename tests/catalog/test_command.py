"""`dcbench catalog` through the command line's own entry point."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from dcbench.catalog import load_catalog
from dcbench.cli import catalog_command
from dcbench.errors import InputError

TABLES = [*catalog_command.OVERVIEW]


@pytest.fixture
def run(monkeypatch):
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    catalog_command.register(app)
    monkeypatch.delenv("COLUMNS", raising=False)

    def invoke(*arguments: str):
        result = CliRunner().invoke(app, ["catalog", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    return invoke


def test_list_names_the_tables_with_their_row_counts(run):
    lines = dict(line.split() for line in run("list").splitlines()[1:])
    assert list(lines) == TABLES
    assert int(lines["sites"]) == len(load_catalog().sites)


@pytest.mark.parametrize("table", TABLES)
def test_lists_fit_in_80_columns_and_cut_no_key(run, table):
    head, *lines = run("list", table).splitlines()
    records = json.loads(run("list", table, "--json"))
    assert len(lines) == len(records)
    assert max(map(len, [head, *lines])) <= 80
    for line, record in zip(lines, records, strict=True):
        assert line.split()[0] == record.get("id", record.get("key"))


def test_every_row_can_be_shown_in_80_columns(run):
    for table, name in [("accelerators", "GB300"), ("sites", "lulea"), ("models", "deepseek-v3")]:
        lines = run("show", name).splitlines()
        assert lines[0].endswith(f"({table})")
        assert max(map(len, lines)) <= 80


def test_show_gives_units_source_evidence_and_recalled_cells(run):
    shown = " ".join(run("show", "H100-SXM").split())
    row = load_catalog().accelerators.resolve("H100-SXM")
    for text in ("memory_gbps 3,350 GB/s", "peak_tflops_bf16 989.4 TFLOP/s", "tdp_w 700 W",
                 "idle_w 70 W (recalled)", "evidence read", row.source):  # fmt: skip
        assert text in shown


def test_show_json_holds_every_known_field(run):
    record, risk = json.loads(run("show", "ashburn", "--json"))
    assert (record["table"], risk["table"]) == ("sites", "site_risk")
    site = load_catalog().sites.resolve("ashburn")
    assert record.pop("table") == "sites"
    assert record.pop("dry_bulb_c") == list(site.dry_bulb_c)
    for key, value in record.items():
        if not isinstance(value, list):
            assert getattr(site, key) == value


def test_show_says_how_a_family_name_is_read(run):
    assert "40 or 80 GB" in " ".join(run("show", "a100").split())
    (record,) = json.loads(run("show", "H100", "--json"))
    assert (record["id"], "SXM" in record["read_as"]) == ("H100-SXM", True)


def test_show_finds_the_name_in_every_table(run):
    records = json.loads(run("show", "GB200 NVL72 rack", "--json"))
    assert [record["table"] for record in records] == ["nodes", "prices", "equipment"]


def test_show_finds_assumptions(run):
    key = json.loads(run("list", "assumptions", "--json"))[0]["key"]
    (record,) = json.loads(run("show", key, "--json"))
    assert record["table"] == "assumptions"
    assert {"value", "unit", "provenance", "source"} <= set(record)


def test_overlay_is_shown(run, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[accelerators.H100-SXM]\nprice_usd_estimate = 25000\n")
    record, *_ = json.loads(run("show", "H100-SXM", "--catalog", str(path), "--json"))
    assert (record["price_usd_estimate"], record["evidence"]) == (25000, "user")


@pytest.mark.parametrize("table", ["site", "SITES", "sites"])
def test_table_names_are_forgiving(run, table):
    assert "ashburn" in run("list", table)


def test_unknown_names_give_the_closest(run):
    with pytest.raises(InputError, match="accelerators"):
        run("list", "accelerator-s")
    with pytest.raises(InputError, match="H100-SXM"):
        run("show", "H100-SMX")
