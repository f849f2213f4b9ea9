"""What the numbers rest on: assumptions, sources, and how to get them again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from dcbench.records.origin import Assumption, NumberSource
from dcbench.records.plan import Plan
from dcbench_reports.blocks import Badge, Cell, Code, Column, Row, Section, Table
from dcbench_reports.display import UNITLESS
from dcbench_reports.facts import Facts
from dcbench_reports.metrics import label
from dcbench_reports.toml_text import to_toml
from dcbench_reports.views.common import sentence, span

INPUT_DIGITS = 6
"""Inputs are shown as they were given."""


def assumptions_section(facts: Facts, prefix: str, assumptions: Sequence[Assumption]) -> Section:
    """List every assumption: value, range, unit, provenance, source."""
    rows = tuple(_assumption(facts, i, item) for i, item in enumerate(assumptions))
    columns = (
        Column(label="Assumption"), Column(label="Value", numeric=True),
        Column(label="P10 to P90", numeric=True), Column(label="Unit"),
        Column(label="Provenance"), Column(label="Source"),
    )  # fmt: skip
    lead = sentence(
        "Inputs that nobody measured here. Each can be replaced in the scenario under ",
        "[assumptions]; a replaced one is marked user.",
    )
    folded = _counted("assumptions", [item.provenance for item in assumptions])
    table = Table(caption="Assumptions", columns=columns, rows=rows, folded=folded)
    return Section(slug=f"{prefix}-assumptions", title="Assumptions", blocks=(table,), lead=lead)


def _assumption(facts: Facts, index: int, item: Assumption) -> Row:
    value: Cell = facts.number("assumptions", index, "value", unit="", digits=INPUT_DIGITS)
    low = facts.number("assumptions", index, "low", unit="", digits=INPUT_DIGITS)
    high = facts.number("assumptions", index, "high", unit="", digits=INPUT_DIGITS)
    spread: Cell = None
    if low is not None and high is not None and low.value != high.value:
        spread = span(low, high)
    return Row(
        cells=(
            item.key, value if value is not None else str(item.value), spread,
            "" if item.unit in UNITLESS else item.unit, Badge(name=item.provenance), item.source,
        )
    )  # fmt: skip


def sources_section(facts: Facts, prefix: str, provenance: Mapping[str, NumberSource]) -> Section:
    """List where the numbers came from."""
    del facts
    rows = tuple(
        Row(cells=(label(key), key, Badge(name=entry.provenance), entry.source))
        for key, entry in provenance.items()
    )
    columns = (
        Column(label="Number"), Column(label="Key"), Column(label="Provenance"),
        Column(label="Source"),
    )  # fmt: skip
    folded = _counted("numbers", [entry.provenance for entry in provenance.values()])
    table = Table(caption="Provenance of the numbers", columns=columns, rows=rows, folded=folded)
    return Section(slug=f"{prefix}-sources", title="Where each number came from", blocks=(table,))


def _counted(what: str, provenances: Sequence[str]) -> str:
    """Say how many there are of each provenance: `140 assumptions: 96 assumed, 44 published`."""
    counts = Counter(provenances).most_common()
    return f"{len(provenances)} {what}: {', '.join(f'{count} {name}' for name, count in counts)}"


def reproduce_section(plan: Plan, prefix: str) -> Section:
    """Give the scenario as a file and the command that plans it again."""
    scenario = Code(caption="scenario.toml", text=to_toml(plan.scenario))
    command = Code(caption="Command", text="dcbench plan --scenario scenario.toml --out plan.json")
    lead = sentence(
        f"Planned with dcbench {plan.dcbench_version}. A plan from a calibration needs the same ",
        "calibration file: add --calibration FILE.",
    )
    return Section(
        slug=f"{prefix}-reproduce", title="How to reproduce", blocks=(scenario, command), lead=lead
    )
