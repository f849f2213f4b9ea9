"""Look-up of accelerators: vendor prefixes, and family names such as "A100" with a memory size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from dcbench.catalog.reading import read_records
from dcbench.catalog.rows import Accelerator
from dcbench.catalog.table import Table, fold
from dcbench.errors import Fault, InputError

MEMORY_TOLERANCE = 0.07
"""Share by which a stated memory size may differ: sources print 180, 186 or 192 GB for one part."""

_GUARANTEED = ("memory_", "peak_tflops_", "pcie_", "scaleup_gbps", "scaleup_domain")


@dataclass(frozen=True, kw_only=True)
class Family:
    """A name that papers and tables use for several parts."""

    name: str
    members: tuple[tuple[float, str], ...]
    """Memory size in GB as sources state it, and accelerator id."""
    common: tuple[str, ...]
    """Ids that the name alone can mean."""
    note: str


class AcceleratorTable(Table[Accelerator]):
    """The accelerator table; every name also resolves with its vendor in front."""

    def __init__(self, rows: Iterable[Accelerator]) -> None:
        super().__init__("accelerator", rows)

    def resolve(
        self, name: str, *, memory_gb: float | None = None, where: str = "--accelerator"
    ) -> Accelerator:
        """Give the accelerator of that id, name, alias or family.

        Args:
            name: such as `H100-SXM`, `NVIDIA H100 80GB HBM3` or, for a family, `A100`.
            memory_gb: tells the parts of a family apart, and is checked otherwise.
            where: flag or file that holds the name, for the message.

        Returns:
            For a family without memory size, what its parts have in common (see `note`).

        Raises:
            InputError: unknown name, or no such part with that memory size.
        """
        family = self._family(name)
        if family:
            return self._member(family, name, memory_gb, where)
        row = self._part(name, where)
        if memory_gb is not None and not _same_memory(row.memory_gb, memory_gb):
            raise _wrong_memory(where, name, memory_gb, [row.memory_gb])
        return row

    def note(self, name: str, *, memory_gb: float | None = None) -> str | None:
        """Say what was assumed when a family name was resolved; None when nothing was."""
        family = self._family(name)
        if family is None:
            return None
        variants = self.variants(name)
        if memory_gb is not None or len(variants) == 1:
            return family.note or None
        sizes = " or ".join(f"{row.memory_gb:g}" for row in variants)
        least = f"{min(row.memory_gbps for row in variants):g} GB/s"
        stated = (
            f"{family.name} without memory size can be the part of {sizes} GB; taken: what all "
            f"have, {min(row.memory_gb for row in variants):g} GB and {least}"
        )
        return f"{family.note}; {stated}" if family.note else stated

    def variants(self, name: str) -> tuple[Accelerator, ...]:
        """Give the parts that a name alone can mean: several for a family, one for an id."""
        family = self._family(name)
        return tuple(self._part(id_) for id_ in (family.common if family else (name,)))

    def variants_of_family(self, name: str) -> tuple[Accelerator, ...]:
        """Give the parts of a family; empty when the name is of no family."""
        return self.variants(name) if self._family(name) else ()

    def known_names(self) -> list[str]:
        """Give every name that resolves, families included, without the vendor prefix."""
        return super().known_names() + [family.name for family in self._families.values()]

    def names_of(self, row: Accelerator) -> tuple[str, ...]:
        """Give the names of one row, each also with the vendor in front."""
        names = super().names_of(row)
        return (*names, *(f"{row.vendor} {name}" for name in names))

    def _member(
        self, family: Family, name: str, memory_gb: float | None, where: str
    ) -> Accelerator:
        if memory_gb is None:
            return _common_part(family, self.variants(name))
        closest = min(family.members, key=lambda member: abs(member[0] - memory_gb))
        if not _same_memory(closest[0], memory_gb):
            raise _wrong_memory(where, name, memory_gb, [size for size, _ in family.members])
        return self._part(closest[1])

    def _family(self, name: str) -> Family | None:
        return self._families.get(fold(name).removeprefix("nvidia-"))

    def _part(self, name: str, where: str = "") -> Accelerator:
        return super().resolve(name, where=where)

    @cached_property
    def _families(self) -> dict[str, Family]:
        lines = [record for _, record in read_records("accelerator_families.csv")]
        names = dict.fromkeys(line["family"] for line in lines)
        return {fold(name): _read_family(name, lines) for name in names}


def _read_family(name: str, lines: Sequence[dict[str, str]]) -> Family:
    own = [line for line in lines if line["family"] == name]
    return Family(
        name=name,
        members=tuple((float(line["memory_gb"]), line["id"]) for line in own),
        common=tuple(line["id"] for line in own if line["in_common_part"] == "1"),
        note=own[0]["note"],
    )


def _same_memory(known_gb: float, stated_gb: float) -> bool:
    return abs(known_gb - stated_gb) <= MEMORY_TOLERANCE * known_gb


def _wrong_memory(where: str, name: str, found: float, known: Sequence[float]) -> InputError:
    sizes = ", ".join(f"{size:g}" for size in known)
    return InputError(
        Fault(where=where, field=f"{name} memory_gb", value=found, problem="no such part",
              fix=f"known: {sizes} GB")
    )  # fmt: skip


def _common_part(family: Family, variants: Sequence[Accelerator]) -> Accelerator:
    """Keep what is equal, the least of what every part guarantees, and nothing else."""
    first = variants[0]
    if len(variants) == 1:
        return first
    values: dict[str, Any] = {
        field.name: _common_value(field.name, [getattr(row, field.name) for row in variants])
        for field in fields(first)
    }
    return replace(
        first, **values | {
            "id": family.name, "name": family.name, "aliases": (),
            "source": "; ".join(dict.fromkeys(row.source for row in variants)),
            "evidence": max((row.evidence for row in variants), key=("read", "recalled").index),
            "recalled_cells": tuple({cell for row in variants for cell in row.recalled_cells}),
            "notes": f"what these have in common: {', '.join(row.id for row in variants)}",
        },
    )  # fmt: skip


def _common_value(name: str, values: Sequence[Any]) -> object:
    if len(set(values)) == 1:
        return values[0]
    if name.startswith(_GUARANTEED) and None not in values:
        return min(values)
    return None
