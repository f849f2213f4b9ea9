"""Numbers as people read them: value to (number, unit), with no more digits than are supported."""

from __future__ import annotations

import math
from collections.abc import Callable

from dcbench.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, rounded, with_prefix

Shown = tuple[str, str]
"""Number and unit, apart so that a page can set them in different sizes."""

DEFAULT_DIGITS = 3
UNITLESS = frozenset({"1", "-", "ratio", "text"})
"""Units of records that say only that there is none."""
_WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
_MONEY = ((1e9, " bn"), (1e6, "M"), (1e3, "k"))
_TIMES = (
    (2 * SECONDS_PER_DAY, SECONDS_PER_DAY, "days"),
    (2 * SECONDS_PER_HOUR, SECONDS_PER_HOUR, "h"),
    (120.0, 60.0, "min"),
    (1.0, 1.0, "s"),
)
"""From that many seconds on, divided by so many, called so; below one second SI prefixes."""


def supported_digits(value: float, low: float, high: float) -> int:
    """Give the digits of a value that its interval supports: 2 to 4.

    The last digit shown is at the place of the first digit of the interval's half width, so
    123 ± 6 keeps three digits and 123 ± 12 two.
    """
    half_width = (high - low) / 2
    if value == 0 or half_width <= 0:
        return DEFAULT_DIGITS
    places = math.floor(math.log10(abs(value))) - math.floor(math.log10(half_width))
    return min(4, max(2, places + 1))


def show(style: str, value: float, unit: str, digits: int) -> Shown:
    """Show a value in its unit by the named style."""
    return STYLES[style](value, unit, digits)


def _si(value: float, unit: str, digits: int) -> Shown:
    number, _, prefixed = with_prefix(value, unit, digits).partition(" ")
    return number, prefixed


def _plain(value: float, unit: str, digits: int) -> Shown:
    return rounded(value, digits), unit


def _given(value: float, unit: str, digits: int) -> Shown:
    return rounded(value, digits), "" if unit in UNITLESS else unit


def _count(value: float, unit: str, digits: int) -> Shown:
    return (f"{value:,.0f}" if value == int(value) else rounded(value, digits)), unit


def _share(value: float, unit: str, digits: int) -> Shown:
    del unit
    return rounded(100 * value, digits), "%"


def _error(value: float, unit: str, digits: int) -> Shown:
    """Show a relative error; nobody needs the digits of a tiny one."""
    return ("< 0.01", "%") if 0 < value < 1e-4 else _share(value, unit, digits)


def _pue(value: float, unit: str, digits: int) -> Shown:
    """Show a PUE to two or three decimals: what is above one is what it says."""
    return f"{value:.{min(max(digits, 2), 3)}f}", unit


def _nines(value: float, unit: str, digits: int) -> Shown:
    """Show a share close to one, whose digits after the nines are what matters."""
    del unit, digits
    return rounded(100 * value, 7), "%"


def _words(value: float, unit: str, digits: int) -> Shown:
    return _named(value, unit, digits, _WORDS)


def _money(value: float, unit: str, digits: int) -> Shown:
    """Show dollars; small sums in cents, as people write them, and debts as -$32k."""
    sign, size = "-" if value < 0 else "", abs(value)
    if 1 <= size < 100:
        return f"{sign}${size:.2f}", unit
    number, named = _named(size, "", digits, _MONEY)
    return f"{sign}${number}{named}", unit


def _named(value: float, unit: str, digits: int, names: tuple[tuple[float, str], ...]) -> Shown:
    scale, name = next((pair for pair in names if abs(value) >= pair[0]), (1.0, ""))
    return rounded(value / scale, digits), f"{name} {unit}".rstrip()


def _duration(value: float, unit: str, digits: int) -> Shown:
    del unit
    for limit, seconds, name in _TIMES:
        if abs(value) >= limit:
            return rounded(value / seconds, digits), name
    return _si(value, "s", digits)


def _mass(value: float, unit: str, digits: int) -> Shown:
    del unit
    if abs(value) >= 1000:
        return rounded(value / 1000, digits), "t CO₂e"
    return rounded(value, digits), "kg CO₂e"


def _volume(value: float, unit: str, digits: int) -> Shown:
    del unit
    return (rounded(value / 1000, digits), "m³") if abs(value) >= 1000 else (
        rounded(value, digits), "L"
    )  # fmt: skip


STYLES: dict[str, Callable[[float, str, int], Shown]] = {
    "si": _si, "plain": _plain, "given": _given, "count": _count, "share": _share,
    "nines": _nines, "error": _error, "words": _words, "money": _money, "duration": _duration,
    "mass": _mass, "volume": _volume, "pue": _pue,
}  # fmt: skip
"""By the `style` column of `data/metrics.csv`."""
