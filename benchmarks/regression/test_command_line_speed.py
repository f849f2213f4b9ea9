"""Whole commands as new processes; the warm-up round fills the page cache."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("dcbench")


def _dcbench(*arguments: str) -> None:
    subprocess.run([COMMAND, *arguments], check=True, capture_output=True, timeout=60)


@pytest.mark.benchmark(group="command line")
def test_help(benchmark, against):
    benchmark.pedantic(_dcbench, ("--help",), rounds=7, warmup_rounds=2)
    against("dcbench --help", at_most_s=0.3)


@pytest.mark.benchmark(group="command line")
def test_plan_7e9(benchmark, against):
    benchmark.pedantic(_dcbench, ("plan", "--params", "7e9"), rounds=5, warmup_rounds=2)
    against("dcbench plan --params 7e9", at_most_s=2)
