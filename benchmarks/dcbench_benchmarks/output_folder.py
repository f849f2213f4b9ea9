"""The folder of a run: made ready before anything is measured, and never overwritten."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from dcbench.errors import Fault, InputError
from dcbench.units import MIB

JOURNAL = "journal.jsonl"
RECORD = "run.json"
NEEDED_BYTES = 16 * MIB


def claim(folder: Path) -> Path:
    """Make the folder and its empty journal; give the journal's path.

    Creating the journal exclusively keeps two runs out of one folder.

    Raises:
        InputError: there is a run in it already, it cannot be written, or the disk is full.
    """
    if (folder / RECORD).exists():
        raise _fault(folder, f"holds a run already ({RECORD})", "choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_journal(folder)
        free = shutil.disk_usage(folder).free
    except FileExistsError as error:
        problem = f"holds a run that was not finished, or is going on ({JOURNAL})"
        if not folder.is_dir():
            problem = "is not a folder"
        raise _fault(folder, problem, "choose another folder") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _fault(
            folder, f"cannot be written: {reason}", "choose a place that can be written"
        ) from error
    if free < NEEDED_BYTES:
        (folder / JOURNAL).unlink()
        problem = f"has {free / MIB:.1f} MiB free, {NEEDED_BYTES // MIB} MiB are needed"
        raise _fault(folder, problem, "make room or choose another disk")
    return folder / JOURNAL


def _write_journal(folder: Path) -> None:
    descriptor = os.open(folder / JOURNAL, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    os.close(descriptor)


def _fault(folder: Path, problem: str, fix: str) -> InputError:
    return InputError(Fault(where=str(folder), problem=problem, fix=fix))
