"""Bytes on disk: files that are either the old one or the whole new one, and bounded reading."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from dcbench.errors import Fault, InputError

MAX_BYTES = 256 * 2**20


def read_bytes(path: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """Read a regular file of bounded size; never blocks on a pipe or a device.

    Raises:
        InputError: the file is missing, unreadable, not a regular file, or too large.
    """
    try:
        data = _read_regular(path, max_bytes + 1)
    except (OSError, ValueError) as error:
        raise _fault(path, f"cannot be read: {reason(error)}", "check the path") from error
    if data is None:
        raise _fault(path, "is not a regular file", "give the path of a file")
    if len(data) > max_bytes:
        raise _fault(path, f"is larger than {max_bytes:,} bytes", "is it the right file?")
    return data


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file atomically: temporary file beside it, fsync, rename, fsync of the folder.

    A device or pipe, such as `/dev/null`, is written to and never replaced. A symbolic link keeps
    pointing where it points.

    Raises:
        InputError: the place cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data)
    except (OSError, ValueError, RuntimeError) as error:
        fix = "choose a place that can be written"
        raise _fault(path, f"cannot be written: {reason(error)}", fix) from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def reason(error: BaseException) -> str:
    """Give why something failed in a few words on one line."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return " ".join(text.split())[:200] or type(error).__name__


def _read_regular(path: Path, size: int) -> bytes | None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(size)
    finally:
        os.close(descriptor)


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name[:50]}.{secrets.token_hex(8)}")
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _fault(path: Path, problem: str, fix: str) -> InputError:
    return InputError(Fault(where=str(path), problem=problem, fix=fix))
