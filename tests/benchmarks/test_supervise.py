from __future__ import annotations

import json
import os
import time

import pytest

from dcbench_benchmarks.supervise import KEPT_BYTES, Ended, supervise
from tests.benchmarks.doubles import GOOD
from tests.benchmarks.examples import double

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def attend(mode: str, timeout_s: float = 20.0, **more: object) -> Ended:
    return supervise(
        double(mode), job=b"{}", timeout_s=timeout_s, environment=ENVIRONMENT, **more,
    )  # fmt: skip


def test_a_good_process_delivers_its_result() -> None:
    ended = attend("good")
    assert (ended.cause, ended.returncode) == ("exited", 0)
    assert json.loads(ended.result) == GOOD


def test_the_job_arrives_on_stdin_and_only_the_given_environment() -> None:
    assert attend("echo").result == b"{}"
    seen = json.loads(attend("environment").result)
    assert seen.keys() - {"LC_CTYPE"} == ENVIRONMENT.keys()  # Python sets LC_CTYPE by itself


def test_a_crash_gives_the_signal() -> None:
    assert attend("crash").returncode == -11


def test_a_process_that_ignores_sigterm_is_killed_soon_after_its_time() -> None:
    begin = time.monotonic()
    ended = attend("hang", timeout_s=0.5)
    assert ended.cause == "timeout"
    assert ended.returncode == -9
    assert time.monotonic() - begin < 4
    assert "about to hang" in ended.stderr


def test_an_interruption_ends_the_process() -> None:
    begin = time.monotonic()
    ended = attend("slow", stop=lambda: time.monotonic() > begin + 0.3)
    assert ended.cause == "interrupted"
    assert time.monotonic() - begin < 3


def test_a_flood_of_output_is_capped_and_the_result_still_arrives() -> None:
    ended = attend("flood")
    assert json.loads(ended.result) == GOOD
    assert len(ended.stdout) == KEPT_BYTES
    assert ended.stderr.endswith("the last word")


def test_what_a_process_leaves_behind_is_killed() -> None:
    begin = time.monotonic()
    ended = attend("orphan")
    assert ended.cause == "exited"
    assert json.loads(ended.result) == GOOD
    assert time.monotonic() - begin < 15  # the orphan sleeps 600 s and holds the pipes


def test_a_program_that_does_not_exist_is_an_error_of_ours() -> None:
    with pytest.raises(FileNotFoundError):
        supervise(["/no/such/program"], job=b"", timeout_s=1, environment={})
