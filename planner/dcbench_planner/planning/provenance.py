"""Where each number of a plan came from: unit, formula, and the weakest of what it rests on.

`data/formulas.csv` names, for each dotted key, its formula and what it rests on: other keys, the
entries of the book with a prefix (`finance.`), or a fact of the candidate (`@node_power`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import get_args

from dcbench.records.base import Provenance, Record
from dcbench.records.origin import NumberSource
from dcbench_planner.planning.candidate import Candidate
from dcbench_planner.planning.facts import provenance_of
from dcbench_planner.planning.question import Question
from dcbench_planner.training.traced.model import TracedModel

STRENGTH: tuple[Provenance, ...] = get_args(Provenance)
"""Strongest first; a computed number is as weak as its weakest input."""

Origin = tuple[Provenance, str]
"""Provenance and source."""


@dataclass(frozen=True, kw_only=True)
class Formula:
    """One row of `data/formulas.csv`."""

    key: str
    unit: str
    formula: str
    rests_on: tuple[str, ...]


@cache
def formulas() -> Mapping[str, Formula]:
    """Give the formula of every number of a plan, by dotted key."""
    table = resources.files("dcbench_planner") / "data" / "formulas.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [_formula(row) for row in csv.DictReader(lines)]
    return {row.key: row for row in rows}


def provenance(
    question: Question, chosen: Candidate, parts: Mapping[str, Record]
) -> dict[str, NumberSource]:
    """Give unit, provenance and source of every number; a breakdown has one entry for all.

    Args:
        question: what was asked.
        chosen: where the numbers come from.
        parts: the parts of the plan; numbers that are absent there have no entry.
    """
    facts = _facts(question, chosen)
    return {
        key: NumberSource(
            unit=_unit(row.unit, question),
            provenance=_weakest(key, facts, chosen),
            source=_source(row, facts),
        )
        for key, row in formulas().items()
        if _is_present(key, parts)
    }


def _unit(unit: str, question: Question) -> str:
    """Give the unit; a traced model has samples where others have tokens and sequences."""
    if not isinstance(question.shape, TracedModel):
        return unit
    return unit.replace("token", question.shape.unit).replace("sequence", question.shape.unit)


def _is_present(key: str, parts: Mapping[str, Record]) -> bool:
    part, field = key.split(".")
    return getattr(parts[part], field) is not None


def _weakest(key: str, facts: Mapping[str, Origin], chosen: Candidate) -> Provenance:
    found = [trust for name in formulas()[key].rests_on for trust in _trust(name, facts, chosen)]
    return max(found, key=STRENGTH.index, default="assumed")


def _trust(name: str, facts: Mapping[str, Origin], chosen: Candidate) -> list[Provenance]:
    if name in facts:
        return [facts[name][0]]
    if name in formulas():
        return [_weakest(name, facts, chosen)]
    used = (key for key in chosen.book.used if key.startswith(name))
    return [chosen.book.entries[key].provenance for key in used]


def _source(row: Formula, facts: Mapping[str, Origin]) -> str:
    """Give the formula, then what it rests on: facts spelled out, the rest by name."""
    named = [name.rstrip("._") for name in row.rests_on if name not in facts]
    told = [facts[name][1] for name in row.rests_on if name in facts]
    return "; ".join([row.formula, *told, *([f"from {', '.join(named)}"] if named else [])])[:2000]


def _facts(question: Question, chosen: Candidate) -> dict[str, Origin]:
    scenario, case = question.scenario, chosen.case
    accelerator, node = chosen.option.accelerator, chosen.option.node
    laid_out, node_power = case.laid_out, case.node_power
    return {
        "@model": (_model_provenance(question), question.shape.source),
        "@shape": ("published", question.shape.source),
        "@tokens": _asked(scenario.tokens, "20 per parameter"),
        "@sequence_length": _asked(scenario.sequence_length, "default"),
        "@batch": _asked(scenario.global_batch_tokens, "fit of arXiv 2401.02954 equation 1"),
        "@gpus": _asked(scenario.gpus, "smallest that meets the deadline", laid_out.provenance),
        "@layout": (laid_out.provenance, laid_out.source),
        "@accelerator": (
            provenance_of(accelerator, "memory_mib_reported"),
            f"{accelerator.name}: {accelerator.source}",
        ),
        "@node": (
            provenance_of(node.row, "scaleout_nics") if node.row else "assumed",
            f"{node.name}: {node.row.source if node.row else 'no node in the catalog'}",
        ),
        "@node_power": (node_power.provenance, node_power.source),
        "@facility": _facility(chosen),
    }


def _model_provenance(question: Question) -> Provenance:
    is_named = question.scenario.model and not isinstance(question.shape, TracedModel)
    return "published" if is_named else "user"


def _asked(value: object, default: str, trust: Provenance = "assumed") -> Origin:
    return (trust, default) if value is None else ("user", "asked")


def _facility(chosen: Candidate) -> Origin:
    record = chosen.case.facility
    source = record.provenance.get("dpue_annual")
    if source is None:
        return "assumed", "facility model"
    return source.provenance, f"{source.source}; {record.cooling} at {record.site}"


def _formula(row: Mapping[str, str]) -> Formula:
    return Formula(
        key=row["key"], unit=row["unit"], formula=row["formula"],
        rests_on=tuple(row["rests_on"].split()),
    )  # fmt: skip
