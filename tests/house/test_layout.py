"""The house: which package may import which, what is shipped, what files may be called."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from .repository import PACKAGES, ROOT, relative, sources, tracked

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
MODULES = (
    "dcbench/__init__", "dcbench/cli/__init__", "dcbench/records/__init__",
    "dcbench/catalog/__init__", "dcbench/strict_text", "dcbench/durable", "dcbench/units",
    "dcbench/errors", "dcbench_reports/__init__",
    "dcbench_benchmarks/__init__", "dcbench_planner/__init__",
)  # fmt: skip


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of pyproject.toml over a tree of the same module names."""
    (tree / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    code = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=tree, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(tree)},
    )  # fmt: skip


def plant(tree: Path, planted: dict[str, str]) -> None:
    for module in MODULES:
        path = tree / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(planted.get(module, ""))


def test_the_contracts_accept_a_clean_house(tmp_path):
    plant(tmp_path, {})

    result = lint_imports(tmp_path)

    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{len(PROJECT['tool']['importlinter']['contracts'])} kept, 0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "imports"),
    [
        ("dcbench/errors", "import dcbench.units"),
        ("dcbench/catalog/__init__", "import dcbench.records"),
        ("dcbench/records/__init__", "import dcbench_planner"),
        ("dcbench_planner/__init__", "import dcbench_benchmarks"),
        ("dcbench_benchmarks/__init__", "import dcbench_planner"),
        ("dcbench_planner/__init__", "import torch"),
        ("dcbench_reports/__init__", "import pynvml"),
        ("dcbench_reports/__init__", "import dcbench_planner"),
        ("dcbench_reports/__init__", "import dcbench.cli"),
        ("dcbench/cli/__init__", "import pandas"),
        ("dcbench/cli/__init__", "def f():\n    import matplotlib"),
    ],
)
def test_a_planted_violation_is_found(tmp_path, module, imports):
    plant(tmp_path, {module: imports})

    result = lint_imports(tmp_path)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "1 broken" in result.stdout


def test_the_wheel_ships_the_four_packages_and_their_types():
    shipped = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert sorted(Path(package).name for package in shipped) == sorted(PACKAGES)
    for folder in PACKAGES.values():
        assert (folder / "py.typed").exists()


def test_no_module_is_named_like_the_standard_library():
    ours = [path for path in tracked() if path.suffix == ".py" and not path.stem.startswith("__")]

    assert ours
    assert [relative(path) for path in ours if path.stem in sys.stdlib_module_names] == []


def test_every_folder_of_tests_is_a_package():
    folders = {path.parent for path in tracked() if path.match("tests/**/*.py")}

    assert [relative(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_every_package_folder_is_importable():
    folders = {path.parent for path in sources()}

    assert [relative(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_every_pinned_version_satisfies_the_project():
    from packaging.requirements import Requirement

    lines = (ROOT / "constraints" / "dev.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [*PROJECT["project"]["dependencies"], *extras["bench"], *extras["dev"]]

    for requirement in map(Requirement, wanted):
        assert pins[requirement.name.lower()] in requirement.specifier, str(requirement)
