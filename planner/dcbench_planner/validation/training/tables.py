"""The scoreboard of the training model as tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dcbench_planner.validation.record import TRAINING, Record
from dcbench_planner.validation.table import (
    NONE,
    Table,
    bounds_table,
    share,
    without_empty_columns,
)
from dcbench_planner.validation.training.runs import source_titles

Values = dict[str, float | None]


def tables(records: Sequence[Record]) -> tuple[Table, ...]:
    """Lay the figures out; tables without rows are left out."""
    values = {item.id: item.ours for item in records if not item.source}
    made = (
        bounds_table(records, TRAINING), _sources(values), _generations(values), _classes(values),
        _ranking(values), _classic(values), _memory(values), _apart(values),
        _unnumbered(records), _sealed(values),
    )  # fmt: skip
    return tuple(without_empty_columns(table) for table in made if table.rows)


def _sources(values: Values) -> Table:
    main = _main(values)
    titles = source_titles()
    rows = [
        (name, titles.get(name, ""), _count(values, f"{main}.source.{name}"),
         *(_error(values, f"{protocol}.source.{name}")
           for protocol in (main, "priors", "utilisation", "bubble")),
         share(values.get(f"interval.source.{name}.coverage")))
        for name in _classes_of(values, f"{main}.source.")
    ]  # fmt: skip
    rows += [
        ("all", "", _count(values, main),
         *(_error(values, protocol) for protocol in (main, "priors", "utilisation", "bubble")),
         share(values.get("interval.coverage"))),
        ("macro", "mean over sources of the median", "",
         *(share(values.get(f"{protocol}.macro_median"))
           for protocol in (main, "priors", "utilisation", "bubble")), ""),
    ]  # fmt: skip
    return Table(
        title=f"Step time by source: median / 90th percentile (bias), {_protocol(main)}",
        header=("source", "", "runs", "model", "nothing fitted", "constant utilisation",
                "with bubble", "in interval"), rows=tuple(rows),
    )  # fmt: skip


def _generations(values: Values) -> Table:
    main = _main(values)
    rows = [
        (name, _count(values, f"{main}.generation.{name}"),
         _error(values, f"{main}.generation.{name}"), _error(values, f"generation_out.{name}"))
        for name in _classes_of(values, f"{main}.generation.")
    ]  # fmt: skip
    return Table(title="Step time by GPU generation",
                 header=("generation", "runs", _protocol(main), "generation left out"),
                 rows=tuple(rows))  # fmt: skip


def _classes(values: Values) -> Table:
    main = _main(values)
    groups = {"kind": "", "dtype": "", "accelerators": " accelerators", "recompute": " recompute"}
    rows = [
        (f"{name}{word}", _count(values, f"{main}.{group}.{name}"),
         _error(values, f"{main}.{group}.{name}"))
        for group, word in groups.items()
        for name in sorted(_classes_of(values, f"{main}.{group}."), key=_by_number)
    ]  # fmt: skip
    return Table(title="Step time by class", header=("class", "runs", _protocol(main)),
                 rows=tuple(rows))  # fmt: skip


def _ranking(values: Values) -> Table:
    rows = [
        (name, f"{values[f'ranking.job.{name}.spearman']:.2f}",
         share(values[f"ranking.job.{name}.regret"]))
        for name in _classes_of(values, "ranking.job.", ".spearman")
    ]  # fmt: skip
    return Table(title="Layouts of one job in order (vTrain)",
                 header=("model", "rank correlation", "loss of first choice"),
                 rows=tuple(rows))  # fmt: skip


def _classic(values: Values) -> Table:
    rows = [(name, share(values[f"classic.table.{name}.mape"]))
            for name in _classes_of(values, "classic.table.", ".mape")]  # fmt: skip
    return Table(title="Classic Megatron tables, Megatron-LM left out of the fit",
                 header=("table", "mean absolute error"), rows=tuple(rows))  # fmt: skip


def _memory(values: Values) -> Table:
    rows = [(name, _count(values, f"memory.source.{name}"), _error(values, f"memory.source.{name}"))
            for name in _classes_of(values, "memory.source.")]  # fmt: skip
    return Table(title="Peak memory", header=("source", "runs", "median / p90 (bias)"),
                 rows=tuple(rows))  # fmt: skip


def _apart(values: Values) -> Table:
    rows = [(name, _count(values, f"apart.{name}"), _error(values, f"apart.{name}"))
            for name in _classes_of(values, "apart.")]  # fmt: skip
    return Table(title="Runs that count in no headline, shipped constants",
                 header=("why", "runs", "median / p90 (bias)"), rows=tuple(rows))  # fmt: skip


def _unnumbered(records: Sequence[Record]) -> Table:
    """Complete runs without a step time, with the reason."""
    rows = [
        (item.id, item.quantity.removeprefix("step time (").removesuffix(")"))
        for item in records
        if item.source and item.ours is None and item.quantity.startswith("step time")
        and "(incomplete)" not in item.quantity
    ]  # fmt: skip
    return Table(title="Runs that get no number", header=("run", "why"), rows=tuple(rows))


def _sealed(values: Values) -> Table:
    rows = [(name, f"{values[f'sealed.source.{name}.hidden']:.0f}", "sealed", "")
            for name in _classes_of(values, "sealed.source.", ".hidden")]  # fmt: skip
    rows += [
        (name, _count(values, f"sealed.source.{name}"), _error(values, f"sealed.source.{name}"),
         _error(values, f"sealed.utilisation.source.{name}"))
        for name in _classes_of(values, "sealed.source.")
    ]  # fmt: skip
    if "sealed.macro_median" in values:
        rows.append(("macro", "", share(values["sealed.macro_median"]),
                     share(values.get("sealed.utilisation.macro_median"))))  # fmt: skip
        rows.append(("all", _count(values, "sealed"), _error(values, "sealed"),
                     _error(values, "sealed.utilisation")))  # fmt: skip
        rows.append(("in interval", "", share(values.get("sealed.interval.coverage")), ""))
        rows.append(("peak memory", _count(values, "sealed.memory"),
                     _error(values, "sealed.memory"), ""))  # fmt: skip
    return Table(title="Sources sealed until the model was final, and scored once",
                 header=("source", "runs", "model", "constant utilisation"),
                 rows=tuple(rows))  # fmt: skip


def _main(values: Values) -> str:
    return "loso" if "loso.median" in values else "shipped"


def _protocol(main: str) -> str:
    return "each source left out" if main == "loso" else "shipped constants"


def _classes_of(values: Iterable[str], prefix: str, suffix: str = ".median") -> list[str]:
    return [name.removeprefix(prefix).removesuffix(suffix) for name in values
            if name.startswith(prefix) and name.endswith(suffix)]  # fmt: skip


def _by_number(name: str) -> tuple[int, ...]:
    """Sort `9-64` behind `1-8`; names without numbers keep their order."""
    return tuple(int(digits) for digits in re.findall(r"\d+", name))


def _count(values: Values, name: str) -> str:
    return f"{values.get(f'{name}.runs') or 0:.0f}"


def _error(values: Values, name: str) -> str:
    found = [values.get(f"{name}.{part}") for part in ("median", "p90", "bias")]
    if any(value is None for value in found):
        return NONE
    median, p90, bias = (100 * (value or 0) for value in found)
    return f"{median:.1f} / {p90:.0f} % ({bias:+.0f})"
