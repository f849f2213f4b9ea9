"""Matrix products C = A B, row-major, A of shape (m, k) and B of shape (k, n).

Work: 2mnk FLOP (one multiplication and one addition per term, as BLAS and LINPACK count).
Data: standard normal A, normal B scaled by 1/sqrt(k), so that C has unit variance; zeros or
constants would toggle fewer bits and let a GPU clock higher. Buffers rotate through at least two
last-level caches (CUTLASS, gemm_performance_measurement_methodology_guidelines.md).

Layout `NN`: both row-major. fp8 takes B column-major, the only layout of torch's scaled product:
`NT`. fp8 has one scale per tensor, taken from its largest element, and full-precision
accumulation (`use_fast_accum=False`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

from dcbench_benchmarks.kernels.matmul_check import check_products
from dcbench_benchmarks.kernels.place import Place
from dcbench_benchmarks.kernels.prepared import Checked, Prepared
from dcbench_benchmarks.suite import MatmulSpec
from dcbench_benchmarks.timing import Timed, Workload

DTYPES = {
    "fp32": torch.float32,
    "tf32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
    "fp8": torch.float8_e4m3fn,
}
FP8_MAX = 448.0
"""Largest finite E4M3 number (OCP 8-bit floating point specification, table 1)."""
CACHES = 2
TF32_DROPPED_BITS = 13
"""fp32 has 23 mantissa bits, TF32 10 (NVIDIA A100 white paper)."""


@dataclass(frozen=True, kw_only=True)
class Operands:
    """One product as torch takes it, and its factors as the reference takes them."""

    a: torch.Tensor
    b: torch.Tensor
    scale_a: torch.Tensor | None = None
    scale_b: torch.Tensor | None = None
    saturated_share: float = 0.0
    """Share of elements that the conversion to the dtype cut off."""

    def exact(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Give both factors in float64, as the kernel sees them: rounded, and scaled back."""
        scale_a = 1.0 if self.scale_a is None else self.scale_a.double()
        scale_b = 1.0 if self.scale_b is None else self.scale_b.double()
        return self.a.to(torch.float64) * scale_a, self.b.to(torch.float64) * scale_b


def work_flop(spec: MatmulSpec) -> float:
    """FLOP of one product: 2mnk."""
    return 2.0 * spec.m * spec.n * spec.k


def prepare(spec: MatmulSpec, place: Place, seed: int) -> Prepared:
    """Allocate and fill the buffers of one case."""
    set_precision(spec.dtype)
    operands = make_operands(spec, place.device, seed)
    out_dtype = torch.bfloat16 if spec.dtype == "fp8" else DTYPES[spec.dtype]
    output = torch.zeros(spec.m, spec.n, dtype=out_dtype, device=place.device)
    bytes_each = sum(t.numel() * t.element_size() for t in (operands.a, operands.b, output))
    count = max(2, place.num_buffers(bytes_each, CACHES))
    left = [operands.a] + [_copy(operands.a) for _ in range(count - 1)]
    right = [operands.b] + [_copy(operands.b) for _ in range(count - 1)]
    outputs = [output] + [torch.zeros_like(output) for _ in range(count - 1)]
    multiply = _multiplier(operands)

    def iterate(index: int) -> None:
        slot = index % count
        multiply(left[slot], right[slot], outputs[slot])

    def check(timed: Timed) -> Checked:
        written = outputs[: len(timed.samples) * timed.iterations_per_batch]
        return check_products(spec.dtype, operands.exact(), written, operands.saturated_share)

    return Prepared(
        workload=Workload(iterate=iterate, max_iterations=place.max_iterations),
        work=work_flop(spec), work_unit="flop", check=check,
    )  # fmt: skip


def set_precision(dtype: str) -> None:
    """Set every switch of torch that decides how precisely a product is computed.

    fp32 means IEEE fp32: neither TF32 on GPUs nor bf16 on CPUs. Sums across split k stay fp32.
    """
    torch.backends.cuda.matmul.fp32_precision = "tf32" if dtype == "tf32" else "ieee"
    torch.backends.mkldnn.matmul.fp32_precision = "ieee"  # type: ignore[attr-defined] # set by name
    torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = False
    torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction = False
    torch.backends.cuda.matmul.allow_fp16_accumulation = False


def make_operands(spec: MatmulSpec, device: torch.device, seed: int) -> Operands:
    """Draw both factors, in the dtype of the case."""
    generator = torch.Generator(device=device).manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, device=device)

    a, b = draw(spec.m, spec.k), draw(spec.k, spec.n) / math.sqrt(spec.k)
    if spec.dtype == "fp8":
        return _scaled(a, b)
    if spec.dtype == "tf32":
        return Operands(a=_rounded_to_tf32(a), b=_rounded_to_tf32(b))
    dtype = DTYPES[spec.dtype]
    return Operands(a=a.to(dtype), b=b.to(dtype))


def _scaled(a: torch.Tensor, b: torch.Tensor) -> Operands:
    scales = [x.abs().max().float() / FP8_MAX for x in (a, b)]
    scaled = [x / scale for x, scale in zip((a, b.t().contiguous()), scales, strict=True)]
    codes = [x.clamp(-FP8_MAX, FP8_MAX).to(torch.float8_e4m3fn) for x in scaled]
    saturated = [float((x.abs() > FP8_MAX * (1 + 1e-6)).float().mean()) for x in scaled]
    return Operands(
        a=codes[0], b=codes[1].t(), scale_a=scales[0], scale_b=scales[1],
        saturated_share=max(saturated),
    )  # fmt: skip


def _rounded_to_tf32(x: torch.Tensor) -> torch.Tensor:
    """Drop the bits that TF32 drops, so that the reference multiplies the same numbers."""
    kept = x.view(torch.int32) & -(1 << TF32_DROPPED_BITS)
    return kept.view(torch.float32)


def _copy(x: torch.Tensor) -> torch.Tensor:
    """Copy with the same strides (B of fp8 is a transposed view)."""
    return torch.empty_strided(x.size(), x.stride(), dtype=x.dtype, device=x.device).copy_(x)


def _multiplier(
    operands: Operands,
) -> Callable[[torch.Tensor, torch.Tensor, torch.Tensor], object]:
    if operands.scale_a is None or operands.scale_b is None:
        return lambda a, b, out: torch.mm(a, b, out=out)
    scale_a, scale_b = operands.scale_a, operands.scale_b
    return lambda a, b, out: torch._scaled_mm(  # noqa: SLF001 - torch's only fp8 product to 2.11
        a, b, scale_a=scale_a, scale_b=scale_b, out_dtype=out.dtype, use_fast_accum=False, out=out
    )
