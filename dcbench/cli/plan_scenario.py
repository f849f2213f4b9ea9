"""The scenario that the flags of `dcbench plan` and a file ask for together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dcbench.cli.settings import assumption_settings, parsed
from dcbench.errors import Fault, InputError
from dcbench.records.files import read_record, validate
from dcbench.records.scenario import MAX, Scenario
from dcbench.units import SECONDS_PER_DAY, parse_duration_s, parse_number

MAY_BE_MAX = {"params", "tokens"}
WHOLE_NUMBERS = {"gpus", "sequence_length"}
METHOD_FLAGS = {
    "method.kind": "--method", "method.optimizer": "--optimizer", "method.rank": "--lora-rank",
    "method.teacher": "--teacher",
}  # fmt: skip
SEE_HELP = "see `dcbench plan --help`"
EXAMPLES = {"--deadline": "30d", "--gpus": "64", "--sequence-length": "8192", "--lora-rank": "16"}


@dataclass(frozen=True, kw_only=True)
class Flags:
    """The flags as they were typed; None where a flag was left out."""

    numbers: Mapping[str, str | None]
    """By scenario field."""
    names: Mapping[str, str | None]
    """By scenario field."""
    method: Mapping[str, str | None]
    """By field of the scenario's method."""
    deadline: str | None
    settings: tuple[str, ...]
    """KEY=VALUE of each --set."""


def build_scenario(flags: Flags, path: Path | None) -> Scenario:
    """Lay the flags over the scenario file.

    Raises:
        InputError: with every fault in flags and file.
    """
    faults: list[Fault] = []
    given = _read_flags(flags, faults)
    base = _read_file(path, faults)
    if faults:
        raise InputError(faults)
    if given.keys() & {"params", "model"}:
        base = {key: value for key, value in base.items() if key not in {"params", "model"}}
    tables = {name: base.get(name, {}) | given.pop(name, {}) for name in ("assumptions", "method")}
    merged = base | given | {name: table for name, table in tables.items() if table}
    try:
        return validate(merged, Scenario, str(path or "scenario"))
    except InputError as error:
        raise InputError([_by_flag(fault, given) for fault in error.faults]) from error


def _read_flags(flags: Flags, faults: list[Fault]) -> dict[str, Any]:
    given: dict[str, Any] = {key: name for key, name in flags.names.items() if name is not None}
    for field, text in flags.numbers.items():
        if text is not None:
            given[field] = _number(field, text, faults)
    if flags.deadline is not None:
        seconds = parsed("--deadline", flags.deadline, parse_duration_s, faults, EXAMPLES)
        given["deadline_days"] = seconds / SECONDS_PER_DAY
    if any(text is not None for text in flags.method.values()):
        given["method"] = _read_method(flags.method, faults)
    if flags.settings:
        given["assumptions"] = assumption_settings(flags.settings, faults)
    return given


def _read_method(flags: Mapping[str, str | None], faults: list[Fault]) -> dict[str, Any]:
    given: dict[str, Any] = {key: text for key, text in flags.items() if text is not None}
    if "rank" in given:
        given["rank"] = parsed("--lora-rank", given["rank"], _parse_whole, faults, EXAMPLES)
    return given


def _number(field: str, text: str, faults: list[Fault]) -> float | str:
    if field in MAY_BE_MAX and text.strip() == MAX:
        return MAX
    parse = _parse_whole if field in WHOLE_NUMBERS else parse_number
    return parsed(_flag(field), text, parse, faults, EXAMPLES)


def _read_file(path: Path | None, faults: list[Fault]) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return read_record(path, Scenario).model_dump(mode="json", exclude_unset=True)
    except InputError as error:
        faults.extend(error.faults)
        return {}


def _parse_whole(text: str) -> int:
    value = parse_number(text)
    if value != int(value):
        raise ValueError("not a whole number")
    return int(value)


def _by_flag(fault: Fault, given: Mapping[str, Any]) -> Fault:
    """Name the flag instead of the field where the value came from a flag."""
    if fault.field in METHOD_FLAGS:
        return replace(fault, where=METHOD_FLAGS[fault.field], field="", fix=SEE_HELP)
    if fault.field not in given:
        return fault
    problem = f"{fault.problem} days" if fault.field == "deadline_days" else fault.problem
    return replace(fault, where=_flag(fault.field), field="", problem=problem, fix=SEE_HELP)


def _flag(field: str) -> str:
    return "--deadline" if field == "deadline_days" else f"--{field.replace('_', '-')}"
