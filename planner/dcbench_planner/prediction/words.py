"""What the words of a row mean: number format, sharding, recompute, overlap, balance."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dcbench_planner.prediction.cells import CellError, UnsupportedError, whole_number
from dcbench_planner.training.layout import FULL, NO_RECOMPUTE, SELECTIVE
from dcbench_planner.training.method.choices import DEFAULT_RANK, full_training, lora
from dcbench_planner.training.method.methods import Method
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.step.rates import PRECISIONS

_PRECISION_WORDS = {
    "bfloat16": "bf16", "float16": "fp16", "half": "fp16", "float32": "fp32", "single": "fp32",
    "fp8_e4m3": "fp8", "e4m3": "fp8", "fp8_hybrid": "fp8", "hybrid_fp8": "fp8", "float8": "fp8",
    "mxfp4": "fp4",
}  # fmt: skip
_RECOMPUTE_WORDS = {
    "none": NO_RECOMPUTE, "no": NO_RECOMPUTE, "off": NO_RECOMPUTE, "0": NO_RECOMPUTE,
    "selective": SELECTIVE, "core_attn": SELECTIVE, "partial": SELECTIVE, "full": FULL,
    "uniform": FULL, "block": FULL, "1": FULL,
}  # fmt: skip
_SHARDING_WORDS = {
    "none": 0, "no": 0, "ddp": 0, "dp": 0, "no_shard": 0, "distributed_optimizer": 1,
    "dist_opt": 1, "distopt": 1, "shard_grad_op": 2, "full_shard": 3, "hybrid_shard": 3, "hsdp": 3,
}  # fmt: skip
NODE = 8
"""Accelerators of a node, where a table does not say."""
_ZERO = re.compile(r"zero[-_ ]?([0-3])")
_GROUP = re.compile(r"group (\d+)|fsdp(\d+) in node")
_PARTIAL = re.compile(r"recompute (?:on )?(?:only )?(\d+) of (\d+) layers")
_OVERLAPPED_TP = re.compile(r"async[- ]?tp|tp overlap|overlapped tp")
_EXPOSED_TP = re.compile(r"vanilla tp|no tp overlap|no comm(unication)? overlap")
_ADAPTER = re.compile(r"(?<![a-z_])(q?lora)(?![a-z_]*[ =]?\d)")
_RANK = re.compile(r"(?:lora_rank|lora_r|rank) ?= ?(\d+)")
_OFFLOADED_OPTIMIZER = re.compile(r"offload\w* (?:of )?(?:the )?(?:adamw?|opt)|optimizer offload")
_OFFLOADED_ACTIVATIONS = re.compile(r"offload\w* (?:of )?activations|activation offload")
OFFLOADED_SHARE = 0.5
"""Half of the layers, where the notes do not say how many."""
_BALANCED = re.compile(r"force-balanced|token-drop\b")


def precision_of(cells: Mapping[str, str]) -> str:
    """Give the number format of the matrix products, one of `PRECISIONS`.

    Raises:
        CellError: none is given.
        UnsupportedError: it is not modelled.
    """
    text = cells.get("dtype", "").strip().lower().replace("-", "_")
    if not text:
        raise CellError("missing dtype")
    precision = _PRECISION_WORDS.get(text, text)
    if precision not in PRECISIONS:
        raise UnsupportedError(f"dtype {text} is not modelled")
    return precision


def sharding_levels(cells: Mapping[str, str]) -> list[int]:
    """Give the ZeRO levels that a row allows: the stated one, or 1 and 3 where nothing is said.

    Raises:
        UnsupportedError: it is not modelled.
    """
    text = cells.get("zero_or_fsdp", "").strip().lower()
    start = text.split("(", maxsplit=1)[0].strip().replace("-", "_").replace(" ", "_")
    if not text:
        return [1, 3]
    stated = _ZERO.search(start)
    if stated:
        return [int(stated[1])]
    if start.isdigit() and int(start) <= 3:
        return [int(start)]
    if start in _SHARDING_WORDS:
        return [_SHARDING_WORDS[start]]
    if start.startswith("fsdp"):
        return [3]
    raise UnsupportedError(f"zero_or_fsdp {text} is not modelled")


def sharding_group(cells: Mapping[str, str]) -> float:
    """Give the ranks that states are sharded over, infinity where nothing is said.

    Hybrid sharding of unstated size shards inside a node.
    """
    text = cells.get("zero_or_fsdp", "").lower()
    found = _GROUP.search(text)
    if found:
        return float(next(filter(None, found.groups())))
    hybrid = "hsdp" in text or "hybrid" in text
    return float(whole_number(cells, "per_node") or NODE) if hybrid else float("inf")


def recompute_codes(cells: Mapping[str, str]) -> list[int]:
    """Give the kinds of recompute that a row allows: the stated one, or all.

    Raises:
        CellError: another word.
    """
    text = cells.get("recompute", "").strip().lower()
    if not text:
        return [NO_RECOMPUTE, SELECTIVE, FULL]
    if text not in _RECOMPUTE_WORDS:
        raise CellError(f"recompute = {text} is not none, selective or full")
    return [_RECOMPUTE_WORDS[text]]


def recompute_share(cells: Mapping[str, str]) -> float | None:
    """Give the share of layers that recompute, stated as `recompute on 5 of 32 layers`."""
    stated = _PARTIAL.search(_notes(cells))
    if not stated:
        return None
    some, of = (float(number) for number in stated.groups())
    return min(1.0, some / max(of, 1.0))


def overlaps_tensor_parallel(cells: Mapping[str, str], *, is_fsdp: bool) -> bool:
    """Megatron-style training overlaps by default; FSDP with TP only where the notes say so."""
    notes = _notes(cells)
    if _EXPOSED_TP.search(notes):
        return False
    return not is_fsdp or bool(_OVERLAPPED_TP.search(notes))


def has_balanced_experts(cells: Mapping[str, str]) -> bool:
    """Vendor benchmarks force the router to balance, or drop tokens; the notes say so."""
    return bool(_BALANCED.search(_notes(cells)))


def method_of(cells: Mapping[str, str], shape: Shape, accelerator_id: str) -> Method:
    """Give how weights are trained: all of them, unless the notes say LoRA, QLoRA or offload."""
    notes = _notes(cells)
    adapter = _ADAPTER.search(notes)
    if adapter:
        rank = _RANK.search(notes)
        return lora(shape, rank=int(rank[1]) if rank else DEFAULT_RANK,
                    quantised=adapter[1] == "qlora")  # fmt: skip
    return full_training(
        shape, accelerator_id=accelerator_id,
        offload_optimizer=bool(_OFFLOADED_OPTIMIZER.search(notes)),
        offload_activations=OFFLOADED_SHARE if _OFFLOADED_ACTIVATIONS.search(notes) else 0.0,
    )  # fmt: skip


def _notes(cells: Mapping[str, str]) -> str:
    return cells.get("notes", "").lower()
