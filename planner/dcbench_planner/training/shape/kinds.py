"""What kind of model a shape is, and whether published training runs of that kind were compared."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from dcbench_planner.training.shape.transformer import Shape


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One row of `data/validated_kinds.csv`."""

    kind: str
    name: str
    """In words."""
    sources: tuple[str, ...]
    """Sources of published training runs, as the prefixes of their ids."""
    note: str


def kind_of(shape: Shape) -> str:
    """Give the kind: `gpt`, `llama`, `moe`, `moe-mla`, `hybrid-moe`, `encoder` and so on."""
    if shape.cross_layer_share > 0:
        return "encoder-decoder"
    if shape.causal == 0:
        return "vision-encoder" if shape.patch_inputs else "encoder"
    if shape.ssm_layer_share > 0:
        mixed = "hybrid-moe" if shape.n_experts else "hybrid"
        return mixed if shape.attention_layer_share > 0 else "state-space"
    if shape.n_experts:
        return "moe-mla" if shape.kv_lora_rank else "moe"
    if shape.kv_lora_rank:
        return "mla"
    return "llama" if shape.gated_mlp else "gpt"


def known_kind(shape: Shape) -> Kind:
    """Give what is known about the shape's kind."""
    return _kinds()[kind_of(shape)]


def is_validated(shape: Shape) -> bool:
    """Whether published step times of models of this kind were compared with the model's."""
    return bool(known_kind(shape).sources)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, Kind]:
    table = resources.files("dcbench_planner") / "data" / "validated_kinds.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {
        row["kind"]: Kind(
            kind=row["kind"], name=row["name"], note=row["note"],
            sources=tuple(filter(None, row["sources"].split("|"))),
        )
        for row in rows
    }  # fmt: skip
