"""Reading JSON and TOML that somebody else wrote: size, encoding, duplicate keys, numbers."""

from __future__ import annotations

import json
import math
import os
import stat
import tomllib
from pathlib import Path
from typing import Any

from dcbench.errors import Fault, InputError

MAX_BYTES = 256 * 2**20
MAX_INT = 2**63 - 1


def read_text(path: Path, max_bytes: int = MAX_BYTES) -> str:
    """Read a regular UTF-8 file of bounded size.

    Raises:
        InputError: the file is missing, unreadable, not a regular file, too large, or not UTF-8.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _fault(path, f"cannot be read: {_reason(error)}", "check the path") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _fault(path, "is not a regular file", "give the path of a file")
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise _fault(path, f"is larger than {max_bytes // 2**20} MiB", "is it the right file?")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _fault(path, f"is not UTF-8 text (byte {error.start})", "is it the right file?") from error
    return text.removeprefix("\ufeff")


def parse_json(text: str, path: Path) -> dict[str, Any]:
    """Parse one JSON object; duplicate keys, NaN, infinities and huge integers are faults.

    Raises:
        InputError: with every duplicate key and bad number found, or the first syntax error.
    """
    problems: list[Fault] = []

    def note(problem: str, value: object) -> None:
        problems.append(Fault(where=str(path), value=value, problem=problem, fix="correct the file"))

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(items)
        if len(seen) < len(items):
            keys = [key for key, _ in items]
            note("duplicate key", next(key for key in keys if keys.count(key) > 1))
        return seen

    def number(text: str) -> float:
        value = float(text)
        if not math.isfinite(value):
            note("number is too large", text)
        return value

    def integer(text: str) -> int:
        if len(text) > 20 or abs(int(text)) > MAX_INT:
            note("integer is too large", text)
            return 0
        return int(text)

    def constant(name: str) -> float:
        note("is not a number JSON knows", name)
        return 0.0

    try:
        value = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_float=number,
            parse_int=integer,
            parse_constant=constant,
        )
    except RecursionError as error:
        raise _fault(path, "is nested too deeply", "is it the right file?") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise _fault(path, f"is not JSON: {error.msg} at {where}", "is it the right file?") from error
    if problems:
        raise InputError(problems)
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
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise _fault(path, f"is not TOML: {_reason(error)}", "correct the file") from error


def _fault(path: Path, problem: str, fix: str) -> InputError:
    return InputError(Fault(where=str(path), problem=problem, fix=fix))


def _reason(error: BaseException) -> str:
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return " ".join(text.split())[:200]

