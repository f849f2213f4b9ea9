"""The shape of the transformer in a row: its cells, `key=value` notes, and the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dcbench.errors import InputError
from dcbench_planner.prediction.cells import (
    CellError,
    UnsupportedError,
    flag,
    note_tokens,
    positive_number,
    whole_number,
)
from dcbench_planner.training.shape import shape_from_catalog
from dcbench_planner.training.transformer import Shape, gpt_vector_params, llama_vector_params

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

ARCHITECTURES = frozenset({"", "gpt", "llama", "moe", "mla", "moe-mla"})
DIMENSIONS = ("n_layers", "d_model", "n_heads", "vocab")
EXTRAS = (
    "head_dim", "v_head_dim", "q_lora_rank", "kv_lora_rank", "qk_rope_head_dim", "d_ff_shared",
    "n_dense_layers_first", "moe_layer_step", "window",
)  # fmt: skip
"""Structure without a column of its own: from notes, else from the catalog."""
ALIASES = {
    "q_lora": "q_lora_rank", "kv_lora": "kv_lora_rank", "qk_rope": "qk_rope_head_dim",
    "v_head": "v_head_dim", "d_ff_shared_expert": "d_ff_shared", "qk_nope": "qk_nope_head_dim",
}  # fmt: skip


def row_shape(cells: Mapping[str, str], catalog: Catalog) -> Shape:
    """Give the shape a row describes.

    Cells come first, then `key=value` tokens in `notes`, then the catalog's model of that name, or
    of the same width, heads and experts.

    Raises:
        UnsupportedError: the architecture is not modelled.
        CellError: dimensions are missing or wrong.
    """
    architecture = cells.get("arch", "").strip().lower()
    if architecture not in ARCHITECTURES:
        raise UnsupportedError(f"architecture {architecture} is not modelled")
    known = _by_name(cells, catalog)
    if known and not cells.get("n_layers", "").strip():
        return known
    missing = [name for name in DIMENSIONS if not cells.get(name, "").strip()]
    if missing:
        raise CellError(f"missing {', '.join(missing)}, and model_name is not in the catalog")
    return _from_cells(cells, architecture, known or _by_dimensions(cells, catalog))


def _from_cells(cells: Mapping[str, str], architecture: str, known: Shape | None) -> Shape:
    layers, width, heads, vocab = (whole_number(cells, name) or 0 for name in DIMENSIONS)
    extras = _extras(cells, known)
    head_dim = extras["head_dim"] or max(1, width // heads)
    if "mla" in architecture and not extras["kv_lora_rank"]:
        raise CellError("missing kv_lora_rank: give it in notes, or a model_name of the catalog")
    kv_heads = whole_number(cells, "n_kv_heads") or heads
    if heads % kv_heads:
        raise CellError(f"n_heads {heads} is not divisible by n_kv_heads {kv_heads}")
    gated = flag(cells, "gated_mlp")
    gated = architecture != "gpt" if gated is None else gated
    mlp, expert = whole_number(cells, "d_ff") or 0, whole_number(cells, "d_ff_expert") or 0
    experts = whole_number(cells, "n_experts") or 0
    _check_mlp(cells, mlp, expert, experts)
    is_gpt = architecture == "gpt"
    vectors = gpt_vector_params(width, (heads + 2 * kv_heads) * head_dim, mlp) if is_gpt else (
        llama_vector_params(width, extras["q_lora_rank"], extras["kv_lora_rank"]))  # fmt: skip
    shape = Shape(
        name=cells.get("model_name", "") or "unnamed", source="the row's own columns",
        n_layers=layers, d_model=width, n_heads=heads, n_kv_heads=kv_heads, head_dim=head_dim,
        v_head_dim=extras["v_head_dim"] or head_dim, d_ff=mlp, gated_mlp=gated, vocab=vocab,
        tied_embeddings=is_gpt,
        learned_positions=(whole_number(cells, "seq_len") or 0) if is_gpt else 0,
        vector_params_per_layer=vectors[0], vector_params_final=vectors[1],
        q_lora_rank=extras["q_lora_rank"], kv_lora_rank=extras["kv_lora_rank"],
        qk_rope_head_dim=extras["qk_rope_head_dim"], n_experts=experts,
        experts_per_token=whole_number(cells, "experts_per_token") or 0, d_ff_expert=expert,
        d_ff_shared=extras["d_ff_shared"], n_dense_layers_first=extras["n_dense_layers_first"],
        moe_layer_step=max(1, extras["moe_layer_step"]), window=extras["window"],
        window_layer_share=known.window_layer_share if known else float(extras["window"] > 0),
    )  # fmt: skip
    return _with_likelier_tying(shape, positive_number(cells, "params_total"))


def _check_mlp(cells: Mapping[str, str], mlp: int, expert: int, experts: int) -> None:
    if experts and not (expert and cells.get("experts_per_token", "").strip()):
        raise CellError("missing d_ff_expert or experts_per_token of a mixture of experts")
    if not experts and not mlp:
        raise CellError("missing d_ff")
    if experts and (whole_number(cells, "experts_per_token") or 0) > experts:
        raise CellError("experts_per_token is more than n_experts")


def _extras(cells: Mapping[str, str], known: Shape | None) -> dict[str, int]:
    tokens = {ALIASES.get(key, key): value for key, value in note_tokens(cells).items()}
    if "d_ff_shared" in tokens:
        tokens["d_ff_shared"] *= tokens.get("n_shared_experts", 1)
    if "qk_nope_head_dim" in tokens and "qk_rope_head_dim" in tokens:
        tokens["head_dim"] = tokens["qk_nope_head_dim"] + tokens["qk_rope_head_dim"]
    return {name: round(tokens.get(name, getattr(known, name) if known else 0)) for name in EXTRAS}


def _by_name(cells: Mapping[str, str], catalog: Catalog) -> Shape | None:
    name = cells.get("model_name", "").strip()
    if not name:
        return None
    try:
        return shape_from_catalog(catalog.models.resolve(name))
    except InputError:
        return None


def _by_dimensions(cells: Mapping[str, str], catalog: Catalog) -> Shape | None:
    """A catalog model of the same width, heads, MLP and experts; its depth may differ."""
    wanted = {name: whole_number(cells, name) for name in ("d_model", "n_heads", "n_experts",
                                                          "d_ff_expert")}  # fmt: skip
    for model in catalog.models:
        if all(getattr(model, name) == value for name, value in wanted.items()):
            same_mlp = wanted["n_experts"] or model.d_ff == whole_number(cells, "d_ff")
            if same_mlp and model.vocab and "bidirectional" not in (model.attention_kind or ""):
                return shape_from_catalog(model)
    return None


def _with_likelier_tying(shape: Shape, params_total: float | None) -> Shape:
    """Choose tied or untied embeddings by which is closer to the stated parameters."""
    if params_total is None:
        return shape
    both = [
        replace(shape, tied_embeddings=tied)
        for tied in (shape.tied_embeddings, not shape.tied_embeddings)
    ]
    return min(both, key=lambda candidate: abs(candidate.params_total - params_total))
