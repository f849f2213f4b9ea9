"""A year of meter readings made by the model, plus noise and labelled faults.

For tests and for trying the audit out: the true PUE, the size and the dates of every fault are
known. The file says in its first line that it is synthetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from dcbench.durable import write_bytes
from dcbench.errors import InputError, unknown_name
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.audit.stamps import DAY_S, HOUR_S
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.climate.weather import Weather
from dcbench_planner.facility.design import Design
from dcbench_planner.facility.simulation import simulate

YEAR = 2025
HOURS = 8760
DAY_NOISE, SLOT_NOISE = 0.01, 0.01
"""Relative standard deviations: of a part from day to day (with memory), and per interval."""
DAY_MEMORY = 0.5
METER_NOISE = 0.002
"""Of the total, which is metered apart from its parts."""
WEATHER_SPREAD_K, WEATHER_MEMORY = 2.0, 0.7
CHILLER_FAULT, IMPROVEMENT = 1.25, 0.80
"""Factors on all cooling energy from a date."""
NIGHT_SHARE = 0.5
"""Of the mean energy beyond IT, added by night."""
COLUMNS = ("total_kwh", "it_kwh", "cooling_kwh", "power_losses_kwh", "other_kwh", "water_l",
           "dry_bulb_c", "wet_bulb_c")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Injected:
    """One fault that was put in."""

    kind: str
    start: str
    end: str
    size: float
    unit: str


@dataclass(frozen=True, kw_only=True, eq=False)
class SyntheticMeter:
    """Readings and the truth behind them; arrays of shape (n,) by column."""

    seed: int
    design: str
    interval_s: int
    stamps: tuple[str, ...]
    columns: Mapping[str, Array]
    true_pue: float
    """Of the hours without noise of the meters, faults included."""
    injected: tuple[Injected, ...] = field(default=())

    def text(self) -> str:
        """Give the file."""
        faults = "; ".join(
            f"{fault.kind} {fault.start} to {fault.end} ({fault.size:g} {fault.unit})"
            for fault in self.injected
        )
        head = (
            f"# synthetic: made by the dcbench facility model, not metered; {self.design}, seed "
            f"{self.seed}, true PUE {self.true_pue:.4f}, faults: {faults or 'none'}"
        )
        cells = [self.stamps, *([_cell(x) for x in values] for values in self.columns.values())]
        rows = (",".join(row) for row in zip(*cells, strict=True))
        return "\n".join([head, ",".join(("timestamp", *self.columns)), *rows, ""])

    def write(self, path: Path) -> None:
        """Write the file atomically."""
        write_bytes(path, self.text().encode())


@dataclass
class _Draft:
    """Readings while they are made; power per interval in kW."""

    rng: np.random.Generator
    seconds: np.ndarray[tuple[int], np.dtype[np.int64]]
    interval_s: int
    parts: dict[str, Array]
    others: dict[str, Array]
    injected: list[Injected] = field(default_factory=list)

    @property
    def per_day(self) -> int:
        return DAY_S // self.interval_s

    def days(self, first: int, last: int) -> slice:
        return slice(first * self.per_day, last * self.per_day)

    def note(self, kind: str, span: tuple[int, int], size: float, unit: str) -> None:
        start, end = (str(np.datetime64(f"{YEAR}-01-01") + np.timedelta64(d, "D")) for d in span)
        self.injected.append(Injected(kind=kind, start=start, end=end, size=size, unit=unit))


def synthetic_meter(
    design: Design, book: AssumptionBook, *, seed: int = 0, interval_min: int = 15,
    faults: Sequence[str] = (), seasons: bool = True,
) -> SyntheticMeter:  # fmt: skip
    """Make a year of readings.

    Args:
        design: the facility; its typical year plus day-to-day noise is the weather.
        book: assumptions.
        seed: of all noise.
        interval_min: 1 to 60, a divisor of 60.
        faults: names of `FAULTS`, put in in their order.
        seasons: False keeps the IT load level, without its day and its growth.

    Raises:
        InputError: an unknown fault.
    """
    unknown = [name for name in faults if name not in FAULTS]
    if unknown:
        raise InputError([unknown_name("faults", "fault", name, list(FAULTS)) for name in unknown])
    rng = np.random.default_rng(seed)
    weather = _weather(design.climate.year, rng)
    load = _load(design, rng) if seasons else np.full(HOURS, design.it_kw * design.load_factor)
    run = simulate(design, book).building.at(load, weather, book.with_draws({}))
    powers = run.parts_kw()
    cooling = np.sum([powers[name] for name in run.cooled.power_kw], axis=0)
    losses = np.sum(
        [powers[n] for n in ("distribution", "ups", "transformers") if n in powers], axis=0
    )
    parts = {"it": run.it_kw, "cooling": cooling, "power_losses": losses,
             "other": run.total_kw - run.it_kw - cooling - losses}  # fmt: skip
    draft = _draft(parts, run.cooled.water_l, weather, rng, interval_min * 60)
    for name in faults:
        FAULTS[name](draft)
    return _meter(draft, design, seed, faults)


def _weather(year: Weather, rng: np.random.Generator) -> Weather:
    """Shift whole days of a typical year, so that the file's weather is not the model's own."""
    shift = np.repeat(WEATHER_SPREAD_K * _remembering(rng, 365, WEATHER_MEMORY), 24)
    return replace(
        year, dry_bulb_c=year.dry_bulb_c + shift, wet_bulb_c=year.wet_bulb_c + shift,
        source="synthetic",
    )  # fmt: skip


def _load(design: Design, rng: np.random.Generator) -> Array:
    """Make a load with days, weekends, slow growth and noise, never above the design peak."""
    hour = np.arange(HOURS)
    shape = 1 + 0.04 * np.sin(2 * np.pi * (hour % 24 - 9) / 24)
    shape *= 1 - 0.03 * ((hour // 24) % 7 >= 5)
    shape *= 1 + 0.04 * (hour / HOURS - 0.5)
    shape *= 1 + np.repeat(0.01 * _remembering(rng, 365, DAY_MEMORY), 24)
    return np.asarray(np.minimum(design.it_kw * design.load_factor * shape, design.it_kw))


def _draft(
    parts: Mapping[str, Array], water_l: Array, weather: Weather, rng: np.random.Generator,
    interval_s: int,
) -> _Draft:  # fmt: skip
    n = HOURS * HOUR_S // interval_s
    times = (np.arange(n) + 0.5) * interval_s / HOUR_S - 0.5

    def fine(hourly: Array) -> Array:
        return np.interp(times, np.arange(HOURS), hourly)

    def noisy(hourly: Array) -> Array:
        daily = np.repeat(DAY_NOISE * _remembering(rng, 365, DAY_MEMORY), n // 365)
        return fine(hourly) * (1 + daily) * (1 + SLOT_NOISE * rng.standard_normal(n))

    start = np.datetime64(f"{YEAR}-01-01").astype("datetime64[s]").astype(np.int64)
    noise = {name: fine(kw) if name == "it" else noisy(kw) for name, kw in parts.items()}
    noise["it"] = noise["it"] * (1 + 0.003 * rng.standard_normal(n))
    return _Draft(
        rng=rng, seconds=start + interval_s * np.arange(n, dtype=np.int64), interval_s=interval_s,
        parts=noise,
        others={
            "water_l": noisy(water_l) * interval_s / HOUR_S,
            "dry_bulb_c": fine(weather.dry_bulb_c) + 0.1 * rng.standard_normal(n),
            "wet_bulb_c": fine(weather.wet_bulb_c) + 0.1 * rng.standard_normal(n),
        },
    )  # fmt: skip


def _meter(draft: _Draft, design: Design, seed: int, faults: Sequence[str]) -> SyntheticMeter:
    step_h = draft.interval_s / HOUR_S
    n = len(draft.seconds)
    truth = np.sum(list(draft.parts.values()), axis=0)
    columns: dict[str, Array] = {
        "total_kwh": truth * (1 + METER_NOISE * draft.rng.standard_normal(n)) * step_h,
        **{f"{name}_kwh": kw * step_h for name, kw in draft.parts.items()},
        **draft.others,
    }
    stamps = draft.seconds.astype("datetime64[s]").astype("datetime64[m]").astype(str)
    kept = np.arange(n)
    for name in faults:
        columns, stamps, kept = _FILE_FAULTS.get(name, _unchanged)(draft, columns, stamps, kept)
    return SyntheticMeter(
        seed=seed, interval_s=draft.interval_s, injected=tuple(draft.injected),
        design=f"{design.it_kw:g} kW IT, {design.site.id}, {design.cooling}, {design.redundancy}",
        stamps=tuple(stamps[kept].tolist()),
        columns={name: values[kept] for name, values in columns.items()},
        true_pue=float(truth.sum() / draft.parts["it"].sum()),
    )  # fmt: skip


def _chiller_fault(draft: _Draft) -> None:
    draft.parts["cooling"][draft.days(200, 365)] *= CHILLER_FAULT
    draft.note("chiller-fault", (200, 365), CHILLER_FAULT - 1, "of cooling")


def _improvement(draft: _Draft) -> None:
    before = draft.parts["cooling"][draft.days(181, 365)].sum() * draft.interval_s / HOUR_S
    draft.parts["cooling"][draft.days(181, 365)] *= IMPROVEMENT
    draft.note("improvement", (181, 365), (1 - IMPROVEMENT) * float(before), "kWh")


def _night_load(draft: _Draft) -> None:
    overhead = sum(kw.mean() for name, kw in draft.parts.items() if name != "it")
    hour = draft.seconds % DAY_S // HOUR_S
    draft.parts["cooling"] += np.where(hour < 5, NIGHT_SHARE * overhead, 0.0)
    draft.note("night-load", (0, 365), NIGHT_SHARE * float(overhead), "kW")


def _stuck_sensor(draft: _Draft) -> None:
    span = draft.days(120, 122)
    draft.others["dry_bulb_c"][span] = draft.others["dry_bulb_c"][span.start]
    draft.note("stuck-sensor", (120, 122), 48.0, "h of dry bulb")


def _in_the_file(draft: _Draft) -> None:
    """Do nothing to the power; the fault is put into the readings."""


_Columns = dict[str, Array]
_Texts = np.ndarray[tuple[int], np.dtype[np.str_]]
_Places = np.ndarray[tuple[int], np.dtype[np.int64]]
_Found = tuple[_Columns, _Texts, _Places]


def _unchanged(draft: _Draft, columns: _Columns, stamps: _Texts, kept: _Places) -> _Found:
    del draft
    return columns, stamps, kept


def _gap(draft: _Draft, columns: _Columns, stamps: _Texts, kept: _Places) -> _Found:
    span = draft.days(40, 43)
    draft.note("gap", (40, 43), 72.0, "h")
    return columns, stamps, kept[(kept < span.start) | (kept >= span.stop)]


def _duplicated_hour(draft: _Draft, columns: _Columns, stamps: _Texts, kept: _Places) -> _Found:
    number = HOUR_S // draft.interval_s
    place = int(np.searchsorted(kept, draft.days(100, 101).start + 12 * number))
    draft.note("duplicated-hour", (100, 101), 1.0, "h")
    again = kept[place : place + number]
    return columns, stamps, np.insert(kept, place + number, again)


def _register_reset(draft: _Draft, columns: _Columns, stamps: _Texts, kept: _Places) -> _Found:
    """Turn the total into a register that starts again at zero in the middle of the year."""
    per_slot = columns["total_kwh"]
    readings = np.concatenate([[0.0], np.cumsum(per_slot)[:-1]])
    middle = draft.days(150, 151).start
    readings[middle:] -= readings[middle]
    found = {"total_kwh_register": readings}
    found.update({name: kwh for name, kwh in columns.items() if name != "total_kwh"})
    draft.note("register-reset", (150, 151), 1.0, "reset")
    return found, stamps, kept


def _missing_part(draft: _Draft, columns: _Columns, stamps: _Texts, kept: _Places) -> _Found:
    columns["cooling_kwh"] = columns["cooling_kwh"].copy()
    columns["cooling_kwh"][draft.days(60, 67)] = np.nan
    draft.note("missing-part", (60, 67), 168.0, "h of cooling")
    return columns, stamps, kept


def _stuck_meter(draft: _Draft, columns: _Columns, stamps: _Texts, kept: _Places) -> _Found:
    span = draft.days(250, 252)
    columns["cooling_kwh"] = columns["cooling_kwh"].copy()
    columns["cooling_kwh"][span] = columns["cooling_kwh"][span.start]
    draft.note("stuck-meter", (250, 252), 48.0, "h of cooling")
    return columns, stamps, kept


def _out_of_order(draft: _Draft, columns: _Columns, stamps: _Texts, kept: _Places) -> _Found:
    span = draft.days(300, 301)
    mixed = kept.copy()
    inside = (kept >= span.start) & (kept < span.stop)
    mixed[inside] = draft.rng.permutation(kept[inside])
    draft.note("out-of-order", (300, 301), 24.0, "h")
    return columns, stamps, mixed


def _daylight_saving(draft: _Draft, columns: _Columns, stamps: _Texts, kept: _Places) -> _Found:
    """Write stamps of the clock on the wall of central Europe: 30 March to 26 October 2025."""
    start, end = (
        np.datetime64(text).astype("datetime64[s]").astype(np.int64)
        for text in (f"{YEAR}-03-30T02:00", f"{YEAR}-10-26T02:00")
    )
    del stamps
    summer = (draft.seconds >= start) & (draft.seconds < end)
    seconds = draft.seconds + HOUR_S * summer
    draft.note("daylight-saving", (88, 298), 2.0, "changes")
    return columns, seconds.astype("datetime64[s]").astype("datetime64[m]").astype(str), kept


FAULTS: dict[str, Callable[[_Draft], None]] = {
    "chiller-fault": _chiller_fault, "improvement": _improvement, "night-load": _night_load,
    "stuck-sensor": _stuck_sensor, "stuck-meter": _in_the_file, "gap": _in_the_file,
    "duplicated-hour": _in_the_file, "register-reset": _in_the_file,
    "missing-part": _in_the_file, "out-of-order": _in_the_file, "daylight-saving": _in_the_file,
}  # fmt: skip
"""By name; those that only touch readings do nothing to the power."""
_FILE_FAULTS = {
    "stuck-meter": _stuck_meter, "gap": _gap, "duplicated-hour": _duplicated_hour,
    "register-reset": _register_reset, "missing-part": _missing_part,
    "out-of-order": _out_of_order, "daylight-saving": _daylight_saving,
}  # fmt: skip


def _remembering(rng: np.random.Generator, n: int, memory: float) -> Array:
    """Give a first-order autoregressive series of unit variance."""
    noise = rng.standard_normal(n)
    series = np.empty(n)
    series[0] = noise[0]
    for place in range(1, n):
        series[place] = memory * series[place - 1] + np.sqrt(1 - memory**2) * noise[place]
    return series


def _cell(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3f}"
