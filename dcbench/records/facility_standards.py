"""Parts of the facility record about rules: which are met, by what rule and year."""

from __future__ import annotations

from typing import Literal

from dcbench.records.base import Finite, Name, Record, Text

Verdict = Literal["met", "not met", "not checked"]
RuleKind = Literal["law", "policy", "standard", "label", "proposal"]
"""What stands behind a rule; a proposal is not in force."""


class Requirement(Record):
    """One rule against this design. Not a certificate."""

    id: Name = "unnamed"
    """Key of the rule in the packaged table."""
    rule: Name
    """Law, standard or policy, with its section."""
    kind: RuleKind = "standard"
    jurisdiction: Name
    """Countries or sites; `any` everywhere."""
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
