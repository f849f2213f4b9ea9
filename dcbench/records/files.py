"""Reading and writing every file format: strict on the way in, atomic on the way out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dcbench.durable import write_bytes
from dcbench.errors import Fault, InputError
from dcbench.records.audit import AuditRecord
from dcbench.records.base import FileFormat
from dcbench.records.calibration import Calibration
from dcbench.records.facility import FacilityRecord
from dcbench.records.operators import Operators
from dcbench.records.plan import Plan
from dcbench.records.run import RunRecord
from dcbench.records.scenario import Scenario
from dcbench.strict_text import parse_json, parse_toml, read_text

FORMATS: dict[str, type[FileFormat]] = {
    "run": RunRecord,
    "calibration": Calibration,
    "scenario": Scenario,
    "plan": Plan,
    "facility": FacilityRecord,
    "operators": Operators,
    "audit": AuditRecord,
}
"""By the name that `dcbench schema NAME` takes; the `schema` key of a file is `dcbench.NAME`."""

T = TypeVar("T", bound=FileFormat)


def read_record(path: Path, expected: type[T]) -> T:
    """Read a file of one format, JSON or (by the suffix `.toml`) TOML.

    Raises:
        InputError: with every fault in the file, each with its field.
    """
    return validate(_load(path), expected, str(path))


def read_any(path: Path) -> FileFormat:
    """Read a file of whichever format its `schema` key names.

    Raises:
        InputError: the file is of no known format, or has faults.
    """
    data = _load(path)
    name = data.get("schema")
    formats = {f"dcbench.{key}": cls for key, cls in FORMATS.items()}
    if not isinstance(name, str) or name not in formats:
        fix = f"a dcbench file says one of {', '.join(formats)}"
        raise InputError(
            Fault(where=str(path), field="schema", value=name, problem="unknown format", fix=fix)
        )
    return validate(data, formats[name], str(path))


def validate(data: Mapping[str, Any], expected: type[T], where: str) -> T:
    """Check plain data against a format.

    Raises:
        InputError: with every fault, each with its dotted field.
    """
    foreign = _foreign(data, expected)
    if foreign is not None:
        field, problem, fix = foreign
        raise InputError(
            Fault(where=where, field=field, value=data.get(field), problem=problem, fix=fix)
        )
    try:
        return expected.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise InputError(_faults(error, where, _see_schema(expected))) from error
    except (RecursionError, ValueError) as error:
        problem = "holds a value that no file format has"
        raise InputError(Fault(where=where, problem=problem, fix=_see_schema(expected))) from error


def _foreign(data: Mapping[str, Any], expected: type[FileFormat]) -> tuple[str, str, str] | None:
    """Say (field, problem, fix) when the data is of another format or of a newer version."""
    wanted = expected.model_fields["schema_"].default
    known = expected.model_fields["version"].default
    version = data.get("version")
    if data.get("schema", wanted) != wanted:
        return "schema", f"a {wanted} file is needed", "give the other file"
    if isinstance(version, int) and version > known:
        return "version", f"written by a newer dcbench, version {known} is known", "upgrade dcbench"
    return None


def to_json(record: FileFormat) -> str:
    """Give the file's text: format and version first, absent values left out."""
    data = record.model_dump(mode="json", exclude_none=True)
    head = {"schema": data.pop("schema"), "version": data.pop("version")}
    return json.dumps(head | data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_record(path: Path, record: FileFormat) -> None:
    """Write a record so that the file is either the old one or the whole new one.

    Raises:
        InputError: the place cannot be written.
    """
    write_text(path, to_json(record))


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically; see `dcbench.durable.write_bytes`.

    Raises:
        InputError: the place cannot be written.
    """
    write_bytes(path, text.encode())


def _load(path: Path) -> dict[str, Any]:
    text = read_text(path)
    return parse_toml(text, path) if path.suffix == ".toml" else parse_json(text, path)


def _see_schema(expected: type[FileFormat]) -> str:
    name = expected.model_fields["schema_"].default.removeprefix("dcbench.")
    return f"see `dcbench schema {name}`" if name in FORMATS else "see docs/file-formats.md"


def _faults(error: ValidationError, where: str, see: str) -> list[Fault]:
    found = error.errors(include_url=False)
    return [_fault(item, where, see) for item in found if not _only_follows(item)]


def _only_follows(item: ErrorDetails) -> bool:
    """Tell whether a list counts as too short only because its items have faults of their own."""
    if item["type"] != "too_short" or not isinstance(item["input"], list):
        return False
    return len(item["input"]) >= int(item["ctx"]["min_length"])


def _fault(item: ErrorDetails, where: str, see: str) -> Fault:
    field = ".".join(str(part) for part in item["loc"] if not str(part).startswith("function-"))
    without_value = item["type"] == "missing" or isinstance(item["input"], dict | list)
    return Fault(
        where=where,
        field=field,
        value=None if without_value else item["input"],
        problem=item["msg"].removeprefix("Value error, "),
        fix="remove it" if item["type"] == "extra_forbidden" else see,
    )
