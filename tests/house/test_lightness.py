"""`--help` and `plan` stay fast: what they load is looked up in `sys.modules`, not guessed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from dcbench.cli.main import COMMANDS

HEAVY = {"torch", "pynvml", "pandas", "scipy", "matplotlib", "jinja2"}
SCRIPT = """
import json, sys
from dcbench.cli.main import main
code = 0
try:
    main(json.loads(sys.argv[1]))
except SystemExit as stop:
    code = stop.code
loaded = sorted({name.partition(".")[0] for name in sys.modules})
sys.stderr.write("\\n" + json.dumps([code, loaded]))
"""


def loaded_by(*arguments: str) -> set[str]:
    """Run a command that must succeed and give the top-level modules that it loaded."""
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(arguments)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    code, loaded = json.loads(result.stderr.splitlines()[-1])
    assert code == 0, result.stderr
    return set(loaded)


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_the_front_door_loads_no_library_but_typer(flag):
    assert loaded_by(flag) & (HEAVY | {"numpy", "pydantic"}) == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_loads_no_number_library(command):
    assert loaded_by(command, "--help") & (HEAVY | {"numpy"}) == set()


def test_plan_loads_nothing_heavy():
    loaded = loaded_by("plan", "--params", "7e9")

    assert loaded & HEAVY == set()
    assert "numpy" in loaded


def test_facility_loads_nothing_heavy():
    arguments = ["facility", "--it-kw", "1000", "--site", "ashburn"]

    assert loaded_by(*arguments) & HEAVY == set()


@pytest.mark.parametrize(
    "package", ["dcbench", "dcbench_benchmarks", "dcbench_planner", "dcbench_reports"]
)
def test_importing_a_package_loads_nothing_heavy(package):
    script = f"import sys, json, {package}; print(json.dumps(list(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert set(json.loads(result.stdout)) & HEAVY == set()
