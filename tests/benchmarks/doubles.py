"""A stand-in for the worker: `python doubles.py MODE FD` behaves as MODE says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

GOOD = {
    "status": "ok", "samples": [0.5, 0.5, 0.5, 0.5, 0.5, 0.5], "work": 1e9, "work_unit": "flop",
    "window": [0.0, 1.0],
}  # fmt: skip


def report(result: object) -> None:
    with os.fdopen(int(sys.argv[-1]), "wb") as pipe:
        pipe.write(result if isinstance(result, bytes) else json.dumps(result).encode())


def hang() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.write(2, b"about to hang\n")
    time.sleep(600)


def flood() -> None:
    for _ in range(200):
        os.write(1, b"x" * 2**20)
    os.write(2, b"\x00\xff the last word")
    report(GOOD)


def leave_with_an_error() -> None:
    os.write(2, b"Traceback\nValueError: broken\n")
    sys.exit(7)


def leave_an_orphan() -> None:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    report(GOOD)


MODES: dict[str, Callable[[], object]] = {
    "good": lambda: (sys.stdin.read(), report(GOOD)),
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "hang": hang,
    "slow": lambda: time.sleep(600),
    "garbage": lambda: report(b"\xff\xfe not JSON"),
    "nan": lambda: report({**GOOD, "samples": [float("nan")]}),
    "flood": flood,
    "oom": lambda: report({"status": "oom", "reason": "MemoryError"}),
    "exit": leave_with_an_error,
    "orphan": leave_an_orphan,
    "echo": lambda: report(sys.stdin.buffer.read()),
    "environment": lambda: report(dict(os.environ)),
}

if __name__ == "__main__":
    MODES[sys.argv[1]]()
