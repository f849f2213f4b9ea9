"""The packaged tables: every row says where it is from, names are unique, values are possible."""

from __future__ import annotations

import csv
import math
from dataclasses import fields
from importlib import resources
from pathlib import Path

import pytest

from dcbench.catalog import load_catalog
from dcbench.catalog.packaged import TABLES, packaged_rows
from dcbench.catalog.reading import read_rows
from dcbench.catalog.rows import Price
from dcbench.catalog.table import fold
from dcbench.errors import InputError

CATALOG = load_catalog()
ALL_TABLES = CATALOG.tables()


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_source_and_evidence(table):
    for row in ALL_TABLES[table]:
        assert row.source.strip(), row.id
        assert row.evidence in {"read", "recalled"}, row.id


@pytest.mark.parametrize("table", TABLES)
def test_names_are_unique_and_unambiguous(table):
    owner = {}
    for row in ALL_TABLES[table]:
        for name in ALL_TABLES[table].names_of(row):
            assert owner.setdefault(fold(name), row.id) == row.id, name
    assert len({row.id for row in ALL_TABLES[table]}) == len(ALL_TABLES[table])


@pytest.mark.parametrize("table", TABLES)
def test_ids_are_typeable(table):
    for row in ALL_TABLES[table]:
        assert row.id == row.id.strip()
        assert all(char.isascii() and (char.isalnum() or char in ".-") for char in row.id), row.id


@pytest.mark.parametrize("table", TABLES)
def test_recalled_cells_name_fields_that_are_filled(table):
    for row in ALL_TABLES[table]:
        for cell in row.recalled_cells:
            assert getattr(row, cell) is not None, (row.id, cell)


@pytest.mark.parametrize("table", TABLES)
def test_numbers_are_finite_and_possible(table):
    signed = {"latitude", "longitude", "elevation_m"}
    for row in ALL_TABLES[table]:
        for field in fields(row):
            value = getattr(row, field.name)
            if isinstance(value, int | float):
                assert math.isfinite(value), (row.id, field.name)
                if field.name not in signed and table != "equipment":
                    assert value >= 0, (row.id, field.name)


def test_family_names_are_of_no_row_and_hold_known_parts():
    file = resources.files("dcbench.catalog") / "data" / "accelerator_families.csv"
    for line in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        part = CATALOG.accelerators.find(line["id"])
        assert part is not None
        assert CATALOG.accelerators.find(line["family"]) is None
        assert part.memory_gb == pytest.approx(float(line["memory_gb"]), rel=0.07)


def test_nodes_hold_known_accelerators():
    for node in CATALOG.nodes:
        assert CATALOG.accelerators.resolve(node.accelerator).id == node.accelerator


def test_site_climate_is_physical():
    for site in CATALOG.sites:
        for months in (site.dry_bulb_c, site.dew_point_c, site.daily_range_c):
            assert len(months) == 12
        for dry, dew in zip(site.dry_bulb_c, site.dew_point_c, strict=True):
            assert dew <= dry, site.id
        assert min(site.daily_range_c) > 0
        # A design wet bulb cannot exceed the design dry bulb; the hottest month lies below both.
        assert site.design_wb_0p4_c <= site.design_db_0p4_c
        assert max(site.dry_bulb_c) < site.design_db_0p4_c
        hottest = site.dry_bulb_c.index(max(site.dry_bulb_c))
        north = site.latitude > 23.5
        assert not north or 4 <= hottest <= 8, site.id


def test_every_site_has_one_row_of_risks_under_the_same_names():
    assert CATALOG.site_risk.ids() == CATALOG.sites.ids()
    for site, risk in zip(CATALOG.sites, CATALOG.site_risk, strict=True):
        assert (risk.name, risk.aliases) == (site.name, site.aliases)


def test_hazard_classes_run_from_0_to_4_and_read_cells_are_filled():
    for risk in CATALOG.site_risk:
        for name, value in vars(risk).items():
            assert not name.endswith("_class") or value in {None, 0, 1, 2, 3, 4}, (risk.id, name)
        for cell in risk.read_cells:
            assert getattr(risk, cell) is not None, (risk.id, cell)
        assert (risk.grid_saidi_min_per_year is None) == (risk.grid_saidi_basis is None), risk.id


def test_unknown_site_risks_stay_unknown():
    # Counts of empty cells as the table was made: nothing may be filled with a mean.
    empty = {"grid_saidi_min_per_year": 7, "water_stress_class": 19, "heat_extreme_c": 18}
    for cell, count in empty.items():
        assert sum(getattr(risk, cell) is None for risk in CATALOG.site_risk) == count, cell


def test_low_mid_high_are_in_order():
    for row in CATALOG.equipment:
        given = [value for value in (row.low, row.mid, row.high) if value is not None]
        assert given == sorted(given), row.id
    for row in CATALOG.prices:
        assert (row.low or row.value) <= row.value <= (row.high or row.value), row.id


def test_capacity_of_switches_is_ports_times_speed():
    # Tbit/s in one direction, whatever the vendor prints.
    for row in CATALOG.networks:
        if row.category == "switch":
            assert row.total_tbps * 1000 == pytest.approx(row.ports * row.gbps_per_port)


def test_interruption_rates_follow_from_counts():
    # 419 interruptions of 16,384 GPUs in 54 days (Llama 3 report, table 5): 0.474.
    for row in CATALOG.failures:
        if row.interruptions and row.duration_days and row.n_gpus and row.per_1000_gpu_days:
            rate = row.interruptions / (row.n_gpus * row.duration_days / 1000)
            assert row.per_1000_gpu_days == pytest.approx(rate, rel=0.01), row.id


def test_rows_of_one_table_are_read_once():
    assert packaged_rows("sites") is packaged_rows("sites")


def test_reading_one_table_leaves_the_others_unread():
    catalog = load_catalog()
    assert len(catalog.sites) > 0
    assert "accelerators" not in vars(catalog)


def test_damaged_file_gives_every_fault(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "prices.csv").write_text(
        "id,name,category,value,unit,year,source,evidence,colour\n"
        "a,A,c,nan,USD,2024,s,read,\n"
        "b,B,c,1,USD,soon,s,read,red\n"
    )
    monkeypatch.setattr("dcbench.catalog.reading.resources.files", lambda _package: tmp_path)
    with pytest.raises(InputError) as caught:
        read_rows(Price, "prices.csv")
    assert [fault.field for fault in caught.value.faults] == [
        "line 2 value", "line 3 year", "line 3 colour",
    ]  # fmt: skip


def test_share_alike_data_is_only_in_the_file_that_says_so():
    # Electricity Maps publishes under ODbL 1.0: DATA_LICENSES.md keeps it to site_grid.csv.
    folder = resources.files("dcbench.catalog") / "data"
    holding = {f.name for f in folder.iterdir() if "Electricity Maps" in f.read_text("utf-8")}
    assert holding == {"site_grid.csv"}


@pytest.mark.parametrize(
    ("source", "heading"),
    [("Electricity Maps", "| {} | Electricity Maps"), ("eGRID", "| {} | EPA eGRID"),
     ("Ember", "| {} | Ember"), ("China MEE", "| {} | provincial factors")],
)  # fmt: skip
def test_licence_page_counts_the_rows_of_each_source(source, heading):
    count = sum(source in site.ci_source for site in CATALOG.sites)
    page = Path(__file__).parents[2] / "DATA_LICENSES.md"
    assert heading.format(count) in page.read_text(encoding="utf-8")
