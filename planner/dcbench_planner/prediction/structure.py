"""The shape of the model in a row: its cells, the structure in its notes, and the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dcbench.errors import InputError
from dcbench_planner.prediction.cells import (
    CellError,
    UnsupportedError,
    flag,
    positive_number,
    whole_number,
)
from dcbench_planner.prediction.model_names import find_model
from dcbench_planner.prediction.structure_kinds import (
    ARCHITECTURES,
    UNGATED,
    VISION_ENCODERS,
    kind_fields,
)
from dcbench_planner.prediction.structure_notes import structure_notes
from dcbench_planner.training.shape.sources import shape_from_catalog
from dcbench_planner.training.shape.transformer import Shape, gpt_vector_params, llama_vector_params

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

DIMENSIONS = ("n_layers", "d_model", "n_heads", "vocab")
MLPS = ("d_ff", "n_experts", "experts_per_token", "d_ff_expert")
EXTRAS = (
    "head_dim", "v_head_dim", "q_lora_rank", "kv_lora_rank", "qk_rope_head_dim", "d_ff_shared",
    "n_dense_layers_first", "moe_layer_step", "window", "expert_latent",
)  # fmt: skip
"""Structure without a column of its own: from notes, else from the catalog."""


def row_shape(cells: Mapping[str, str], catalog: Catalog) -> Shape:
    """Give the shape a row describes.

    Cells come first, then what the notes state, then the catalog's model of that name, or of the
    same width, heads and experts. A row without layers is the catalog's model as it is.
    Multi-token prediction counts where the notes say so, or in a model taken as it is.

    Raises:
        UnsupportedError: the architecture is not modelled.
        CellError: dimensions are missing or wrong.
    """
    architecture = cells.get("arch", "").strip().lower()
    if architecture not in ARCHITECTURES:
        raise UnsupportedError(f"architecture {architecture} is not modelled")
    known = _by_name(cells, catalog)
    if known and not cells.get("n_layers", "").strip():
        passes = structure_notes(cells).get("mtp_layers", known.mtp_layers)
        return replace(known, mtp_layers=round(passes))
    if known:
        cells = _filled(cells, known)
    needed = DIMENSIONS[:-1] if architecture in VISION_ENCODERS else DIMENSIONS
    missing = [name for name in needed if not cells.get(name, "").strip()]
    if missing:
        raise CellError(_missing(cells, missing))
    return _from_cells(cells, architecture, known or _by_dimensions(cells, catalog))


def _missing(cells: Mapping[str, str], missing: list[str]) -> str:
    name = cells.get("model_name", "").strip()
    unknown = f"model_name {name[:60]} is not in the catalog" if name else "model_name is empty"
    return f"missing {', '.join(missing)}, and {unknown}"


def _filled(cells: Mapping[str, str], known: Shape) -> Mapping[str, str]:
    """Fill cells that a row of a known model leaves empty."""
    mlp = any(cells.get(name, "").strip() for name in MLPS)
    names = DIMENSIONS if mlp else DIMENSIONS + MLPS
    empty = [name for name in names if not cells.get(name, "").strip() and getattr(known, name)]
    return {**cells, **{name: str(getattr(known, name)) for name in empty}}


def _from_cells(cells: Mapping[str, str], architecture: str, known: Shape | None) -> Shape:
    layers, width, heads, vocab = (whole_number(cells, name) or 0 for name in DIMENSIONS)
    stated = structure_notes(cells)
    extras = {
        name: round(stated.get(name, getattr(known, name) if known else 0)) for name in EXTRAS
    }
    head_dim = extras.pop("head_dim") or max(1, width // heads)
    if "head_dim" in stated and not extras["kv_lora_rank"]:
        extras["v_head_dim"] = head_dim
    if "mla" in architecture and not extras["kv_lora_rank"]:
        raise CellError("missing kv_lora_rank: give it in notes, or a model_name of the catalog")
    kv_heads = whole_number(cells, "n_kv_heads") or heads
    if heads % kv_heads:
        raise CellError(f"n_heads {heads} is not divisible by n_kv_heads {kv_heads}")
    mlp = _mlp(cells, architecture)
    is_gpt = architecture == "gpt"
    vectors = _vectors(cells, architecture, (heads + 2 * kv_heads) * head_dim, extras)
    sequence = whole_number(cells, "seq_len") or 0
    fields: dict[str, Any] = {
        "name": cells.get("model_name", "") or "unnamed", "source": "the row's own columns",
        "n_layers": layers, "d_model": width, "n_heads": heads, "n_kv_heads": kv_heads,
        "head_dim": head_dim, "vocab": vocab, "gated_mlp": _gated(cells, architecture),
        "tied_embeddings": is_gpt, "learned_positions": sequence if is_gpt else 0,
        "vector_params_per_layer": vectors[0], "vector_params_final": vectors[1],
        "mtp_layers": round(stated.get("mtp_layers", 0)),
        "window_layer_share": _window_share(stated, extras["window"], known),
    }  # fmt: skip
    extras["v_head_dim"] = extras["v_head_dim"] or head_dim
    extras["moe_layer_step"] = max(1, extras["moe_layer_step"])
    kind = kind_fields(architecture, fields, sequence, stated, known)
    shape = Shape(**(fields | extras | mlp | kind))
    return _with_likelier_tying(shape, positive_number(cells, "params_total"))


def _mlp(cells: Mapping[str, str], architecture: str) -> dict[str, int]:
    sizes = {name: whole_number(cells, name) or 0 for name in MLPS}
    if sizes["n_experts"] and not (sizes["d_ff_expert"] and sizes["experts_per_token"]):
        raise CellError("missing d_ff_expert or experts_per_token of a mixture of experts")
    if not sizes["n_experts"] and not sizes["d_ff"] and architecture != "mamba":
        raise CellError("missing d_ff")
    if sizes["experts_per_token"] > sizes["n_experts"] > 0:
        raise CellError("experts_per_token is more than n_experts")
    return sizes


def _gated(cells: Mapping[str, str], architecture: str) -> bool:
    gated = flag(cells, "gated_mlp")
    return architecture not in UNGATED if gated is None else gated


def _vectors(
    cells: Mapping[str, str], architecture: str, attention_width: int, extras: Mapping[str, int]
) -> tuple[int, int]:
    """Biases where models of the kind have them, else norm gains only."""
    width, mlp = whole_number(cells, "d_model") or 0, whole_number(cells, "d_ff") or 0
    if architecture == "gpt" or architecture in VISION_ENCODERS | {"encoder", "bert"}:
        return gpt_vector_params(width, attention_width, mlp)
    return llama_vector_params(width, extras["q_lora_rank"], extras["kv_lora_rank"])


def _window_share(stated: Mapping[str, float], window: int, known: Shape | None) -> float:
    if known and known.window_layer_share:
        return known.window_layer_share
    return min(1.0, stated.get("window_layer_share", 1.0)) if window else 0.0


def _by_name(cells: Mapping[str, str], catalog: Catalog) -> Shape | None:
    model = find_model(cells.get("model_name", ""), catalog)
    try:
        return shape_from_catalog(model) if model else None
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
    if params_total is None or shape.patch_inputs:
        return shape
    both = [
        replace(shape, tied_embeddings=tied)
        for tied in (shape.tied_embeddings, not shape.tied_embeddings)
    ]
    return min(both, key=lambda candidate: abs(candidate.params_total - params_total))
