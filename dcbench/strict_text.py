"""Reading JSON and TOML that somebody else wrote: size, encoding, duplicate keys, numbers."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dcbench.durable import MAX_BYTES, read_bytes, reason
from dcbench.errors import Fault, InputError

MAX_INT = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class _Bad:
    """Stands in the parsed tree where a value was refused, so that its field can be named."""

    problem: str
    found: str

    def as_fault(self, path: Path, field: str) -> Fault:
        fix = "correct the file"
        return Fault(where=str(path), field=field, value=self.found, problem=self.problem, fix=fix)


def read_text(path: Path, max_bytes: int = MAX_BYTES) -> str:
    """Read a regular UTF-8 file of bounded size; a byte-order mark is dropped.

    Raises:
        InputError: the file is missing, unreadable, not a regular file, too large, or not UTF-8.
    """
    data = read_bytes(path, max_bytes)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 text (byte {error.start})"
        raise _fault(path, problem, "is it the right file?") from error
    return text.removeprefix("\ufeff")


def parse_json(text: str, path: Path) -> dict[str, Any]:
    """Parse one JSON object; duplicate keys, NaN, infinities and huge integers are faults.

    Raises:
        InputError: with every duplicate key and bad value and its field, or the first syntax error.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_number,
            parse_int=_integer,
            parse_constant=lambda name: _Bad(problem="is not a number JSON knows", found=name),
        )
    except RecursionError as error:
        raise _fault(path, "is nested too deeply", "is it the right file?") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        problem = f"is not JSON: {error.msg} at {where}"
        raise _fault(path, problem, "is it the right file?") from error
    faults = [bad.as_fault(path, field) for field, bad in _bad_values(value)]
    if faults:
        raise InputError(faults)
    if not isinstance(value, dict):
        raise _fault(path, "holds no JSON object", "is it the right file?")
    return value


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Parse TOML (which refuses duplicate keys by itself).

    Raises:
        InputError: the text is not TOML.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise _fault(path, "is nested too deeply", "is it the right file?") from error
    except ValueError as error:
        raise _fault(path, f"is not TOML: {reason(error)}", "correct the file") from error


def _object(items: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in items:
        seen[key] = _Bad(problem="is given twice", found=key) if key in seen else value
    return seen


def _number(text: str) -> float | _Bad:
    value = float(text)
    return value if math.isfinite(value) else _Bad(problem="is too large for a number", found=text)


def _integer(text: str) -> int | _Bad:
    small = len(text) <= 20 and abs(int(text)) <= MAX_INT
    return int(text) if small else _Bad(problem="is too large for an integer", found=text)


def _bad_values(root: object) -> Iterator[tuple[str, _Bad]]:
    """Walk a parsed document without recursion and give what was refused, in document order."""
    pending: list[tuple[str, Any]] = [("", root)]
    while pending:
        field, value = pending.pop()
        if isinstance(value, _Bad):
            yield field, value
        elif isinstance(value, str) and not _encodable(value):
            yield field, _Bad(problem="holds half a surrogate pair", found=value)
        elif isinstance(value, dict | list):
            pending.extend(reversed(list(_children(field, value))))


def _children(field: str, value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    prefix = f"{field}." if field else ""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(key, str) and not _encodable(key):
            yield field, _Bad(problem="has a key with half a surrogate pair", found=key)
        elif isinstance(item, _Bad | str | dict | list):  # other values cannot be bad
            yield f"{prefix}{key}", item


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fault(path: Path, problem: str, fix: str) -> InputError:
    return InputError(Fault(where=str(path), problem=problem, fix=fix))
