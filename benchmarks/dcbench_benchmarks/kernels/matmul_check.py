"""Is a matrix product right? Every element against float64, or Freivalds' check where that is slow.

Tolerance of one element c, for factors whose product has unit variance:

    |c - ref| <= lambda * sqrt(k) * u_sum * (|A||B|) + u_out * |ref|,   lambda = 6

The first term is the probabilistic bound on a sum of k products (Higham and Mary, SIAM J. Sci.
Comput. 41(5), 2019, theorem 3.1, gamma_k(lambda) = lambda sqrt(k) u to first order), with
(|A||B|) = k * (2/pi) / sqrt(k) for normal factors; the second is the rounding of the result.
Unit roundoffs: fp32 2^-24, fp16 2^-11, bf16 2^-8 (half a unit in the last place). Tensor cores
add in fp32 but truncate: 2^-23 (Fasi et al., PeerJ Computer Science 7:e330, 2021). fp8 products
are summed in about 14 bits, off by up to 2 % (DeepSeek-V3, arXiv 2412.19437, section 3.3.2): 0.05
allows that in elements of two and a half standard deviations.

Freivalds (1977): for a random vector x of signs, C x = A (B x). An element wrong by d shifts one
entry by d; correct rounding shifts it by about sqrt(n) roundings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from dcbench_benchmarks.kernels.prepared import Checked

LAMBDA = 6.0
MEAN_ABS_PRODUCT = 2 / math.pi
"""E|x|E|y| of two standard normal variables."""
FULL_CHECK_FLOP = {"cpu": 2.5e10, "cuda": 2.5e12}
"""Up to here the reference is the whole product in float64: under a second on either device."""
BLOCK_ROWS = 1024
SATURATED_LIMIT = 1e-3


@dataclass(frozen=True, kw_only=True)
class Rounding:
    """Unit roundoffs of one dtype."""

    result: float
    summation: float
    floor: float = 0.0
    """Error of a sum that does not come from its length."""


ROUNDING = {
    "fp32": Rounding(result=2**-24, summation=2**-24),
    "tf32": Rounding(result=2**-24, summation=2**-23),
    "fp16": Rounding(result=2**-11, summation=2**-23),
    "bf16": Rounding(result=2**-8, summation=2**-23),
    "fp8": Rounding(result=2**-8, summation=2**-23, floor=0.05),
}


def sum_tolerance(dtype: str, k: int) -> float:
    """Give the part of the tolerance that does not depend on the element (see the module)."""
    rounding = ROUNDING[dtype]
    return rounding.floor + LAMBDA * rounding.summation * MEAN_ABS_PRODUCT * k


def check_products(
    dtype: str,
    factors: tuple[torch.Tensor, torch.Tensor],
    products: Sequence[torch.Tensor],
    saturated_share: float = 0.0,
) -> Checked:
    """Check products that should all equal A B.

    Args:
        dtype: of the case; decides the tolerance.
        factors: A (m, k) and B (k, n) in float64, exactly as the kernel saw them.
        products: C (m, n) each, in the dtype that the kernel wrote.
        saturated_share: share of inputs cut off by their conversion, for fp8.
    """
    a, b = factors
    flop = 2.0 * a.shape[0] * a.shape[1] * b.shape[1]
    full = flop <= FULL_CHECK_FLOP[a.device.type]
    ratio = worst_element(dtype, a, b, products) if full else worst_row(dtype, a, b, products)
    figures = {
        "error_over_tolerance": min(ratio, 1e30), "error_over_tolerance_limit": 1.0,
        "sum_tolerance": sum_tolerance(dtype, a.shape[1]),
        "elements_compared": float(sum(c.numel() for c in products)) if full else 0.0,
        "saturated_share": saturated_share, "saturated_share_limit": SATURATED_LIMIT,
    }  # fmt: skip
    if not ratio <= 1:
        reason = f"wrong result: error is {ratio:.3g} times what {dtype} rounding explains"
        return Checked(passed=False, reason=reason, figures=figures)
    if saturated_share > SATURATED_LIMIT:
        reason = f"{saturated_share:.2%} of the inputs are saturated: the data is not random"
        return Checked(passed=False, reason=reason, figures=figures)
    return Checked(passed=True, figures=figures)


def worst_element(
    dtype: str, a: torch.Tensor, b: torch.Tensor, products: Sequence[torch.Tensor]
) -> float:
    """Largest error over tolerance of any element; infinite when an element is not finite."""
    allowed = sum_tolerance(dtype, a.shape[1])
    relative = ROUNDING[dtype].result
    worst = 0.0
    for start in range(0, a.shape[0], BLOCK_ROWS):
        reference = a[start : start + BLOCK_ROWS] @ b
        tolerance = allowed + relative * reference.abs()
        for product in products:
            error = (product[start : start + BLOCK_ROWS].double() - reference).abs()
            worst = max(worst, _largest(error / tolerance))
    return worst


def worst_row(
    dtype: str, a: torch.Tensor, b: torch.Tensor, products: Sequence[torch.Tensor]
) -> float:
    """Largest |C x - A (B x)| over its tolerance, for one random vector of signs (Freivalds).

    Rounding errors of a row add like a random walk: sqrt(n) times the typical error of one
    element, six times over.
    """
    generator = torch.Generator(device=a.device).manual_seed(0)
    bits = torch.randint(0, 2, (b.shape[1], 1), generator=generator, device=a.device)
    signs = (2 * bits - 1).double()
    expected = a @ (b @ signs)
    typical = sum_tolerance(dtype, a.shape[1]) / LAMBDA + ROUNDING[dtype].result / math.sqrt(3)
    tolerance = LAMBDA * math.sqrt(b.shape[1]) * typical
    errors = [((product.double() @ signs) - expected).abs() for product in products]
    return max(_largest(error / tolerance) for error in errors)


def _largest(ratio: torch.Tensor) -> float:
    value = float(ratio.max())
    return value if math.isfinite(value) else math.inf
