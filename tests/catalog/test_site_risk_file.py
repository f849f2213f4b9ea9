from __future__ import annotations

from importlib import resources

import pytest

from dcbench.catalog import load_catalog
from dcbench.catalog.site_risk_file import with_site_risk
from dcbench.errors import InputError


@pytest.fixture
def table(tmp_path):
    def write(text, name="risk.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def faults_of(path, catalog=None):
    with pytest.raises(InputError) as caught:
        with_site_risk(catalog or load_catalog(), path)
    return [str(fault).removeprefix(f"{path}: ") for fault in caught.value.faults]


def test_cells_replace_and_empty_cells_leave(table):
    path = table("id,seismic_class,flood_class,grid_saidi_min_per_year\nlulea,3,,12.5\n")
    mine, before = (
        with_site_risk(load_catalog(), path).site_risk.resolve("lulea"),
        load_catalog().site_risk.resolve("lulea"),
    )
    assert (mine.seismic_class, mine.grid_saidi_min_per_year) == (3, 12.5)
    assert mine.flood_class == before.flood_class
    assert (mine.evidence, mine.read_cells) == (
        "user",
        ("seismic_class", "grid_saidi_min_per_year"),
    )
    assert mine.source.startswith(f"{path} (seismic_class, grid_saidi_min_per_year)")


def test_site_is_found_by_any_name_and_columns_in_any_order(table):
    path = table("flood_class,name\n4,us-east-1\n")
    assert with_site_risk(load_catalog(), path).site_risk.resolve("ashburn").flood_class == 4


def test_a_copy_of_the_packaged_table_changes_nothing(table):
    file = resources.files("dcbench.catalog") / "data" / "site_risk.csv"
    catalog = with_site_risk(load_catalog(), table(file.read_text(encoding="utf-8")))
    assert catalog.site_risk.rows == load_catalog().site_risk.rows


def test_the_word_unknown_forgets_a_cell(table):
    path = table("id,water_stress_class\nashburn,unknown\n")
    row = with_site_risk(load_catalog(), path).site_risk.resolve("ashburn")
    assert row.water_stress_class is None
    assert "water_stress_class" not in row.read_cells


def test_rows_of_an_overlay_site_are_taken(table, tmp_path):
    overlay = tmp_path / "mine.toml"
    overlay.write_text(
        "[sites.our-hall]\nlatitude = 60.2\nlongitude = 24.9\nelevation_m = 10\n"
        f"dry_bulb_c = {[5] * 12}\ndew_point_c = {[1] * 12}\ndaily_range_c = {[6] * 12}\n"
        "[site_risk.our-hall]\nseismic_class = 1\n",
        encoding="utf-8",
    )
    catalog = load_catalog(overlay)
    assert catalog.site_risk.resolve("our-hall").seismic_class == 1
    path = table("id,flood_class\nOur Hall,2\n")
    row = with_site_risk(catalog, path).site_risk.resolve("our-hall")
    assert (row.seismic_class, row.flood_class) == (1, 2)


def test_all_faults_are_given_at_once(table):
    path = table(
        "id,seismic_class,rtt_ms_to_nearest_hub\n"
        "lulea,5,1\n"
        "atlantis,1,1\n"
        "luleå,1,1\n"
        "tokyo,high,-3\n"
        "osaka,1.5,1,7\n"
    )
    lines = faults_of(path)
    assert lines[0].startswith("line 3 = 'atlantis': unknown site; did you mean")
    assert lines[1].startswith("line 4 = 'lulea': is a site that an earlier line gives")
    assert lines[2].startswith("line 5 seismic_class = 'high': is not a number")
    assert lines[3].startswith("line 6: has more cells")
    assert lines[4:] == [
        "site_risk.lulea.seismic_class = 5.0: is not between 0 and 4; correct it",
        "site_risk.tokyo.rtt_ms_to_nearest_hub = -3.0: is not between 0 and 1000; correct it",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,seismic\nlulea,1\n", "seismic: unknown column; did you mean seismic_class?"),
        ("site,seismic_class\nlulea,1\n", "has no column id or name"),
        ("id,id\nlulea,1\n", "id: is a column twice"),
        ("", "has no column id or name"),
        ("id,seismic_class\nlulea,2.5\n", "is not a whole number"),
        ("id,seismic_class\nlulea,nan\n", "is not a finite number"),
        ("id,seismic_class\n,2\n", "unknown site"),
    ],
)
def test_bad_files_are_named(table, text, told):
    assert any(told in line for line in faults_of(table(text)))


def test_overlay_of_an_unknown_site_is_named(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[site_risk.atlantis]\nseismic_class = 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"site_risk\.atlantis.*unknown site"):
        load_catalog(path)
