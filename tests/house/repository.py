"""What the house tests look at: the tracked files, the packages and the documentation."""

from __future__ import annotations

import ast
import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "dcbench": ROOT / "dcbench",
    "dcbench_benchmarks": ROOT / "benchmarks" / "dcbench_benchmarks",
    "dcbench_planner": ROOT / "planner" / "dcbench_planner",
    "dcbench_reports": ROOT / "reports" / "dcbench_reports",
}
TEXT = {".md", ".py", ".toml", ".txt", ".yml", ".yaml", ".sh", ".csv", ".j2", ".html", ".css", ""}


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Give all files that git keeps or would keep, without the ignored ones."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (ROOT / name for name in names.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def text_files() -> list[Path]:
    return [path for path in tracked() if path.suffix in TEXT]


def sources() -> list[Path]:
    """Give the Python files of the four packages."""
    return [path for folder in PACKAGES.values() for path in sorted(folder.rglob("*.py"))]


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))
