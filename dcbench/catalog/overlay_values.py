"""Checking one value of an overlay against the type and range of its column."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

MAX_TEXT = 2000
MONTHS = 12

_RANGES = {
    "latitude": (-90.0, 90.0),
    "longitude": (-180.0, 180.0),
    "elevation_m": (-500.0, 9000.0),
    "dry_bulb_c": (-90.0, 60.0),
    "dew_point_c": (-90.0, 60.0),
    "design_db_0p4_c": (-90.0, 60.0),
    "design_db_1_c": (-90.0, 60.0),
    "design_wb_0p4_c": (-90.0, 60.0),
    "design_wb_1_c": (-90.0, 60.0),
    "liquid_fraction": (0.0, 1.0),
    "heat_extreme_c": (-90.0, 60.0),
    "grid_saidi_min_per_year": (0.0, 525_600.0),
    "rtt_ms_to_nearest_hub": (0.0, 1000.0),
    "seismic_class": (0.0, 4.0),
    "flood_class": (0.0, 4.0),
    "tropical_cyclone_class": (0.0, 4.0),
    "wildfire_class": (0.0, 4.0),
    "tornado_class": (0.0, 4.0),
    "water_stress_class": (0.0, 4.0),
    "carriers_class": (0.0, 4.0),
}
_NOT_NEGATIVE = (0.0, 1e30)
_POSITIVE = (
    "memory_", "peak_", "scaleup_", "params_", "tdp_w", "accelerators_per_node",
    "n_layers", "n_heads", "n_kv_heads", "d_model", "head_dim", "max_seq", "vocab",
)  # fmt: skip
"""Columns, by their beginning, that things are divided by or that mean nothing at zero."""


class UnfitValueError(ValueError):
    """A value that does not fit its column; the message says why, ready to be shown."""


def check_value(field: str, kind: Any, value: object) -> Any:  # noqa: ANN401 - a field's own type
    """Give the value as the column holds it.

    Args:
        field: column.
        kind: type of the column, such as `float | None`.
        value: what TOML gave.

    Raises:
        UnfitValueError: with what is wrong.
    """
    return _CHECKS[kind](field, value)


def _number(field: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnfitValueError("is not a number")
    low, high = _RANGES.get(field, _NOT_NEGATIVE)
    if isinstance(value, float) and not math.isfinite(value):
        raise UnfitValueError("is not a finite number")
    if not low <= value <= high:
        raise UnfitValueError(f"is not between {low:g} and {high:g}")
    if value == 0 and field.startswith(_POSITIVE):
        raise UnfitValueError("must be more than zero")
    return float(value)


def _integer(field: str, value: object) -> int:
    number = _number(field, value)
    if not number.is_integer():
        raise UnfitValueError("is not a whole number")
    return int(number)


def _text(_field: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UnfitValueError("is not text")
    if len(value) > MAX_TEXT:
        raise UnfitValueError(f"is longer than {MAX_TEXT} characters")
    if not value.isprintable():
        raise UnfitValueError("has control characters or line breaks")
    return value


def _flag(_field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise UnfitValueError("is neither true nor false")
    return value


def _texts(field: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise UnfitValueError("is not a list of texts")
    return tuple(_text(field, item) for item in value)


def _months(field: str, value: object) -> tuple[float, ...]:
    if not isinstance(value, list) or len(value) != MONTHS:
        raise UnfitValueError("is not a list of twelve numbers, January first")
    return tuple(_number(field, item) for item in value)


_CHECKS: dict[Any, Callable[[str, object], object]] = {
    str: _text,
    str | None: _text,
    int: _integer,
    int | None: _integer,
    float: _number,
    float | None: _number,
    bool: _flag,
    tuple[str, ...]: _texts,
    tuple[float, ...]: _months,
    tuple[float, ...] | None: _months,
}
