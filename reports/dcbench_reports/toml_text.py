"""A record as TOML: flat values and tables of values, which is all that a scenario has."""

from __future__ import annotations

import json
from typing import Any

from dcbench.records.base import FileFormat


def to_toml(record: FileFormat) -> str:
    """Write a record as TOML 1.0; absent values and empty tables are left out."""
    data = record.model_dump(mode="json", by_alias=True, exclude_none=True)
    tables = {name: value for name, value in data.items() if isinstance(value, dict) and value}
    lines = [_line(name, value) for name, value in data.items() if not isinstance(value, dict)]
    for name, table in tables.items():
        lines += ["", f"[{_key(name)}]", *(_line(key, value) for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _line(name: str, value: Any) -> str:  # noqa: ANN401 - JSON data
    return f"{_key(name)} = {_value(value)}"


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else _quoted(name)


def _value(value: Any) -> str:  # noqa: ANN401 - JSON data
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _quoted(text: str) -> str:
    r"""Write a basic string; JSON escapes are TOML escapes, U+007F needs one besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
