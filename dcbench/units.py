"""Units: SI base units inside, converted here at the edge; 1 GB is 1e9 bytes.

Names carry their unit (`_s`, `_w`, `_kw`, `_bytes`, `_usd_per_kwh`); docs/nomenclature.md lists
them. Powers of two are called KiB, MiB, GiB.
"""

from __future__ import annotations

import math
import re

KIB = 2**10
MIB = 2**20
GIB = 2**30
GB = 1e9
SECONDS_PER_HOUR = 3600.0
SECONDS_PER_DAY = 86400.0
HOURS_PER_DAY = 24.0
HOURS_PER_YEAR = 8760.0
"""A common year; leap days are ignored, as in energy-performance standards."""
JOULES_PER_KWH = 3.6e6

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DURATION_S = {"s": 1.0, "m": 60.0, "h": SECONDS_PER_HOUR, "d": SECONDS_PER_DAY, "w": 604800.0}
_PREFIXES = ((1e24, "Y"), (1e21, "Z"), (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"),
             (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))  # fmt: skip


def parse_number(text: str) -> float:
    """Read a finite decimal number written in ASCII, such as `7e9`.

    Stricter than `float`: no underscores, no other digits than 0-9, no `nan`, no `inf`.

    Raises:
        ValueError: with the reason, ready to be shown.
    """
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        raise ValueError("not a number")
    value = float(stripped)
    if not math.isfinite(value):
        raise ValueError("too large for a number")
    return value


def parse_duration_s(text: str) -> float:
    """Read `90s`, `15m`, `12h`, `30d` or `2w` as seconds.

    Raises:
        ValueError: with the reason, ready to be shown.
    """
    unit = text.strip()[-1:].lower()
    if unit not in _DURATION_S:
        raise ValueError("a duration needs a unit: s, m, h, d or w, as in 30d")
    seconds = parse_number(text.strip()[:-1]) * _DURATION_S[unit]
    if not math.isfinite(seconds):
        raise ValueError("too large for a duration")
    return seconds


def with_prefix(value: float, unit: str, digits: int = 3) -> str:
    """Show a value with an SI prefix: `with_prefix(6.1e11, "FLOP/s")` is `610 GFLOP/s`.

    Args:
        value: finite number in `unit`.
        unit: unit that takes a prefix; may be empty.
        digits: significant digits shown.
    """
    magnitude = abs(value)
    scale, prefix = next(
        ((s, p) for s, p in _PREFIXES if magnitude >= s * (1 - 0.5 * 10**-digits)), _PREFIXES[-1]
    )
    if value == 0:
        scale, prefix = 1.0, ""
    return f"{rounded(value / scale, digits)} {prefix}{unit}".rstrip()


def rounded(value: float, digits: int = 3) -> str:
    """Show a number with so many significant digits, thousands separated, never as 1e+05."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{round(value, digits - 1 - math.floor(math.log10(abs(value)))):,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
