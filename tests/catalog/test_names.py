"""Every name that the documentation, the drivers and published measurements use resolves.

names.csv holds the name, the memory size stated with it, and the row it must give. `used_in`:
documented = our own docs; training, microbenchmarks, serving, pue = tables of published
measurements; driver = what nvidia-smi, rocm-smi or torch.cuda.get_device_name print. The expected
ids were checked by hand against the sources' own descriptions of the hardware.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError

CATALOG = load_catalog()
with Path(__file__).with_name("names.csv").open(encoding="utf-8") as file:
    NAMES = [tuple(row.values()) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("table", "name", "memory_gb", "expected", "_used_in"), NAMES)
def test_name_resolves(table, name, memory_gb, expected, _used_in):
    rows = getattr(CATALOG, table)
    row = rows.resolve(name, memory_gb=float(memory_gb)) if memory_gb else rows.resolve(name)
    assert row.id == expected


@pytest.mark.parametrize("variant", ["h100-sxm", "H100 SXM", " h100_sxm ", "NVIDIA H100-SXM"])
def test_case_separators_and_vendor_do_not_count(variant):
    assert CATALOG.accelerators.resolve(variant).id == "H100-SXM"


@pytest.mark.parametrize("variant", ["Luleå", "LULEÅ", "lulea", "Lulea"])
def test_accents_do_not_count(variant):
    assert CATALOG.sites.resolve(variant).id == "lulea"


@pytest.mark.parametrize(
    ("table", "name", "suggested"),
    [
        ("accelerators", "H100-SMX", "H100-SXM"),
        ("accelerators", "mi300", "MI300X"),
        ("models", "llama-3.1-407b", "llama-3.1-405b"),
        ("sites", "ashburne", "ashburn"),
    ],
)
def test_unknown_name_gives_the_closest(table, name, suggested):
    with pytest.raises(InputError, match=suggested) as caught:
        getattr(CATALOG, table).resolve(name, where="--flag")
    (fault,) = caught.value.faults
    assert (fault.where, fault.value) == ("--flag", name)


@pytest.mark.parametrize(
    "name",
    # Published tables that do not say which part was used; a guess would be a fallback.
    [
        "NVIDIA Hopper SM90",
        "NVIDIA Ampere-class (not named)",
        "",
        "x" * 9999,
    ],
)
def test_vague_name_is_an_error(name):
    with pytest.raises(InputError):
        CATALOG.accelerators.resolve(name)


def test_a_generation_is_read_as_one_part_and_says_so():
    # torchtitan's NVFP4 page: "Blackwell SM100+", memory shares that imply about 184 GiB
    assert CATALOG.accelerators.resolve("Blackwell-unspecified").id == "B200-SXM"
    assert "B200" in CATALOG.accelerators.note("Blackwell-unspecified")


def test_family_without_memory_is_what_all_its_parts_have():
    # A100 SXM4: 40 GB at 1555 GB/s or 80 GB at 2039 GB/s, all else alike (NVIDIA A100 datasheet).
    a100 = CATALOG.accelerators.resolve("A100")
    assert (a100.memory_gb, a100.memory_gbps, a100.peak_tflops_bf16) == (40, 1555, 312)
    assert (a100.tdp_w, a100.scaleup_gbps_per_direction) == (400, 300)
    assert a100.price_usd_estimate is None
    note = CATALOG.accelerators.note("A100")
    assert "40 or 80 GB" in note
    assert "1555 GB/s" in note


def test_common_part_never_exceeds_a_variant():
    for name in ("A100", "A100-PCIE", "GH200", "V100"):
        common = CATALOG.accelerators.resolve(name)
        for part in CATALOG.accelerators.variants(name):
            for field in ("memory_gb", "memory_gbps", "peak_tflops_fp16", "tdp_w"):
                value = getattr(common, field)
                assert value is None or value <= getattr(part, field)


def test_note_is_silent_where_nothing_was_assumed():
    assert CATALOG.accelerators.note("H100-SXM") is None
    assert CATALOG.accelerators.note("nonsense") is None
    assert "SXM" in CATALOG.accelerators.note("H100")


def test_power_limited_h100_of_the_torchtitan_tables():
    # pytorch/torchtitan benchmarks/llama3_h100_202412: 96 GB HBM2e, 2.4 TB/s, 500 W limit.
    part = CATALOG.accelerators.resolve("H100", memory_gb=96)
    assert (part.memory_gb, part.memory_gbps, part.tdp_w) == (96, 2400, 500)


@pytest.mark.parametrize(("name", "memory_gb"), [("A100", 64), ("MI300X", 80), ("H100", 40)])
def test_memory_that_no_part_has_is_an_error(name, memory_gb):
    with pytest.raises(InputError, match="no such part"):
        CATALOG.accelerators.resolve(name, memory_gb=memory_gb)
