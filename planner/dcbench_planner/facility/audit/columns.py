"""What a column of a meter file means: its quantity and unit, told by its name.

A name is a quantity, optional filler words, a unit, and `register` for a counter that runs on:
`it_kwh`, `Total energy (MWh)`, `cooling_kw`, `utility_kwh_register`. A number or a single letter
before the unit counts feeds that add up: `total_a_kwh`, `total_b_kwh`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dcbench.errors import Fault, InputError

Kind = Literal["energy", "power", "register", "volume", "weather"]

TIME_NAMES = {
    "timestamp", "time", "datetime", "date_time", "date", "interval_start", "period_start",
    "start", "start_time",
}  # fmt: skip
END_NAMES = {"interval_end", "period_end", "end", "end_time"}
"""Stamps that mark the end of their interval."""

QUANTITIES: dict[str, tuple[str, ...]] = {
    "total": ("total", "facility", "utility", "mains", "main", "grid", "incomer", "site",
              "data_centre", "data_center", "datacentre", "datacenter", "dc", "building"),
    "partial_total": ("hall", "room", "zone", "module", "pod", "hall_total", "room_total",
                      "zone_total"),
    "it": ("it", "it_input", "it_equipment", "rack", "racks", "server", "servers"),
    "it_at_pdu": ("it_pdu", "it_at_pdu", "pdu", "pdu_output", "pdu_out"),
    "it_at_ups": ("it_ups", "it_at_ups", "ups", "ups_output", "ups_out"),
    "cooling": ("cooling", "hvac", "mechanical", "cooling_plant"),
    "compressors": ("compressors", "compressor", "chillers", "chiller"),
    "room_fans": ("room_fans", "fans", "fan", "crah", "crahs", "crac", "cracs", "air_handlers"),
    "pumps": ("pumps", "pump"),
    "heat_rejection_fans": ("heat_rejection_fans", "heat_rejection", "towers", "tower",
                            "cooling_towers", "dry_coolers", "cdu_fans"),
    "power_losses": ("losses", "loss", "ups_losses", "ups_loss", "power_distribution",
                     "transformer_losses", "distribution_losses"),
    "other": ("other", "lighting", "lighting_and_other", "misc", "ancillary", "offices"),
    "water": ("water", "make_up_water", "makeup_water", "makeup", "site_water"),
    "dry_bulb": ("dry_bulb", "outside", "outdoor", "ambient", "oat", "outside_dry_bulb",
                 "outdoor_dry_bulb"),
    "wet_bulb": ("wet_bulb", "outside_wet_bulb", "outdoor_wet_bulb"),
    "dew_point": ("dew_point", "dewpoint", "outside_dew_point", "outdoor_dew_point"),
    "humidity": ("rh", "humidity", "relative_humidity", "outside_rh", "outdoor_rh"),
}  # fmt: skip
"""Every quantity with the names it goes by."""
COOLING_PARTS = ("compressors", "room_fans", "pumps", "heat_rejection_fans")
PARTS = ("cooling", "power_losses", "other")
IT_POINTS: dict[str, Literal["1", "2", "3"]] = {"it_at_ups": "1", "it_at_pdu": "2", "it": "3"}
"""Where IT is metered: category of ISO/IEC 30134-2."""
WEATHER = ("dry_bulb", "wet_bulb", "dew_point", "humidity")

FILLERS = {
    "energy", "power", "active", "electric", "electricity", "electrical", "consumption", "use",
    "usage", "load", "meter", "metered", "demand", "average", "avg", "mean", "temperature", "temp",
    "air", "interval", "import", "of", "the",
}  # fmt: skip
REGISTER_WORDS = {"register", "cumulative", "reading", "counter", "index"}
UNITS: dict[str, tuple[Kind, float]] = {
    "wh": ("energy", 1e-3), "kwh": ("energy", 1.0), "mwh": ("energy", 1e3), "gwh": ("energy", 1e6),
    "mj": ("energy", 1 / 3.6), "gj": ("energy", 1e3 / 3.6), "w": ("power", 1e-3),
    "kw": ("power", 1.0), "mw": ("power", 1e3), "l": ("volume", 1.0), "litres": ("volume", 1.0),
    "liters": ("volume", 1.0), "m3": ("volume", 1e3), "gal": ("volume", 3.785411784),
    "c": ("weather", 1.0), "degc": ("weather", 1.0), "f": ("weather", 5 / 9),
    "degf": ("weather", 5 / 9), "percent": ("weather", 1.0),
}  # fmt: skip
"""To kWh, kW, litres, kelvin; the gallon is that of the US."""
_WANTED: dict[str, tuple[tuple[str, ...], str]] = {
    "energy": (("energy", "power"), "kwh or kw"), "water": (("volume",), "l, m3 or gal"),
    "temperature": (("weather",), "c or f"),
}  # fmt: skip
NEAR = 0.75
"""Likeness from which a foreign name is asked about, as in difflib."""
_BY_NAME = {name: quantity for quantity, names in QUANTITIES.items() for name in names}
_CHARACTERS = {"%": " percent ", "°": "", "³": "3"}


@dataclass(frozen=True, kw_only=True)
class ColumnMeaning:
    """A column that is understood."""

    place: int
    """Position in the row."""
    name: str
    quantity: str
    unit: str
    kind: Kind
    factor: float
    """Value times factor is in kWh, kW, litres or kelvin."""
    feed: str = ""


@dataclass(frozen=True, kw_only=True)
class Header:
    """All columns of a file."""

    time_place: int
    stamps_mark_end: bool
    columns: tuple[ColumnMeaning, ...]
    unused: tuple[str, ...]

    def of(self, quantity: str) -> list[ColumnMeaning]:
        """Give the columns of one quantity; several are feeds that add up."""
        return [column for column in self.columns if column.quantity == quantity]

    @property
    def it_quantity(self) -> str:
        """The IT meter nearest to the IT equipment."""
        return next(name for name in ("it", "it_at_pdu", "it_at_ups") if self.of(name))

    @property
    def total_quantity(self) -> str:
        """`total`, or `partial_total` where only a hall or zone is metered."""
        return "total" if self.of("total") else "partial_total"


def read_header(names: Sequence[str], where: str) -> Header:
    """Find out what the columns are.

    Raises:
        InputError: no time, IT or total column; a unit is missing or wrong; a quantity is given
            twice.
    """
    tokens = [_tokens(name) for name in names]
    places = [i for i, words in enumerate(tokens) if "_".join(words) in TIME_NAMES | END_NAMES]
    found, faults, unused = [], [], []
    for place, (name, words) in enumerate(zip(names, tokens, strict=True)):
        column = None if place in places else _meaning(place, name, words, where)
        if isinstance(column, Fault):
            faults.append(column)
        elif column is not None:
            found.append(column)
        elif place not in places:
            unused.append(name)
    faults += _doubled(found, where) + list(_absent(found, places, names, where))
    if faults:
        raise InputError(faults)
    return Header(
        time_place=places[0], columns=tuple(found), unused=tuple(name for name in unused if name),
        stamps_mark_end="_".join(tokens[places[0]]) in END_NAMES,
    )  # fmt: skip


def _tokens(name: str) -> list[str]:
    text = name.casefold()
    for character, word in _CHARACTERS.items():
        text = text.replace(character, word)
    return [word for word in re.split(r"[^a-z0-9]+", text) if word]


def _meaning(place: int, name: str, words: list[str], where: str) -> ColumnMeaning | Fault | None:
    is_register = bool(REGISTER_WORDS & set(words))
    words = [word for word in words if word not in REGISTER_WORDS]
    unit = words[-1] if words and words[-1] in UNITS else ""
    quantity, feed = _quantity(words[:-1] if unit else words)
    if quantity is None:
        return None
    wanted, names = _WANTED[_group(quantity)]
    kind, factor = UNITS.get(unit, ("energy", 1.0))
    if quantity == "humidity" and unit in {"", "percent"}:
        kind, unit = "weather", "percent"
    if not unit or kind not in wanted or (unit == "percent") != (quantity == "humidity"):
        problem = f"names no unit of {_group(quantity)}"
        fix = f"end the name in a unit: {names}"
        return Fault(where=where, field="header", value=name, problem=problem, fix=fix)
    if is_register and kind == "energy":
        kind = "register"
    elif is_register:
        problem, fix = "a register counts energy", "end the name in kwh_register or mwh_register"
        return Fault(where=where, field="header", value=name, problem=problem, fix=fix)
    return ColumnMeaning(
        place=place, name=name, quantity=quantity, unit=unit, kind=kind, factor=factor, feed=feed
    )


def _quantity(words: list[str]) -> tuple[str | None, str]:
    """Give the quantity and the feed; whole names first, then without filler words."""
    for kept in (words, [word for word in words if word not in FILLERS]):
        if "_".join(kept) in _BY_NAME:
            return _BY_NAME["_".join(kept)], ""
        if len(kept) > 1 and re.fullmatch(r"\d{1,2}|[a-h]", kept[-1]):
            quantity = _BY_NAME.get("_".join(kept[:-1]))
            if quantity is not None and quantity not in WEATHER:
                return quantity, kept[-1]
    return None, ""


def _group(quantity: str) -> str:
    if quantity in WEATHER:
        return "temperature"
    return "water" if quantity == "water" else "energy"


def _doubled(found: Sequence[ColumnMeaning], where: str) -> list[Fault]:
    faults = []
    for later, column in enumerate(found):
        for other in found[:later]:
            if other.quantity != column.quantity:
                continue
            if (other.unit, other.kind) != (column.unit, column.kind):
                problem = f"mixed units: {other.name!r} is the same quantity in another unit"
            elif other.feed == column.feed or not other.feed:
                problem = f"is the same quantity as {other.name!r}"
            else:
                continue
            fix = "keep one of them; name feeds that add up total_a_kwh, total_b_kwh"
            faults.append(
                Fault(where=where, field="header", value=column.name, problem=problem, fix=fix)
            )
            break
    return faults


def _absent(
    found: Sequence[ColumnMeaning], places: Sequence[int], names: Sequence[str], where: str
) -> Iterator[Fault]:
    have = {column.quantity for column in found}
    if not places:
        problem, fix = "has no column of time stamps", "name one `timestamp`"
        yield Fault(where=where, field="header", problem=problem, fix=fix)
    elif len(places) > 1:
        problem, fix = "has two columns of time stamps", "keep one"
        value = ", ".join(names[place] for place in places)
        yield Fault(where=where, field="header", value=value, problem=problem, fix=fix)
    wanted = (
        ("IT", tuple(IT_POINTS), "it_kwh"), ("total", ("total", "partial_total"), "total_kwh")
    )  # fmt: skip
    for label, quantities, example in wanted:
        if not have & set(quantities):
            known = [n for quantity in quantities for n in QUANTITIES[quantity]]
            yield _no_column(label, example, known, names, where)


def _no_column(
    label: str, example: str, known: list[str], names: Sequence[str], where: str
) -> Fault:
    shown = ", ".join(name for name in names[:8] if name) or "none"
    near = next((name for name in names if _is_near(name, known)), None)
    fix = f"name it {example}" if near is None else f"is it {near!r}? name it {example}"
    return Fault(
        where=where, field="header", value=shown, problem=f"has no column of {label} energy",
        fix=fix,
    )  # fmt: skip


def _is_near(name: str, known: list[str]) -> bool:
    """Tell whether a name that means nothing is nearly one of these."""
    words = [word for word in _tokens(name) if word not in UNITS and word not in REGISTER_WORDS]
    text = "_".join(words)
    if text in TIME_NAMES | END_NAMES or _quantity(words)[0] is not None:
        return False
    return bool(difflib.get_close_matches(text, known, n=1, cutoff=NEAR))
