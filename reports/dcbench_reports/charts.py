"""Charts as plain data; `dcbench_reports.figures` draws them."""

from __future__ import annotations

from dataclasses import dataclass

Values = tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """An axis: its label without the unit, the unit, and whether it is logarithmic."""

    label: str
    unit: str = ""
    log: bool = False
    zero: bool = False
    """Starts at zero, as lengths and areas must."""
    whole: bool = False
    """Counts something."""
    ticks: tuple[tuple[float, str], ...] = ()
    """Places and texts of the ticks, where round numbers would not do."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """Points of equal length; `low` and `high` are limits of y where they are known."""

    colour: int
    x: Values
    y: Values
    low: Values = ()
    high: Values = ()
    line: bool = True
    marks: bool = True


@dataclass(frozen=True, kw_only=True)
class Curves:
    """Lines and points over two axes."""

    title: str
    description: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    level: float | None = None
    """A horizontal line, such as a median."""
    level_band: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Parts of a whole as one bar: (colour, value) each, in `axis.unit`."""

    title: str
    description: str
    axis: Axis
    parts: tuple[tuple[int, float], ...]
    limit: float | None = None
    """A mark such as the capacity."""


@dataclass(frozen=True, kw_only=True)
class Fall:
    """One step of a waterfall: what it adds to the steps before it."""

    label: str
    value: float
    colour: int


@dataclass(frozen=True, kw_only=True)
class Waterfall:
    """Parts of a whole, one a row, each beginning where the one before it ends."""

    title: str
    description: str
    axis: Axis
    steps: tuple[Fall, ...]
    total: str
    """Label of the whole, which is the last row."""
    limit: float | None = None
    """A mark such as the capacity."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """Low, middle and high value of one row."""

    label: str
    low: float
    middle: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """Intervals, one a row, over a common axis."""

    title: str
    description: str
    axis: Axis
    rows: tuple[Range, ...]
    reference: float | None = None


@dataclass(frozen=True, kw_only=True)
class Columns:
    """One value for each name, as a stem from `base`."""

    title: str
    description: str
    axis: Axis
    names: tuple[str, ...]
    values: Values
    base: float = 0.0
    level: float | None = None


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One part that a flow divides into."""

    label: str
    value: float
    colour: int


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A whole on the left that divides into its parts on the right, widths in proportion."""

    title: str
    description: str
    whole: str
    """What flows in."""
    branches: tuple[Branch, ...]
    """Parts of the whole, from the top down; all values at least 0."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A row of bars end to end: (colour, length) each; a single one may be negative."""

    label: str
    parts: tuple[tuple[int, float], ...]


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Lengths to compare, one row each, from zero."""

    title: str
    description: str
    axis: Axis
    rows: tuple[Bar, ...]


Chart = Curves | Stack | Waterfall | Ranges | Columns | Flow | Bars
