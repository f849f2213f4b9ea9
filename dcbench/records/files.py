"""Reading and writing every file format: strict on the way in, atomic on the way out."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from dcbench.errors import Fault, InputError
from dcbench.records.base import FileFormat
from dcbench.records.calibration import Calibration
from dcbench.records.facility import FacilityRecord
from dcbench.records.plan import Plan
from dcbench.records.run import RunRecord
from dcbench.records.scenario import Scenario
from dcbench.records.strict_json import parse_json, parse_toml, read_text

FORMATS: dict[str, type[FileFormat]] = {
    "run": RunRecord,
    "calibration": Calibration,
    "scenario": Scenario,
    "plan": Plan,
    "facility": FacilityRecord,
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
    wanted = expected.model_fields["schema_"].default
    version = expected.model_fields["version"].default
    found = data.get("schema", wanted)
    if found != wanted:
        problem = f"is a {found} file, a {wanted} file is needed"
        raise InputError(Fault(where=where, problem=problem, fix="give the other file"))
    if isinstance(data.get("version"), int) and data["version"] > version:
        problem = f"was written by a newer dcbench (format {data['version']}, known: {version})"
        raise InputError(Fault(where=where, problem=problem, fix="upgrade dcbench"))
    try:
        return expected.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise InputError(_faults(error, where)) from error


def to_json(record: FileFormat) -> str:
    """Give the file's text: two-space indent, absent values left out, one newline at the end."""
    return record.model_dump_json(indent=2, exclude_none=True) + "\n"


def write_record(path: Path, record: FileFormat) -> None:
    """Write a record so that the file is either the old one or the whole new one.

    Raises:
        InputError: the place cannot be written.
    """
    write_text(path, to_json(record))


def write_text(path: Path, text: str) -> None:
    """Write text atomically: temporary file, fsync, rename, fsync of the folder.

    Raises:
        InputError: the place cannot be written.
    """
    try:
        _replace(path, text.encode())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fix = "choose a place that can be written"
        fault = Fault(where=str(path), problem=f"cannot be written: {reason}", fix=fix)
        raise InputError(fault) from error


def _replace(path: Path, data: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:60]}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644 if not path.exists() else path.stat().st_mode & 0o777)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _load(path: Path) -> dict[str, Any]:
    text = read_text(path)
    return parse_toml(text, path) if path.suffix == ".toml" else parse_json(text, path)


def _faults(error: ValidationError, where: str) -> list[Fault]:
    faults = []
    for item in error.errors(include_url=False):
        field = ".".join(str(part) for part in item["loc"] if not str(part).startswith("function-"))
        missing = item["type"] == "missing"
        value = None if missing or isinstance(item["input"], dict | list) else item["input"]
        fix = "remove it" if item["type"] == "extra_forbidden" else "see `dcbench schema`"
        faults.append(Fault(where=where, field=field, value=value, problem=item["msg"], fix=fix))
    return faults
