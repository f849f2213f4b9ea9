"""Optimizers and host rates, read from `data/optimizers.csv` and `data/host_rates.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from dcbench.errors import Fault, InputError


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """What an optimizer keeps and moves per trained weight."""

    key: str
    state_bytes: float
    """States, fp32 master weight included."""
    traffic_bytes: float
    """Through memory in one step."""
    newton_schulz_iterations: float
    """Of Muon; 0 for element-wise optimizers."""
    source: str


@dataclass(frozen=True, kw_only=True)
class HostRates:
    """What one accelerator's share of its host reaches."""

    memory_bytes_per_s: float
    link_bytes_per_s: float
    """Between accelerator and host, each direction."""
    source: str


def optimizer_names() -> tuple[str, ...]:
    """List the optimizers."""
    return tuple(_optimizers())


def optimizer(name: str) -> Optimizer:
    """Look an optimizer up.

    Raises:
        InputError: there is none of that name.
    """
    found = _optimizers().get(name)
    if found is None:
        raise InputError(Fault(
            where="method", field="optimizer", value=name, problem="is not an optimizer we know",
            fix=f"one of {', '.join(_optimizers())}",
        ))  # fmt: skip
    return found


def host_rates(accelerator_id: str) -> HostRates:
    """Give the host's rates of an accelerator's family, else those of a PCIe server."""
    own = {
        row["quantity"]: row
        for row in sorted(_host_rows(), key=lambda row: row["family"] != "*")
        if row["family"] == "*" or accelerator_id.upper().startswith(row["family"])
    }
    memory, link = own["host_memory"], own["host_link"]
    return HostRates(
        memory_bytes_per_s=float(memory["value"]), link_bytes_per_s=float(link["value"]),
        source=f"{memory['source']}; {link['source']}",
    )  # fmt: skip


@lru_cache(maxsize=1)
def _optimizers() -> dict[str, Optimizer]:
    numbers = ("state_bytes", "traffic_bytes", "newton_schulz_iterations")
    return {
        row["key"]: Optimizer(
            key=row["key"], source=row["source"], **{name: float(row[name]) for name in numbers}
        )
        for row in _read("optimizers.csv")
    }


@lru_cache(maxsize=1)
def _host_rows() -> tuple[dict[str, str], ...]:
    return tuple(_read("host_rates.csv"))


def _read(name: str) -> list[dict[str, str]]:
    table = resources.files("dcbench_planner") / "data" / name
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
