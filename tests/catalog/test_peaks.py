"""Dense peaks follow from cores x clock x FLOP per clock, and precisions from each other."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog

ROWS = {row.id: row for row in load_catalog().accelerators}

# FLOP per clock and SM (CU, TensorCore) of the bf16 (Volta, Turing: fp16) matrix units with fp32
# accumulation. Sources: NVIDIA architecture white papers (V100, Turing, A100, GA102, Ada, H100,
# Blackwell), AMD CDNA 2/3/4 white papers; TPU v4: 4 MXUs of 128 x 128 multiply-adds per core.
FLOP_PER_CLOCK = {
    "Volta": 1024, "Turing": 1024, "Ampere": 1024, "GA100": 2048, "Ada": 1024, "Hopper": 4096,
    "Hopper+Grace": 4096, "Blackwell": 8192, "Blackwell+Grace": 8192, "Blackwell Ultra": 8192,
    "Blackwell Ultra+Grace": 8192, "Blackwell (GB202)": 1024,
    "CDNA2": 1024, "CDNA3": 2048, "CDNA3 APU": 2048, "CDNA4": 4096,
    "TPU": 4 * 128 * 128 * 2,
}  # fmt: skip
GA100 = {"A30", "A100-PCIE-40GB", "A100-PCIE-80GB", "A100-SXM-40GB", "A100-SXM-80GB", "A800-SXM"}
# Products sold with fp32 accumulation at half rate.
HALF_RATE = {"A10G", "L40", "RTX-4090", "RTX-5090"}
NOT_DERIVABLE = {
    "H20": "export part whose tensor rate is cut far below cores x clock; no tensor clock given",
    "B100": "clock not published",
    "VR200": "announced; cores and clock not published",
    "MI455X": "announced; compute units not published",
    "Gaudi2": "matrix engines are not tied to the count of its vector cores",
    "Gaudi3": "matrix engines are not tied to the count of its vector cores",
    "TPU-v5e": "clock not published",
    "TPU-v5p": "clock not published",
    "TPU-v6e": "clock not published",
    "TPU-v7": "clock not published",
    "Trainium1": "clock not published",
    "Trainium2": "clock not published",
    "Trainium3": "clock not published",
}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_dense_peak_follows_from_cores_and_clock(name):
    row = ROWS[name]
    clock_mhz = row.tensor_peak_clock_mhz or (row.boost_mhz if name == "TPU-v4" else None)
    if name in NOT_DERIVABLE:
        assert row.sm_count is None or clock_mhz is None or row.vendor == "Intel"
        return
    family = "GA100" if name in GA100 else row.arch
    flop_per_clock = FLOP_PER_CLOCK[family] * (0.5 if name in HALF_RATE else 1)
    derived_tflops = row.sm_count * clock_mhz * 1e6 * flop_per_clock / 1e12
    peak = row.peak_tflops_bf16 or row.peak_tflops_fp16
    # AMD and Google print the product itself; NVIDIA rounds clocks and peaks.
    assert peak == pytest.approx(derived_tflops, rel=0.05 if row.vendor == "NVIDIA" else 0.01)


FP8_OVER_BF16 = {
    "VR200": 4.4,  # announced: 17.5 PF fp8, 4 PF bf16
    "Gaudi3": 1.0,  # same matrix engine rate
    "TPU-v6e": 1.0,  # fp8 runs at bf16 rate
    "Trainium1": 1.0,  # cFP8 at bf16 rate
    "Trainium2": 1.95,  # 1299 / 667, Neuron documentation
    "Trainium3": 3.75,  # 2517 mxfp8 / 671, Neuron documentation
}
TF32_OVER_BF16 = {
    "Gaudi3": 459 / 1678,  # quarter-rate matrix engine mode as Intel prints it
    "Trainium1": 1.0,  # Neuron documentation gives one figure for fp16, bf16 and tf32
    "Trainium2": 1.0,
    "Trainium3": 1.0,
}


@pytest.mark.parametrize("name", sorted(n for n, r in ROWS.items() if r.peak_tflops_fp8))
def test_fp8_is_twice_bf16(name):
    row = ROWS[name]
    ratio = FP8_OVER_BF16.get(name, 2.0)
    assert row.peak_tflops_fp8 == pytest.approx(ratio * row.peak_tflops_bf16, rel=0.015)


@pytest.mark.parametrize(
    "name", sorted(n for n, r in ROWS.items() if r.peak_tflops_tf32 and r.peak_tflops_bf16)
)
def test_tf32_is_half_of_bf16(name):
    row = ROWS[name]
    ratio = TF32_OVER_BF16.get(name, 0.5)
    assert row.peak_tflops_tf32 == pytest.approx(ratio * row.peak_tflops_bf16, rel=0.03)


def test_peaks_are_dense():
    # NVIDIA H100 SXM datasheet prints 1,979 (bf16) and 3,958 (fp8) TFLOPS "with sparsity".
    h100 = ROWS["H100-SXM"]
    assert h100.peak_flops("bf16") == pytest.approx(1979e12 / 2, rel=1e-3)
    assert h100.peak_flops("fp8") == pytest.approx(3958e12 / 2, rel=1e-3)


def test_precision_that_a_part_lacks_has_no_peak():
    assert ROWS["A100-SXM-80GB"].peak_flops("fp8") is None
    assert ROWS["V100-SXM2-32GB"].peak_flops("bf16") is None
    assert ROWS["H100-SXM"].peak_flops("int3") is None


def test_reported_memory_is_close_to_the_capacity_sold():
    for row in ROWS.values():
        if row.memory_mib_reported:
            reported_gb = row.memory_mib_reported * 2**20 / 1e9
            # GDDR6 with ECC hides 1/16; HBM parts show a little more than the SKU says.
            assert -0.07 < reported_gb / row.memory_gb - 1 < 0.1, row.id
