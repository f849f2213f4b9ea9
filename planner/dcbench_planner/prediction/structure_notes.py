"""Structure that a table of runs has no column for, from its notes.

`key=value` tokens are the documented form. A few phrases that published tables use are read too:
what they say would otherwise be lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dcbench_planner.prediction.cells import note_tokens

ALIASES = {
    "q_lora": "q_lora_rank", "kv_lora": "kv_lora_rank", "qk_rope": "qk_rope_head_dim",
    "v_head": "v_head_dim", "d_ff_shared_expert": "d_ff_shared", "qk_nope": "qk_nope_head_dim",
    "mamba_layers": "ssm_layers", "mamba_heads": "ssm_heads", "moe_latent_size": "expert_latent",
    "num_nextn_predict_layers": "mtp_layers",
}  # fmt: skip
_RANKS = re.compile(r"\b(q_lora|kv_lora|qk_nope|qk_rope|v_head|head_dim)(?:_rank|_dim)? (\d+)\b")
_SHARED = re.compile(r"\b(\d+) shared experts? \((\d+)\)")
_DENSE_FIRST = re.compile(r"\bfirst (\d+) layers? dense|\b(\d+) dense layers? (?:first|then)")
_WINDOW = re.compile(r"\balternating (\d+)-token sliding")
_MTP = re.compile(r"\bmtp(?: layers?)?(?: status)?(?: inferred)? (enabled|disabled)", re.IGNORECASE)


def structure_notes(cells: Mapping[str, str]) -> dict[str, float]:
    """Give the structure that the notes state, by the names of `Shape`.

    `d_ff_shared` is of all shared experts together and `head_dim` of queries with their rotary
    part, however the notes put it.
    """
    found = _phrases(cells.get("notes", "")) | note_tokens(cells)
    stated = {ALIASES.get(key, key): value for key, value in found.items()}
    if "d_ff_shared" in stated:
        stated["d_ff_shared"] *= stated.get("n_shared_experts", 1)
    if "qk_nope_head_dim" in stated and "qk_rope_head_dim" in stated:
        stated["head_dim"] = stated["qk_nope_head_dim"] + stated["qk_rope_head_dim"]
    return stated


def _phrases(notes: str) -> dict[str, float]:
    """`q_lora 1536`, `1 shared expert (2048)`, `first 3 layers dense`, `MTP layer enabled`."""
    found = {name: float(value) for name, value in _RANKS.findall(notes)}
    if shared := _SHARED.search(notes):
        found |= {"n_shared_experts": float(shared[1]), "d_ff_shared_expert": float(shared[2])}
    if first := _DENSE_FIRST.search(notes):
        found["n_dense_layers_first"] = float(first[1] or first[2])
    if window := _WINDOW.search(notes):
        found |= {"window": float(window[1]), "window_layer_share": 0.5}
    if mtp := _MTP.search(notes):
        found["mtp_layers"] = float(mtp[1].lower() == "enabled")
    return found
