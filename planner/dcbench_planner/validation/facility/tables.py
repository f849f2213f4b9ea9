"""The scoreboard of the facility model as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dcbench_planner.validation.record import FACILITY, Record
from dcbench_planner.validation.table import (
    NONE,
    Table,
    bounds_table,
    share,
    shown,
    without_empty_columns,
)

Values = dict[str, float | None]
PUE = "PUE"


def tables(records: Sequence[Record]) -> tuple[Table, ...]:
    """Lay the figures out; tables without rows are left out."""
    values = {item.id: item.ours for item in records if not item.source}
    made = (
        bounds_table(records, FACILITY), _operators(values), _calibrated(values),
        _intervals(values), _periods(values), _forms(values), _apart(values), _others(records),
        _left_out(records),
    )  # fmt: skip
    return tuple(without_empty_columns(table) for table in made if table.rows)


def _operators(values: Values) -> Table:
    rows = [
        (name, _count(values, f"pue.{name}.rows"), _count(values, f"pue.{name}.sites"),
         _pue(values, f"pue.{name}.published"), _plain(values, f"pue.{name}.correlation"),
         *(_pue(values, f"pue.{name}.{part}") for part in ("bias", "uncalibrated", "new_operator")))
        for name in _names(values, "pue.", ".published")
    ]  # fmt: skip
    return Table(
        title="Annual PUE by operator, nothing of its own calibrated",
        header=("operator", "rows", "sites", "published", "correlation", "bias", "mean error",
                "by the line of the others"), rows=tuple(rows),
    )  # fmt: skip


def _calibrated(values: Values) -> Table:
    rows = [
        (label, _pue(values, f"{name}.constant"), _pue(values, f"{name}.mae"),
         share(values.get(f"{name}.gain")), share(values.get(f"{name}.row.gain")),
         _pue(values, f"{name}.shipped.constant"), _pue(values, f"{name}.shipped.mae"))
        for name, label in (
            *((f"pue.{each}", each) for each in _names(values, "pue.", ".gain")
              if f"pue.{each}.sites" in values),
            ("pue", "all of these"),
        )
        if f"{name}.gain" in values
    ]  # fmt: skip
    return Table(
        title="Annual PUE calibrated by operator, each site left out: mean error",
        header=("operator", "a constant", "calibrated", "lower by", "each row left out, lower by",
                "constant of the shipped rows", "calibrated by the shipped rows"),
        rows=tuple(rows),
    )  # fmt: skip


def _intervals(values: Values) -> Table:
    labels = {"pue.band": "operators with several sites", "pue.band.all": "all operators",
              "pue.band.uncalibrated": "all, spread of all sites around the model"}  # fmt: skip
    rows = [
        (labels.get(name, name.removeprefix("pue.")), share(values[f"{name}.coverage"]),
         _pue(values, f"{name}.width"))
        for name in _names(values, "", ".coverage")
        if name in labels or f"{name}.gain" in values
    ]  # fmt: skip
    return Table(title="80 % interval of annual PUE, without the row's site",
                 header=("rows", "inside", "median width"), rows=tuple(rows))  # fmt: skip


def _periods(values: Values) -> Table:
    rows = [
        (name, _count(values, f"pue.period.{name}.rows"),
         _pue(values, f"pue.period.{name}.constant"), _pue(values, f"pue.period.{name}.mae"))
        for name in _names(values, "pue.period.", ".mae")
    ]  # fmt: skip
    return Table(title="Annual PUE by period: mean error, each site left out",
                 header=("operator and period", "rows", "a constant", "calibrated"),
                 rows=tuple(rows))  # fmt: skip


def _forms(values: Values) -> Table:
    columns = list(dict.fromkeys(name.rpartition(".")[2] for name in _names(values, "pue.form.")))
    forms = dict.fromkeys(name.rpartition(".")[0] for name in _names(values, "pue.form."))
    rows = [(*form.split("/"), *(_pue(values, f"pue.form.{form}.{name}") for name in columns))
            for form in forms]  # fmt: skip
    if rows:
        chosen = (_pue(values, f"pue.nested.{name}.mae") for name in columns)
        rows.append(("chosen without the left-out site", "", *chosen))
    return Table(title="Other forms of the calibration: mean error, each site left out",
                 header=("form", "else, past so many months", *columns),
                 rows=tuple(rows))  # fmt: skip


def _apart(values: Values) -> Table:
    rows = [
        (label, _count(values, f"{name}.rows"), _pue(values, f"{name}.uncalibrated"),
         _pue(values, f"{name}.mae"))
        for name, label in (("pue.one_site", "operators with one site"),
                            ("pue.claimed", "design values and claims"))
        if f"{name}.rows" in values
    ]  # fmt: skip
    if "wue.rows" in values:
        rows.append(("WUE, log error in the median", _count(values, "wue.rows"),
                     share(values["wue.median"]), ""))  # fmt: skip
    return Table(title="Rows that count in no headline: mean error",
                 header=("rows", "number", "nothing calibrated", "calibrated by others"),
                 rows=tuple(rows))  # fmt: skip


def _others(records: Sequence[Record]) -> Table:
    """Figures of other topics that have no bound."""
    rows = [(item.id, shown(item.ours, item.unit), item.unit) for item in records
            if not item.source and item.bound is None
            and not item.id.startswith(("pue.", "wue."))]  # fmt: skip
    return Table(title="Other figures", header=("figure", "ours", "unit"), rows=tuple(rows))


def _left_out(records: Sequence[Record]) -> Table:
    rows = [
        (item.id, item.quantity.removeprefix("annual PUE (").removesuffix(")"))
        for item in records
        if item.source and item.ours is None and item.quantity.startswith("annual PUE (")
    ]  # fmt: skip
    return Table(title="Rows that get no number", header=("row", "why"), rows=tuple(rows))


def _names(values: Iterable[str], prefix: str, suffix: str = "") -> list[str]:
    return [name.removeprefix(prefix).removesuffix(suffix) for name in values
            if name.startswith(prefix) and name.endswith(suffix)]  # fmt: skip


def _count(values: Values, name: str) -> str:
    return f"{values.get(name) or 0:.0f}"


def _plain(values: Values, name: str) -> str:
    value = values.get(name)
    return NONE if value is None else f"{value:.2f}"


def _pue(values: Values, name: str) -> str:
    value = values.get(name)
    return NONE if value is None else shown(value, PUE)
