"""One child process from start to end: time limit, interruption, output, nothing left behind.

The child leads a session of its own, so that the terminal's Ctrl-C reaches only this process and
one signal reaches all that the child started. Its result comes through a pipe of its own; what it
prints is kept apart and capped.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dcbench_benchmarks.host import oom_kills

KEPT_BYTES = 64 * 2**10
"""Of stdout and stderr each, the end."""
RESULT_LIMIT_BYTES = 64 * 2**20
GRACE_S = 1.0
"""Between SIGTERM and SIGKILL."""
UNKILLABLE_S = 10.0
"""A process that SIGKILL does not end in this time hangs in the kernel and is left there; giving
back the memory of a GPU takes the driver seconds."""
_TICK_S = 0.05
_CHUNK = 2**16


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a child process ended."""

    cause: Literal["exited", "timeout", "interrupted"]
    returncode: int | None
    """Negative: the signal that killed it; None: it cannot be killed."""
    result: bytes
    stdout: str
    stderr: str
    duration_s: float
    oom_killed: bool
    """Whether the kernel killed any process for memory meanwhile."""


@dataclass
class _Stream:
    """The end of what came through one pipe."""

    limit: int
    data: bytearray = field(default_factory=bytearray)
    overflowed: bool = False

    def add(self, chunk: bytes) -> None:
        self.data += chunk
        if len(self.data) > self.limit:
            self.overflowed = True
            del self.data[: -self.limit]

    def text(self) -> str:
        return self.data.decode("utf-8", errors="replace")


def supervise(
    argv: Sequence[str],
    *,
    job: bytes,
    timeout_s: float,
    environment: Mapping[str, str],
    stop: Callable[[], bool] = lambda: False,
) -> Ended:
    """Run a program that takes a job on stdin and reports on the descriptor named last in argv.

    Args:
        argv: the program and its arguments; the descriptor's number is appended.
        job: at most 64 KiB, so that it fits into the pipe.
        timeout_s: wall-clock limit, by the monotonic clock.
        environment: the whole environment of the child.
        stop: asked every 50 ms; True ends the child.
    """
    begin, kills = time.monotonic(), oom_kills()
    reader, writer = os.pipe()
    try:
        child = subprocess.Popen(  # noqa: S603 - an argument list, never a shell
            [*argv, str(writer)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, pass_fds=(writer,), start_new_session=True, env=environment,
        )  # fmt: skip
    finally:
        os.close(writer)
    try:
        _send(child, job)
        streams = _streams(child, reader)
        cause = _attend(child, streams, begin + timeout_s, stop)
    finally:
        returncode = _end(child)
        os.close(reader)
    _close(child)
    result, stdout, stderr = streams.values()
    return Ended(
        cause=cause, returncode=returncode, stdout=stdout.text(), stderr=stderr.text(),
        result=b"" if result.overflowed else bytes(result.data),
        duration_s=time.monotonic() - begin, oom_killed=oom_kills() > kills,
    )  # fmt: skip


def _send(child: subprocess.Popen[bytes], job: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):  # gone already; how it went is seen later
        if child.stdin:
            child.stdin.write(job)
            child.stdin.close()


def _streams(child: subprocess.Popen[bytes], reader: int) -> dict[int, _Stream]:
    outputs = [pipe.fileno() for pipe in (child.stdout, child.stderr) if pipe]
    streams = {reader: _Stream(RESULT_LIMIT_BYTES)} | {fd: _Stream(KEPT_BYTES) for fd in outputs}
    for descriptor in streams:
        os.set_blocking(descriptor, False)
    return streams


def _attend(
    child: subprocess.Popen[bytes],
    streams: dict[int, _Stream],
    deadline: float,
    stop: Callable[[], bool],
) -> Literal["exited", "timeout", "interrupted"]:
    """Read what the child writes until it exits, the time is over, or it is to stop."""
    with selectors.DefaultSelector() as selector:
        for descriptor in streams:
            selector.register(descriptor, selectors.EVENT_READ)
        while True:
            gone = _has_exited(child.pid)
            if not gone and stop():
                return "interrupted"
            if not gone and time.monotonic() >= deadline:
                return "timeout"
            if gone:
                _signal_group(child.pid, signal.SIGKILL)  # what it left behind
            read = _read(selector, streams, 0 if gone else _TICK_S)
            if gone and (not read or time.monotonic() >= deadline):
                return "exited"


def _read(selector: selectors.BaseSelector, streams: dict[int, _Stream], wait_s: float) -> bool:
    """Read once from every pipe that has something; tell whether any had."""
    if not selector.get_map():
        time.sleep(wait_s)
        return False
    read = False
    for key, _ in selector.select(wait_s):
        chunk = os.read(key.fd, _CHUNK)
        if chunk:
            streams[key.fd].add(chunk)
            read = True
        else:
            selector.unregister(key.fd)
    return read


def _has_exited(pid: int) -> bool:
    """Tell whether the child has ended, without reaping it: its group must stay addressable."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(child: subprocess.Popen[bytes]) -> int | None:
    """End the child and everything in its group; give its exit code."""
    if not _has_exited(child.pid):
        _signal_group(child.pid, signal.SIGTERM)
        _wait(child.pid, GRACE_S)
    _signal_group(child.pid, signal.SIGKILL)
    if not _wait(child.pid, UNKILLABLE_S):
        return None
    return child.wait()


def _wait(pid: int, limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while not _has_exited(pid):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.005)
    return True


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _close(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdout, child.stderr):
        if pipe:
            pipe.close()
