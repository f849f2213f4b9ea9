"""The journal: one line per finished case, durable before it is acknowledged.

A line is `CRC32 in hex, space, JSON, newline`. Records are appended with one `write` and an fsync,
so a crash can at most tear the last line, and the checksum tells. The next writer starts a line of
its own behind a torn one.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Any, Self

from dcbench.durable import read_bytes, reason, sync_folder
from dcbench.errors import Fault, InputError

MAX_JOURNAL_BYTES = 2**32


class Journal:
    """Append-only writer; one process per file.

    Raises:
        InputError: the file cannot be opened for writing.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        try:
            self._descriptor = os.open(path, flags, 0o644)
            sync_folder(path.parent)
        except (OSError, ValueError) as error:
            fix = "choose a place that can be written"
            problem = f"cannot be written: {reason(error)}"
            raise InputError(Fault(where=str(path), problem=problem, fix=fix)) from error

    def __enter__(self) -> Self:
        """Give the open journal."""
        return self

    def __exit__(self, *failure: object) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def append(self, entry: dict[str, Any]) -> None:
        """Write one entry; it is on disk when this returns.

        Raises:
            OSError: the disk is full or failing; the entry is then not acknowledged.
        """
        line = _encode(entry) if self._at_line_start() else b"\n" + _encode(entry)
        written = os.write(self._descriptor, line)
        if written != len(line):
            raise OSError(f"only {written} of {len(line)} bytes of a journal entry were written")
        os.fsync(self._descriptor)

    def _at_line_start(self) -> bool:
        size = os.fstat(self._descriptor).st_size
        return size == 0 or os.pread(self._descriptor, 1, size - 1) == b"\n"


def read_journal(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Give all intact entries in order and the number of damaged lines that were dropped.

    Raises:
        InputError: the file cannot be read.
    """
    entries, damaged = [], 0
    lines = read_bytes(path, MAX_JOURNAL_BYTES).split(b"\n")
    for line in filter(None, lines):
        entry = _decode(line)
        if entry is None:
            damaged += 1
        else:
            entries.append(entry)
    return entries, damaged


def _encode(entry: dict[str, Any]) -> bytes:
    body = json.dumps(entry, separators=(",", ":"), allow_nan=False).encode()
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _decode(line: bytes) -> dict[str, Any] | None:
    checksum, _, body = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(body):
        return None
    try:
        entry = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None
