from __future__ import annotations

import os

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError

SITE = """
[sites.our-hall]
latitude = 60.2
longitude = 24.9
elevation_m = 10
dry_bulb_c = [-5, -5, -1, 4, 11, 15, 18, 16, 11, 6, 1, -3]
dew_point_c = [-7, -7, -4, 0, 5, 9, 12, 12, 8, 4, -1, -5]
daily_range_c = [4, 5, 7, 8, 9, 9, 9, 8, 7, 5, 4, 4]
elec_price_industrial_usd_kwh = 0.05
"""


@pytest.fixture
def overlay(tmp_path):
    def write(text):
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def faults_of(path):
    with pytest.raises(InputError) as caught:
        load_catalog(path)
    return {fault.field: fault.problem for fault in caught.value.faults}


def test_field_of_an_existing_row_is_replaced(overlay):
    path = overlay('[accelerators."h100 sxm"]\nprice_usd_estimate = 25000\n')
    mine, packaged = load_catalog(path).accelerators, load_catalog().accelerators
    row, before = mine.resolve("H100-SXM"), packaged.resolve("H100-SXM")
    assert row.price_usd_estimate == 25000
    assert row.evidence == "user"
    assert row.source.startswith(f"{path} (price_usd_estimate)")
    assert (row.memory_gb, row.tdp_w) == (before.memory_gb, before.tdp_w)
    assert before.price_usd_estimate != 25000
    assert len(mine) == len(packaged)
    assert mine.resolve("A100-SXM-80GB") == packaged.resolve("A100-SXM-80GB")


def test_change_reaches_the_family_name(overlay):
    path = overlay("[accelerators.H100]\nprice_usd_estimate = 1\n")
    assert load_catalog(path).accelerators.resolve("H100").price_usd_estimate == 1


def test_new_row_resolves_and_says_user(overlay):
    path = overlay(SITE)
    site = load_catalog(path).sites.resolve("Our Hall")
    assert (site.id, site.evidence, site.source) == ("our-hall", "user", str(path))
    assert site.dry_bulb_c[6] == 18
    assert site.price_evidence == "user"
    assert site.grid_ci_gco2_kwh is None


def test_group_of_a_site_takes_its_source(overlay):
    path = overlay("[sites.ashburn]\nelec_price_industrial_usd_kwh = 0.04\n")
    site, before = (
        load_catalog(path).sites.resolve("ashburn"),
        load_catalog().sites.resolve("ashburn"),
    )
    assert (site.price_source, site.price_evidence) == (str(path), "user")
    assert (site.ci_source, site.ci_evidence) == (before.ci_source, before.ci_evidence)


def test_new_node_may_hold_a_new_accelerator(overlay):
    path = overlay(
        '[accelerators.X1]\nvendor = "Us"\narch = "X"\nmemory_gb = 64\nmemory_gbps = 2000\n'
        '[nodes.x1-box]\nkind = "system"\naccelerator = "X1"\naccelerators_per_node = 4\n'
    )
    catalog = load_catalog(path)
    assert catalog.accelerators.resolve("us x1").memory_gb == 64
    assert catalog.nodes.resolve("X1-BOX").accelerators_per_node == 4


def test_header_is_accepted(overlay):
    path = overlay('schema = "dcbench.catalog"\nversion = 1\n')
    assert len(load_catalog(path).sites) == len(load_catalog().sites)


def test_all_faults_are_given_at_once(overlay):
    found = faults_of(
        overlay(
            """
version = 2
gpus = 3
prices = 1
[accelerators."H100-SXM"]
price_usd_estimte = 25000
tdp_w = -1
memory_gb = nan
memory_gbps = inf
l2_mb = HUGE
sm_count = 1.5
boost_mhz = "fast"
peak_tflops_bf16 = 0
id = "mine"
evidence = "read"
aliases = "h"
notes = "two\\nlines"
[accelerators."NVIDIA H100 80GB HBM3"]
tdp_w = 600
[accelerators.A100]
tdp_w = 1
[accelerators.X1]
tdp_w = true
[sites]
nowhere = 1
[sites.ashburn]
latitude = 91
dry_bulb_c = [1, 2]
[models.gpt2]
gated_mlp = 1
""".replace("HUGE", "9" * 400)
        )
    )
    h100 = "accelerators.H100-SXM"
    assert found == {
        "version": "is another format",
        "gpus": "unknown table",
        f"{h100}.price_usd_estimte": "unknown field",
        f"{h100}.tdp_w": "is not between 0 and 1e+30",
        f"{h100}.memory_gb": "is not a finite number",
        f"{h100}.memory_gbps": "is not a finite number",
        f"{h100}.l2_mb": "is not between 0 and 1e+30",
        f"{h100}.sm_count": "is not a whole number",
        f"{h100}.boost_mhz": "is not a number",
        f"{h100}.peak_tflops_bf16": "must be more than zero",
        f"{h100}.id": "cannot be set",
        f"{h100}.evidence": "cannot be set",
        f"{h100}.aliases": "is not a list of texts",
        f"{h100}.notes": "has control characters or line breaks",
        "accelerators.NVIDIA H100 80GB HBM3": "is the same row as H100-SXM",
        "accelerators.A100": "names several parts",
        "accelerators.X1.tdp_w": "is not a number",
        "accelerators.X1.vendor": "is needed for a new row",
        "accelerators.X1.arch": "is needed for a new row",
        "accelerators.X1.memory_gb": "is needed for a new row",
        "accelerators.X1.memory_gbps": "is needed for a new row",
        "sites.nowhere": "is not a table of fields",
        "sites.ashburn.latitude": "is not between -90 and 90",
        "sites.ashburn.dry_bulb_c": "is not a list of twelve numbers, January first",
        "prices": "is not a table of rows",
        "models.gpt2.gated_mlp": "is neither true nor false",
    }


def test_misspelt_field_is_answered_with_the_right_one(overlay):
    path = overlay("[sites.ashburn]\nelec_price_industrial_usd_kw = 0.04\n")
    with pytest.raises(InputError, match="did you mean elec_price_industrial_usd_kwh"):
        load_catalog(path)


def test_node_with_unknown_accelerator(overlay):
    path = overlay('[nodes.dgx-h100]\naccelerator = "H100-SMX"\n')
    assert faults_of(path) == {"nodes.dgx-h100.accelerator": "unknown accelerator"}


@pytest.mark.parametrize(
    "entry",
    ['[accelerators.X1]\nvendor="Us"\narch="X"\nmemory_gb=1\nmemory_gbps=1\naliases=["B200"]',
     '[sites.ashburn]\nname = "Phoenix"'],
)  # fmt: skip
def test_name_of_another_row_cannot_be_taken(overlay, entry):
    (problem,) = faults_of(overlay(entry)).values()
    assert problem == "has the name of another row"


def test_names_that_are_none(overlay):
    path = overlay('[sites." "]\nlatitude = 1\n[sites."a\\u001b[31m"]\nlatitude = 1\n')
    assert set(faults_of(path).values()) == {"is no name"}


def test_node_takes_any_spelling_of_its_accelerator(overlay):
    path = overlay('[nodes.dgx-h100]\naccelerator = "NVIDIA H200"\n')
    assert load_catalog(path).nodes.resolve("dgx-h100").accelerator == "H200-SXM"


def test_unreadable_files_are_one_line_each(overlay, tmp_path):
    missing = tmp_path / "none.toml"
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * (4 * 2**20 + 1))
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"x = '\xe5'")
    twice = overlay("a = 1\na = 2\n")
    for path, problem in [
        (missing, "cannot be read"), (fifo, "not a regular file"), (tmp_path, "not a regular file"),
        (big, "larger than 4,194,304 bytes"), (latin, "not UTF-8"), (twice, "not TOML"),
    ]:  # fmt: skip
        with pytest.raises(InputError, match=problem) as caught:
            load_catalog(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
