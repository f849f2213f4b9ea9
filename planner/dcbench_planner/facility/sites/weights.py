"""What matters how much when sites are compared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from dcbench.errors import Fault, InputError, unknown_name
from dcbench.records.facility_sites import Criterion
from dcbench_planner.assumptions import AssumptionBook

CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
RISKS = ("power", "seismic", "flood", "wind", "wildfire", "water", "connectivity")
_LARGEST = 1e6


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights by criterion, and by item inside the criterion `risk`; each set adds up to 1."""

    criteria: Mapping[str, float]
    risks: Mapping[str, float]


def default_weights(book: AssumptionBook) -> Weights:
    """Give the weights of the book, `sites.weight_*` and `sites.risk_*`."""
    return Weights(
        criteria=_normalised({name: book[f"sites.weight_{name}"] for name in CRITERIA}),
        risks=_normalised({name: book[f"sites.risk_{name}"] for name in RISKS}),
    )


def parse_weights(text: str, book: AssumptionBook, where: str = "--weights") -> Weights:
    """Read weights such as `cost=0.4,carbon=0.2,risk=0.4,risk.flood=0.5`.

    A criterion that is not named weighs 0; an item of the risk that is not named keeps its default.
    Weights are scaled to add up to 1. Naming no criterion, only items, keeps the criteria.

    Args:
        text: what the user gave.
        book: defaults.
        where: flag, for messages.

    Raises:
        InputError: with every unknown, repeated, missing, negative or non-numeric weight.
    """
    faults: list[Fault] = []
    given = _given(text, where, faults)
    default = default_weights(book)
    criteria: dict[str, float] = {name: given.get(name, 0.0) for name in CRITERIA}
    risks = {name: given.get(f"risk.{name}", default.risks[name]) for name in RISKS}
    named = any(name in given for name in CRITERIA)
    for group, unit in ((criteria if named else default.criteria, "criterion"), (risks, "risk")):
        if not faults and sum(group.values()) <= 0:
            fix = "give at least one a weight above 0"
            faults.append(Fault(where=where, value=text, problem=f"no {unit} weighs", fix=fix))
    if faults:
        raise InputError(faults)
    return Weights(
        criteria=_normalised(criteria) if named else default.criteria, risks=_normalised(risks)
    )


def _given(text: str, where: str, faults: list[Fault]) -> dict[str, float]:
    known = [*CRITERIA, *(f"risk.{name}" for name in RISKS)]
    given: dict[str, float] = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals:
            fix = "give name=number pairs such as cost=0.5,risk=0.5"
            faults.append(Fault(where=where, value=part, problem="is no weight", fix=fix))
        elif name not in known:
            faults.append(unknown_name(where, "criterion", name, known))
        elif name in given:
            faults.append(Fault(where=where, value=name, problem="is given twice", fix="give one"))
        else:
            given[name] = _number(name, number, where, faults)
    return given


def _number(name: str, text: str, where: str, faults: list[Fault]) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= _LARGEST:
        fix = "give a number of at least 0, such as 0.3"
        problem = "is no weight"
        faults.append(Fault(where=where, field=name, value=text, problem=problem, fix=fix))
    return value


def _normalised(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
