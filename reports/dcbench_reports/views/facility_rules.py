"""Sections of a facility record that are checklists: rules, and the register of risks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dcbench.records.facility import FacilityRecord
from dcbench.records.facility_sites import RegisterItem
from dcbench_reports.blocks import Badge, Callouts, Cell, Column, Row, Section, Table
from dcbench_reports.facts import Facts
from dcbench_reports.views.common import sentence

VERDICTS = ("not met", "met", "not checked")
"""In the order in which they are listed."""
STEPS = {
    1: "Infrastructure", 2: "Natural hazards and pollution", 3: "Data protection",
    4: "Incentives", 5: "Site visit",
}  # fmt: skip


def verdict(name: str) -> Badge:
    """Give a verdict as a word with a mark of its own shape and colour."""
    return Badge(name=name.replace(" ", "_"))


def rules_sections(record: FacilityRecord, facts: Facts, prefix: str) -> list[Section]:
    """List the rules, those that are not met first; those that do not apply last."""
    if not record.requirements:
        return []
    numbered = sorted(
        enumerate(record.requirements),
        key=lambda item: (not item[1].applies, VERDICTS.index(item[1].verdict)),
    )
    rows = []
    for i, rule in numbered:
        value: Cell = facts.number("requirements", i, "value", unit=rule.unit or "")
        rows.append(
            Row(
                cells=(
                    rule.rule, verdict(rule.verdict) if rule.applies else "does not apply",
                    f"{rule.quantity}: {rule.limit}", value, rule.jurisdiction, rule.year,
                    "; ".join(text for text in (rule.note, rule.source) if text),
                )
            )
        )  # fmt: skip
    labels = ("Rule", "Verdict", "Asks", "This design", "Where", "Year", "Note and source")
    table = Table(
        caption="Requirements", rows=tuple(rows),
        columns=tuple(Column(label=label, numeric=label == "This design") for label in labels),
    )  # fmt: skip
    lead = sentence(
        _counted(rule.verdict for rule in record.requirements if rule.applies),
        " Computed figures against the text of the rules: no certificate and no legal advice.",
    )
    return [Section(slug=f"{prefix}-rules", title="Requirements", blocks=(table,), lead=lead)]


def register_sections(record: FacilityRecord, prefix: str) -> list[Section]:
    """List the five steps of the risk register."""
    if not record.risk_register:
        return []
    tables = tuple(
        _step(step, [item for item in record.risk_register if item.step == step])
        for step in sorted({item.step for item in record.risk_register})
    )
    remark = "Only a person on the site can tick an item; hints are what the catalog knows."
    return [
        Section(
            slug=f"{prefix}-register", title="Risk register",
            blocks=(Callouts(items=(remark,), caution=False), *tables),
            lead=sentence(_counted(item.verdict for item in record.risk_register)),
        )
    ]  # fmt: skip


def _step(step: int, items: list[RegisterItem]) -> Table:
    rows = tuple(
        Row(
            cells=(
                item.title, verdict(item.verdict), item.item, item.hint,
                "; ".join(x for x in (item.owner, item.checked_on, item.evidence) if x),
            )
        )
        for item in items
    )  # fmt: skip
    labels = ("Item", "Verdict", "What to check", "Hint", "Owner, date, evidence")
    return Table(
        caption=f"Step {step}: {STEPS.get(step, '')}", rows=rows,
        columns=tuple(Column(label=label) for label in labels),
    )  # fmt: skip


def _counted(verdicts: Iterable[str]) -> str:
    counts = Counter(verdicts)
    return ", ".join(f"{counts[name]} {name}" for name in VERDICTS if counts[name]) + "."
