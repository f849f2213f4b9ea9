"""What a page is made of: plain frozen values that any renderer can show.

    Page -> Chapter (one record) -> Section -> block: Pairs, Table, Figure, Chain, Callouts, Code

Text is plain text; renderers escape it. A number is a `Quantity` and carries its dotted key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dcbench_reports.charts import Chart


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A number of the record, as stored and as shown."""

    key: str
    """Dotted path in the record, or `len(PATH)`."""
    value: float
    number: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Badge:
    """A status or a provenance; the renderer has a colour for each known name."""

    name: str


Prose = tuple[str | Quantity, ...]
"""Running text with numbers in it."""
Cell = str | Quantity | Badge | Prose | None
"""Content of a table cell; None is shown as a dash."""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One of the big numbers, with its 10th to 90th percentile or 95 % interval."""

    label: str
    value: Quantity | None
    band: Prose = ()
    band_label: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """Head of a column."""

    label: str
    numeric: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """Cells in the order of the columns; the first is the row's head."""

    cells: tuple[Cell, ...]
    strong: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with a caption."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    narrow: bool = False
    """Fits beside another block."""
    folded: str = ""
    """What a reader opens to see the table, for long ones; printing opens it."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A labelled value with its provenance."""

    label: str
    value: Cell
    badge: Badge | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """A list of labelled values."""

    kind: ClassVar[str] = "pairs"
    caption: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, kw_only=True)
class LegendItem:
    """A colour of the house palette (1 to 8) and what it stands for."""

    colour: int
    label: str
    values: tuple[Quantity, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A chart with its legend and caption."""

    kind: ClassVar[str] = "figure"
    chart: Chart
    legend: tuple[LegendItem, ...] = ()
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Link:
    """One station of a chain: where it leads and its number."""

    title: str
    slug: str
    value: Cell
    note: Prose = ()


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A way from cause to effect."""

    kind: ClassVar[str] = "chain"
    caption: str
    links: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class Callouts:
    """Remarks, one a paragraph."""

    kind: ClassVar[str] = "callouts"
    items: tuple[str, ...]
    caution: bool = True
    """The reader must know them."""


@dataclass(frozen=True, kw_only=True)
class Code:
    """Text to be copied as it is."""

    kind: ClassVar[str] = "code"
    caption: str
    text: str


Block = Table | Pairs | Figure | Chain | Callouts | Code


@dataclass(frozen=True, kw_only=True)
class Section:
    """A titled part of a chapter; `blocks` stand side by side where there is room for two."""

    slug: str
    title: str
    blocks: tuple[Block, ...]
    lead: Prose = ()


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A record in a title, a sentence and at most six numbers."""

    kind: str
    title: str
    created_at: str
    dcbench_version: str
    decision: Prose
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """Everything about one record."""

    summary: Summary
    sections: tuple[Section, ...]
