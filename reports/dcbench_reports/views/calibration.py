"""The chapter of a calibration: the fitted curves and what they leave unexplained."""

from __future__ import annotations

from dcbench.records.calibration import Calibration, Curve, DeviceCalibration
from dcbench_reports.blocks import (
    Block,
    Callouts,
    Chapter,
    Column,
    Figure,
    LegendItem,
    Row,
    Section,
    Summary,
    Table,
    Tile,
)  # fmt: skip
from dcbench_reports.charts import Axis, Curves, Series
from dcbench_reports.facts import Facts
from dcbench_reports.metrics import in_words
from dcbench_reports.views.common import (
    MAX_COLOURS,
    composition,
    notes_section,
    sentence,
    texts,
)  # fmt: skip
from dcbench_reports.views.run_cases import OPERATIONS, describe
from dcbench_reports.views.run_figures import log_spaced

_ERRORS = (
    "Errors are medians of |ln(fitted / measured)|; held back: each size predicted by the curve "
    "fitted without it. A dash: too few points."
)
_CHECKED = (
    "The step check compares a measured training step, which no curve has seen, with the sum of "
    "its operators."
)
_UNCHECKED = "No training step was measured to check the curves against."
_UNITS = {"flop": ("Work", "FLOP"), "B": ("Size", "B")}


def calibration_chapter(record: Calibration, prefix: str) -> Chapter:
    """Give the chapter of a calibration."""
    facts = Facts(record)
    sections: list[Section] = []
    for place, device in enumerate(record.devices):
        sections.append(_curves_section(facts, prefix, place, device))
        sections += _step_section(facts, prefix, place, device)
    sections += notes_section(prefix, record.excluded, title="Cases that were not used")
    sources = Callouts(items=record.sources, caution=False)
    sections.append(
        Section(slug=f"{prefix}-sources", title="Runs it was fitted to", blocks=(sources,))
    )
    return Chapter(summary=_summary(record, facts), sections=tuple(sections))


def _summary(record: Calibration, facts: Facts) -> Summary:
    names = ", ".join(dict.fromkeys(device.name for device in record.devices))
    checked = any(device.step is not None for device in record.devices)
    decision = sentence(
        facts.count("devices", 0, "curves"), f" curves fitted to {record.devices[0].name}: time is "
        "latency plus work over rate. ", _CHECKED if checked else _UNCHECKED,
    )  # fmt: skip
    return Summary(
        kind="Calibration", title=f"Calibration of {names}", created_at=record.created_at,
        dcbench_version=record.dcbench_version, decision=decision, tiles=_tiles(record, facts),
    )  # fmt: skip


def _tiles(record: Calibration, facts: Facts) -> tuple[Tile, ...]:
    curves = record.devices[0].curves
    tiles = [
        _fastest(facts, curves, "flop", "Fastest matmul rate"),
        _fastest(facts, curves, "B", "Fastest transfer rate"),
        _worst(facts, curves),
    ]
    if record.devices[0].step is not None:
        efficiency = facts.number("devices", 0, "step", "efficiency")
        tiles.append(Tile(label="Step predicted over measured", value=efficiency))
    return tuple(found for found in tiles if found is not None)


def _fastest(facts: Facts, curves: tuple[Curve, ...], unit: str, label: str) -> Tile | None:
    found = [i for i, curve in enumerate(curves) if curve.work_unit == unit]
    if not found:
        return None
    best = max(found, key=lambda i: curves[i].rate_per_s)
    value = facts.number("devices", 0, "curves", best, "rate_per_s", unit=f"{unit} per s")
    return Tile(label=label, value=value, note=_curve_name(curves[best]))


def _worst(facts: Facts, curves: tuple[Curve, ...]) -> Tile:
    worst = max(range(len(curves)), key=lambda i: curves[i].median_abs_error)
    value = facts.number("devices", 0, "curves", worst, "median_abs_error")
    return Tile(label="Largest median error", value=value, note=_curve_name(curves[worst]))


def _curve_name(curve: Curve) -> str:
    operation = str(curve.key.get("op", ""))
    rest = describe({name: value for name, value in curve.key.items() if name != "op"})
    return " · ".join(
        part for part in (OPERATIONS.get(operation, in_words(operation)), rest) if part
    )


def _curves_section(facts: Facts, prefix: str, place: int, device: DeviceCalibration) -> Section:
    blocks: list[Block] = []
    for unit in ("flop", "B"):
        figure = _points_figure(device, unit)
        blocks += [] if figure is None else [figure]
    blocks.append(_curve_table(facts, place, device))
    lead = sentence("Points are measured, lines are fitted; both axes are logarithmic.")
    return Section(
        slug=f"{prefix}-curves-{place}", title=f"Curves of {device.name}", blocks=tuple(blocks),
        lead=lead,
    )  # fmt: skip


def _points_figure(device: DeviceCalibration, unit: str) -> Figure | None:
    curves = [curve for curve in device.curves if curve.work_unit == unit][:MAX_COLOURS]
    if not curves:
        return None
    label, shown = _UNITS[unit]
    series = tuple(s for i, curve in enumerate(curves, start=1) for s in _curve_series(i, curve))
    points = sum(len(curve.residuals) for curve in curves)
    title = "Time against work" if unit == "flop" else "Time against size"
    chart = Curves(
        title=title, series=series, x=Axis(label=label, unit=shown, log=True),
        y=Axis(label="Time", unit="s", log=True),
        description=f"{title}: {points} measured points and {len(curves)} fitted curves.",
    )  # fmt: skip
    legend = tuple(
        LegendItem(colour=i, label=_curve_name(curve)) for i, curve in enumerate(curves, start=1)
    )
    return Figure(chart=chart, legend=legend)


def _curve_series(colour: int, curve: Curve) -> tuple[Series, Series]:
    x = log_spaced(curve.work_min, curve.work_max)
    points = Series(
        colour=colour, x=tuple(r.work for r in curve.residuals),
        y=tuple(r.measured_s for r in curve.residuals), line=False,
    )  # fmt: skip
    return Series(colour=colour, x=x, y=tuple(curve.time_s(v) for v in x), marks=False), points


def _curve_table(facts: Facts, place: int, device: DeviceCalibration) -> Table:
    columns = (
        Column(label="Curve"), Column(label="Rate", numeric=True),
        Column(label="Latency", numeric=True), Column(label="Measured from", numeric=True),
        Column(label="to", numeric=True), Column(label="Points", numeric=True),
        Column(label="Median error", numeric=True), Column(label="Held-back error", numeric=True),
    )  # fmt: skip
    rows = tuple(_curve_row(facts, place, i, curve) for i, curve in enumerate(device.curves))
    limits = [f"{_curve_name(c)}: {text}" for c in device.curves for text in c.notes]
    note = " ".join((_ERRORS, *limits))
    return Table(caption="Fitted curves", columns=columns, rows=rows, note=note)


def _curve_row(facts: Facts, place: int, index: int, curve: Curve) -> Row:
    where = ("devices", place, "curves", index)
    unit = curve.work_unit
    return Row(
        cells=(
            _curve_name(curve),
            facts.number(*where, "rate_per_s", unit=f"{unit} per s"),
            facts.number(*where, "latency_s"),
            facts.number(*where, "work_min", unit=unit),
            facts.number(*where, "work_max", unit=unit),
            facts.count(*where, "residuals"),
            facts.number(*where, "median_abs_error", digits=2),
            facts.number(*where, "held_back_abs_error", digits=2),
        )
    )


def _step_section(
    facts: Facts, prefix: str, place: int, device: DeviceCalibration
) -> list[Section]:
    if device.step is None:
        return []
    number = facts.number
    where = ("devices", place, "step")
    check = texts(
        "Step check",
        (
            ("Measured step time", number(*where, "measured_s")),
            ("Predicted step time", number(*where, "predicted_s")),
            ("Predicted over measured", number(*where, "efficiency")),
            ("Share beyond the measured range", number(*where, "extrapolated_share")),
            ("Step", describe(device.step.key)),
        ),
    )
    figure = composition(
        facts, f"devices.{place}.step.breakdown_s", title="Predicted step time by operator",
        axis=Axis(label="Time", unit="s"), limit=device.step.measured_s,
        caption="The upright mark is the measured step time.",
    )  # fmt: skip
    blocks: tuple[Block, ...] = (check,) if figure is None else (check, figure)
    return [Section(slug=f"{prefix}-step-{place}", title="Step check", blocks=blocks)]
