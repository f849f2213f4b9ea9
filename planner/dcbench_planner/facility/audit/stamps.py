"""Time stamps: ISO 8601 text to seconds on one clock that neither skips nor repeats an hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from dcbench.errors import Fault, InputError

Seconds = npt.NDArray[np.int64]
HOUR_S, DAY_S = 3600, 86_400
FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST_FAULTS = 5
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - stamps without an offset are local
_CHANGE_DAYS = {3: ((8, 14), (25, 31)), 4: ((1, 7),), 9: ((24, 30),), 10: ((1, 7), (25, 31)),
                11: ((1, 7),)}  # fmt: skip
"""Sundays on which clocks change (EU, North America, Australia, New Zealand): month, days."""
_CHANGE_HOURS = (0, 4)


@dataclass(frozen=True, kw_only=True)
class Stamps:
    """Seconds since 1970 on the local clock of the first row."""

    seconds: Seconds
    has_offset: bool


def read_stamps(texts: Sequence[str], lines: Seconds, where: str, column: str) -> Stamps:
    """Read ISO 8601 stamps, all with an offset or all without.

    Raises:
        InputError: with the first five stamps that cannot be read, or a file that mixes both.
    """
    try:
        times = [datetime.fromisoformat(text.strip()) for text in texts]
    except ValueError:
        raise InputError(_unreadable(texts, lines, where, column)) from None
    aware = [time.tzinfo is not None for time in times]
    if any(aware) and not all(aware):
        raise InputError(_mixed(aware, texts, lines, where, column))
    wild = [i for i, time in enumerate(times) if not FIRST_YEAR <= time.year <= LAST_YEAR]
    if wild:
        raise InputError(
            [
                Fault(
                    where=where, field=f"line {lines[i]}, {column}", value=texts[i],
                    problem="is no year of a meter", fix=f"give {FIRST_YEAR} to {LAST_YEAR}",
                )
                for i in wild[:MOST_FAULTS]
            ]
        )  # fmt: skip
    if not aware[0]:
        local = np.array(times, dtype="datetime64[s]").astype(np.int64)
        return Stamps(seconds=local, has_offset=False)
    offset = times[0].utcoffset()
    shift_s = 0 if offset is None else int(offset.total_seconds())
    naive = [time.astimezone(UTC).replace(tzinfo=None) for time in times]
    utc = np.array(naive, dtype="datetime64[s]").astype(np.int64)
    return Stamps(seconds=utc + shift_s, has_offset=True)


def _mixed(
    aware: Sequence[bool], texts: Sequence[str], lines: Seconds, where: str, column: str
) -> Fault:
    odd = aware.index(not aware[0])
    first = f"line {lines[0]}"
    problem = f"has an offset, {first} has none" if aware[odd] else f"has no offset, {first} has"
    return Fault(
        where=where, field=f"line {lines[odd]}, {column}", value=texts[odd], problem=problem,
        fix="write all stamps with their offset, or none",
    )  # fmt: skip


def straightened(
    seconds: Seconds, interval_s: int, readings: Callable[[int], list[str]]
) -> tuple[Seconds, int]:
    """Undo daylight saving in sorted stamps without offset; give them and the number of changes.

    A change is a gap of one hour more than the interval, or one hour whose stamps all occur twice
    with other values, on a Sunday before four o'clock on which clocks are known to change.

    Args:
        seconds: sorted, in file order where equal, shape (n,).
        interval_s: usual step; steps that do not divide an hour are left alone.
        readings: gives the cells of a row, in the same order, without its stamp.
    """
    if interval_s > HOUR_S or HOUR_S % interval_s:
        return seconds, 0
    shift = np.zeros(len(seconds), dtype=np.int64)
    steps = np.diff(seconds)
    forward = np.flatnonzero((steps == interval_s + HOUR_S) & _is_change(seconds[1:])) + 1
    for place in forward:
        shift[place:] -= HOUR_S
    twice = np.flatnonzero((steps == 0) & _is_change(seconds[1:])) + 1
    repeats = 0
    for hour in np.unique(seconds[twice] // HOUR_S):
        second = twice[seconds[twice] // HOUR_S == hour]
        differ = [readings(i) != readings(i - 1) for i in second.tolist()]
        if len(second) == HOUR_S // interval_s and all(differ):
            shift[second] += HOUR_S
            shift[second[-1] + 1 :] += HOUR_S
            repeats += 1
    return seconds + shift, len(forward) + repeats


def as_text(second: float) -> str:
    """Give seconds since 1970 as `2025-03-01T00:15`."""
    return str(np.datetime64(int(second), "s").astype("datetime64[m]"))


def _is_change(seconds: Seconds) -> npt.NDArray[np.bool_]:
    days = seconds // DAY_S
    hours = (seconds % DAY_S) // HOUR_S
    likely = ((days + 4) % 7 == 0) & (hours >= _CHANGE_HOURS[0]) & (hours < _CHANGE_HOURS[1])
    result = np.zeros(len(seconds), dtype=bool)
    for place in np.flatnonzero(likely):
        day = np.datetime64(int(days[place]), "D").astype(datetime)
        spans = _CHANGE_DAYS.get(day.month, ())
        result[place] = any(first <= day.day <= last for first, last in spans)
    return result


def _unreadable(texts: Sequence[str], lines: Seconds, where: str, column: str) -> list[Fault]:
    faults = []
    for text, line in zip(texts, lines, strict=True):
        try:
            datetime.fromisoformat(text.strip())
        except ValueError:
            fix = "write ISO 8601, as 2025-01-31T13:15 or 2025-01-31T13:15:00+01:00"
            faults.append(
                Fault(
                    where=where, field=f"line {line}, {column}", value=text,
                    problem="is no time stamp", fix=fix,
                )
            )  # fmt: skip
        if len(faults) == MOST_FAULTS:
            break
    return faults
