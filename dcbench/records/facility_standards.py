"""Parts of the facility record about rules: which are met, by what rule and year."""

from __future__ import annotations

from typing import Literal

from dcbench.records.base import Finite, Name, Record, Text

Verdict = Literal["met", "not met", "not checked"]


class Requirement(Record):
    """One rule against this design. Not a certificate."""

    rule: Name
    """Law, standard or policy, with its section."""
    jurisdiction: Name
    year: Name
    """Of the edition or of the date it applies from."""
    applies: bool
    """Whether the site and the size fall under it, as far as the planner knows."""
    quantity: Text
    limit: Text
    value: Finite | None = None
    unit: Name | None = None
    verdict: Verdict
    note: Text = ""
    source: Text
    evidence: Name
