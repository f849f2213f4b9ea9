"""Write docs/cli-reference.md from `dcbench --help` and the help of every command.

Run it by `make docs`; a test compares the file with what this would write.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parents[1] / "docs" / "cli-reference.md"
HEADER = """\
# Command-line reference

Generated from `--help` by `make docs`; do not edit. What each command is for:
[commands](commands.md).
"""
PLAIN = {
    "COLUMNS": "100",
    "TERMINAL_WIDTH": "100",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "LC_ALL": "C.UTF-8",
}


def help_of(command: tuple[str, ...]) -> str:
    """Give the help text of one command at a fixed width, without colours."""
    result = subprocess.run(
        [sys.executable, "-m", "dcbench", *command, "--help"],
        env=os.environ | PLAIN, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return "\n".join(line.rstrip() for line in result.stdout.strip().splitlines())


def sections(command: tuple[str, ...] = ()) -> Iterator[str]:
    """Give the section of a command and of every command below it."""
    text = help_of(command)
    name = " ".join(("dcbench", *command))
    yield f"\n{'#' * min(2 + len(command), 4)} {name}\n\n```text\n{text}\n```\n"
    for below in commands_in(text):
        yield from sections((*command, below))


def commands_in(text: str) -> list[str]:
    """Give the names listed under `Commands:` in a help text."""
    _, _, listing = text.partition("\nCommands:\n")
    return re.findall(r"^  ([a-z][\w-]*)  ", listing.partition("\n\n")[0], flags=re.MULTILINE)


def reference() -> str:
    """Give the whole page."""
    return HEADER + "".join(sections())


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
