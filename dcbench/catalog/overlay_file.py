"""Reading the overlay's TOML: sized, a regular file, UTF-8."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

from dcbench.errors import Fault, InputError

MAX_BYTES = 4 * 2**20


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of at most 4 MiB.

    Raises:
        InputError: missing, unreadable, not a regular file, too large, not UTF-8 or not TOML.
    """
    try:
        return tomllib.loads(_read_bytes(path).decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise _fault(path, f"is not UTF-8 text (byte {error.start})") from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise _fault(path, f"is not TOML: {' '.join(str(error).split())[:200]}") from error


def _read_bytes(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _fault(path, f"cannot be read: {reason}", "check the path") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _fault(path, "is not a regular file", "give the path of a file")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _fault(path, f"is larger than {MAX_BYTES // 2**20} MiB", "is it the right file?")
    return data


def _fault(path: Path, problem: str, fix: str = "correct the file") -> InputError:
    return InputError(Fault(where=str(path), problem=problem, fix=fix))
