"""The documentation cannot drift: links lead somewhere, examples work, the reference is current."""

from __future__ import annotations

import importlib
import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from dcbench.cli.main import COMMANDS, app
from dcbench.records.files import FORMATS

from .repository import PACKAGES, ROOT, relative, tracked

PAGES = [path for path in tracked() if path.suffix == ".md"]
CODE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
REMOTE = ("http://", "https://", "mailto:")
CHEAP = {"plan", "facility", "catalog", "schema", "doctor"}
"""Commands whose examples are run; the others are parsed, and run by tests of their own."""


def anchors_of(page: Path) -> set[str]:
    """Give the anchors that common renderers make of the headings of a page."""
    prose = CODE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", prose, flags=re.MULTILINE)
    plain = (re.sub(r"[`*_]|\[|\]\([^)]*\)", "", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", text).strip().lower().replace(" ", "-") for text in plain}


def broken_links(page: Path) -> Iterator[str]:
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if link.startswith(REMOTE):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if (
            not target.exists()
            or not target.is_relative_to(ROOT)
            or (anchor and anchor not in anchors_of(target))
        ):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_link_leads_somewhere(page):
    assert list(broken_links(page)) == []


NAMED = re.compile(r"`(dcbench(?:_[a-z]+)?(?:\.\w+)+)")
FOLDERS = {name: folder.parent for name, folder in PACKAGES.items()}


def exists(name: str) -> bool:
    """Tell whether a dotted name is a format, a module, or a public name of one."""
    if name.removeprefix("dcbench.") in {*FORMATS, "suite"}:
        return True
    parts = name.split(".")
    path = FOLDERS[parts[0]].joinpath(*parts)
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    return hasattr(importlib.import_module(".".join(parts[:-1])), parts[-1])


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_module_that_a_page_names_exists(page):
    names = set(NAMED.findall(page.read_text(encoding="utf-8")))

    assert sorted(name for name in names if not exists(name)) == []


def test_every_page_of_docs_is_reached_from_the_index():
    seen: set[Path] = set()
    pending = [ROOT / "README.md", ROOT / "docs" / "README.md"]
    while pending:
        page = pending.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        links = LINK.findall(page.read_text(encoding="utf-8"))
        names = (link.partition("#")[0] for link in links if not link.startswith(REMOTE))
        pending.extend((page.parent / name).resolve() for name in names if name)

    assert [relative(page) for page in PAGES if page not in seen and "docs" in page.parts] == []


def examples() -> Iterator[str]:
    """Give every `dcbench ...` line of a shell block and of a command's own help."""
    for page in PAGES:
        for language, block in CODE.findall(page.read_text(encoding="utf-8")):
            if language in {"sh", "bash", "console", "shell"}:
                lines = block.replace("\\\n", " ").splitlines()
                yield from (line.removeprefix("$ ") for line in lines)
    for command in COMMANDS:
        yield from re.findall(r"Example: (dcbench .+)", help_text(command))


def help_text(command: str) -> str:
    return leaf([command])[0].epilog or ""


def leaf(arguments: list[str]) -> tuple[Any, list[str]]:
    """Give the command that the arguments name and what is left for it."""
    command: Any = typer.main.get_command(app)
    rest = list(arguments)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    return command, rest


COMMAND_LINES = sorted({line.strip() for line in examples() if re.match(r"\s*dcbench\s", line)})


def words(line: str) -> list[str]:
    return shlex.split(re.split(r"\s(?:#|>|\||&&|;)\s?", line)[0])[1:]


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_every_example_parses(line):
    arguments = words(line)
    command, rest = leaf(arguments)

    assert arguments[0].startswith("--") or arguments[0] in COMMANDS, "no such command"
    if not {"--help", "--version"} & set(rest):
        command.make_context(" ".join(arguments[:1]), rest)


def inputs_of(arguments: list[str]) -> list[str]:
    """Give the arguments without those that name an output."""
    outputs = {"--out", "--report"}
    pairs = zip(["", *arguments], arguments, strict=False)
    return [word for before, word in pairs if before not in outputs]


def stands_alone(arguments: list[str]) -> bool:
    """Tell whether a cheap example reads no file of an earlier step (test_chain.py runs those)."""
    suffixes = {Path(word).suffix for word in inputs_of(arguments)}
    return arguments[0] in CHEAP and not suffixes & {".json", ".csv", ".epw", ".toml"}


ALONE = [line for line in COMMAND_LINES if stands_alone(words(line))]


@pytest.mark.parametrize("line", ALONE)
def test_cheap_examples_run(line, tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "dcbench", *words(line)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr


def test_every_command_has_help_and_an_example():
    for command in COMMANDS:
        found, _ = leaf([command])
        assert found.help, command
        assert f"Example: dcbench {command}" in (found.epilog or ""), command


def test_the_command_line_reference_is_current():
    path = ROOT / "scripts" / "cli_reference.py"
    spec = importlib.util.spec_from_file_location("cli_reference", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert (ROOT / "docs" / "cli-reference.md").read_text() == module.reference(), "run `make docs`"


def test_every_command_and_every_format_is_documented():
    commands = (ROOT / "docs" / "commands.md").read_text()
    formats = (ROOT / "docs" / "file-formats.md").read_text()

    assert [name for name in COMMANDS if f"`dcbench {name}" not in commands] == []
    assert [name for name in FORMATS if f"`dcbench.{name}`" not in formats] == []


def test_documented_files_are_accepted(tmp_path):
    from dcbench.records.files import read_any

    blocks = CODE.findall((ROOT / "docs" / "file-formats.md").read_text())
    whole = [(kind, text) for kind, text in blocks if kind in {"json", "toml"} and "schema" in text]

    assert {kind for kind, _ in whole} == {"json", "toml"}
    for number, (kind, text) in enumerate(whole):
        path = tmp_path / f"{number}.{kind}"
        path.write_text(text)
        assert read_any(path)
