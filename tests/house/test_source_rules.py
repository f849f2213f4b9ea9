"""Rules that no linter has: what the code must never call and what no file must mention."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .repository import ROOT, relative, sources, text_files, tree_of

MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
CALLS = {
    "eval", "exec", "compile", "os.system", "os.popen", "torch.load", "yaml.load",
    "yaml.unsafe_load", "subprocess.getoutput", "subprocess.getstatusoutput", "breakpoint",
}  # fmt: skip
METHODS_THAT_RESEMBLE = {"re.compile"}


def name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def dangers(tree: ast.Module) -> Iterator[str]:
    """Give everything in a module that reads code from data or starts a shell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            yield node.module
        elif isinstance(node, ast.Call):
            name = name_of(node.func)
            if name in CALLS:
                yield name
            for keyword in node.keywords:
                if keyword.arg in {"shell", "allow_pickle", "trust_remote_code"}:
                    yield f"{name}({keyword.arg}=)"


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from pickle import loads",
        "eval('1')",
        "import os\nos.system('true')",
        "import torch\ntorch.load('f')",
        "import subprocess\nsubprocess.run('true', shell=True)",
        "import numpy as np\nnp.load('f', allow_pickle=True)",
    ],
)
def test_the_search_finds_what_it_is_for(code):
    assert list(dangers(ast.parse(code)))


def test_no_source_reads_code_from_data_or_starts_a_shell():
    found = {relative(path): list(dangers(tree_of(path))) for path in sources()}

    assert len(found) > 20
    assert {path: names for path, names in found.items() if names} == {}


def test_no_source_asserts_on_input():
    asserts = {
        relative(path): node.lineno
        for path in sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assert)
    }

    assert asserts == {}


def test_only_the_command_line_prints():
    printing = {
        relative(path)
        for path in sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and name_of(node.func) == "print"
    }

    assert printing == set()


HOST = r"\b(?:pypi|pythonhosted|npmjs|deb\.debian|anaconda)\.(?:org|com|io)\b"
PLACE = r"(?<![\w.])/(?:work|root|opt)/\w|/tmp/v/"
WORDS = re.compile(f"{HOST}|{PLACE}", re.IGNORECASE)


def test_no_file_names_a_package_registry_or_a_place_on_one_machine():
    found = {
        f"{relative(path)}:{number}": match.group()
        for path in text_files()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := WORDS.search(line))
    }

    assert found == {}


def test_the_licence_is_the_whole_apache_2_text():
    import hashlib

    text = (ROOT / "LICENSE").read_bytes()

    # The text that apache.org publishes, with its leading newline.
    digest = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    assert hashlib.sha256(text).hexdigest() == digest


def test_files_and_functions_stay_small():
    long_files = [relative(path) for path in sources() if len(lines_of(path)) > 350]
    long_functions = [
        f"{relative(path)}:{node.name}"
        for path in sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and length_of_body(node) > 40
    ]

    assert (long_files, long_functions) == ([], [])


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def length_of_body(node: ast.FunctionDef) -> int:
    """Count lines without signature and docstring; a command's options are its signature."""
    documented = ast.get_docstring(node, clean=False) is not None and len(node.body) > 1
    return node.end_lineno - node.body[1 if documented else 0].lineno + 1
