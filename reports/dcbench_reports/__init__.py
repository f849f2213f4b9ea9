"""Showing: records and plans as one self-contained HTML file.

    records -> views (plain data) -> figures (SVG) and templates -> one HTML file

`render(records, out)` does all of it. Importing this package loads neither matplotlib nor jinja2.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dcbench_reports.page import render

__all__ = ["render"]


def __getattr__(name: str) -> object:
    """Load the page builder when `render` is first asked for."""
    if name in __all__:
        return getattr(import_module("dcbench_reports.page"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
