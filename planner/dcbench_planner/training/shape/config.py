"""Reading a Hugging Face `config.json`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dcbench.errors import Fault, InputError
from dcbench.strict_text import parse_json, read_text
from dcbench_planner.training.shape.config_decoders import gpt, latent, llama
from dcbench_planner.training.shape.config_encoders import bert, t5, vit
from dcbench_planner.training.shape.config_mixers import jamba, mamba2, nemotron_h
from dcbench_planner.training.shape.config_reader import ConfigReader
from dcbench_planner.training.shape.transformer import Shape

Build = Callable[[ConfigReader, str], Shape]
LLAMA_LIKE = ("llama", "mistral", "qwen2", "qwen3", "olmo2", "phi3", "gemma", "gemma2",
              "gemma3_text", "mixtral", "qwen2_moe", "qwen3_moe", "gpt_oss", "llama4_text",
              "olmoe", "phimoe", "glm4_moe")  # fmt: skip
BUILDERS: dict[str, Build] = {
    **dict.fromkeys(LLAMA_LIKE, llama),
    **dict.fromkeys(("deepseek_v2", "deepseek_v3", "kimi_k2"), latent),
    **dict.fromkeys(("gpt2", "gpt_neox"), gpt),
    "bert": bert, "vit": vit, "t5": t5,
    "nemotron_h": nemotron_h, "jamba": jamba, "mamba2": mamba2,
}  # fmt: skip
"""By `model_type`."""
TEXT_TOWERS = {"llama4": "llama4_text", "gemma3": "gemma3_text"}
"""Models of text and images, of which the text part is taken, under `text_config`."""


def shape_from_config(path: Path) -> Shape:
    """Read the shape from a `config.json` as the transformers library writes it.

    Args:
        path: file with a `model_type` of `BUILDERS` or `TEXT_TOWERS`.

    Raises:
        InputError: no such file, not JSON, another model type, or fields missing or wrong.
    """
    data = _text_part(parse_json(read_text(path, max_bytes=2**22), path))
    kind = data.get("model_type")
    if not isinstance(kind, str) or kind not in BUILDERS:
        known = ", ".join(sorted([*BUILDERS, *TEXT_TOWERS]))
        raise InputError(Fault(
            where=str(path), field="model_type", value=kind, problem="is not modelled",
            fix=f"known: {known}; or give --params",
        ))  # fmt: skip
    config = ConfigReader(str(path), data)
    name = path.parent.name if path.name == "config.json" and path.parent.name else path.stem
    shape = BUILDERS[kind](config, name)
    if config.faults:
        raise InputError(config.faults)
    return shape


def _text_part(data: Mapping[str, Any]) -> Mapping[str, Any]:
    kind, part = data.get("model_type"), data.get("text_config")
    if isinstance(kind, str) and kind in TEXT_TOWERS and isinstance(part, dict):
        return {**part, "model_type": TEXT_TOWERS[kind]}
    return data
