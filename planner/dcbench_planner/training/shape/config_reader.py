"""Typed reading of a Hugging Face `config.json` that collects every fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dcbench.errors import Fault

LIMIT = 10**8
MAX_LAYERS = 10**5
_FIX = "give the model's own config.json"


class ConfigReader:
    """Fields of one config; every fault is kept in `faults` and read on with a stand-in."""

    def __init__(self, where: str, data: Mapping[str, Any]) -> None:
        """`where` names the file in faults."""
        self.where = where
        self.data = data
        self.faults: list[Fault] = []

    @property
    def kind(self) -> str:
        """The `model_type`."""
        return str(self.data.get("model_type"))

    @property
    def source(self) -> str:
        """File and model type, in words."""
        return f"{self.where} ({self.kind})"

    def count(self, *names: str, default: int | None = None, least: int = 1) -> int:
        """Give the first of the fields that is present, as a whole number."""
        name = next((name for name in names if self.data.get(name) is not None), names[0])
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LIMIT:
            problem = "is missing" if value is None else f"is no whole number from {least} to 1e8"
            self.fault(name, value, problem)
            return 1
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Give a true-or-false field."""
        value = self.data.get(name)
        return default if value is None else bool(value)

    def text(self, *names: str) -> str | None:
        """Give the first of the fields that is present, as text."""
        name = next((name for name in names if self.data.get(name) is not None), names[0])
        value = self.data.get(name)
        if value is not None and not (isinstance(value, str) and len(value) <= MAX_LAYERS):
            self.fault(name, value, "is no text")
            return None
        return value

    def texts(self, name: str) -> Sequence[str] | None:
        """Give a field that lists one text per layer."""
        value = self.data.get(name)
        if value is None:
            return None
        is_list = isinstance(value, list) and 0 < len(value) <= MAX_LAYERS
        if not is_list or not all(isinstance(item, str) for item in value):
            self.fault(name, value, "is no list with one text per layer")
            return None
        return list(value)

    def check_groups(self, heads: int, kv_heads: int) -> None:
        """Note a fault when the key-value heads, right by themselves, do not divide the heads."""
        if not self.faults and heads % kv_heads:
            problem = f"does not divide the {heads} attention heads"
            self.fault("num_key_value_heads", kv_heads, problem)

    def fault(self, field: str, value: object, problem: str) -> None:
        """Note a fault."""
        self.faults.append(
            Fault(where=self.where, field=field, value=value, problem=problem, fix=_FIX)
        )
