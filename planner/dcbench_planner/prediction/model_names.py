"""Finding a model of the catalog by the names that people and tools give it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dcbench.catalog.rows import Model

if TYPE_CHECKING:
    from dcbench.catalog import Catalog

_IDLE_WORDS = frozenset({
    "meta", "nvidia", "nv", "hf", "base", "instruct", "chat", "it", "pt", "pretrain", "pretraining",
    "pretrained", "model", "bf16", "fp16", "fp8", "mxfp8", "nvfp4", "mxfp4", "megatron", "core",
    "nemo", "sft", "finetune", "dense",
})  # fmt: skip
"""Words that say who, how or in which format, not which model."""
_SEPARATORS = re.compile(r"[\s_/()\-]+")
_PARTS = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d) (?=\d)")
MAX_NAME = 200


def find_model(name: str, catalog: Catalog) -> Model | None:
    """Give the model of that name, or None.

    Ids, names and aliases come first, as the catalog compares them. Then spelling is ignored: an
    owner before a slash, case, spaces, dashes, and words such as `Instruct` or `BF16`, as in
    `meta-llama/Meta-Llama-3.1-8B-Instruct`, `llama3_8b` or `DeepSeekV3`. What two models could be
    called is not found.

    Args:
        name: as a table, a recipe or a repository writes it.
        catalog: where the models are.
    """
    for text in (name, name.rsplit("/", 1)[-1]):
        found = catalog.models.find(text) or _by_spelling(catalog).get(_spelling(text))
        if found is not None:
            return found
    return None


def _spelling(name: str) -> str:
    """Letters and numbers without what separates them, but for two numbers: `llama3 8b`."""
    words = [word for word in _SEPARATORS.split(name[:MAX_NAME].casefold()) if word]
    kept = [word for word in words if word not in _IDLE_WORDS] or words
    parts = " ".join(part for word in kept for part in _PARTS.findall(word))
    return "|".join(part.replace(" ", "") for part in _BETWEEN_NUMBERS.split(parts))


@lru_cache(maxsize=4)
def _by_spelling(catalog: Catalog) -> dict[str, Model]:
    index: dict[str, Model] = {}
    twice = {""}
    for model in catalog.models:
        for name in catalog.models.names_of(model):
            if index.setdefault(_spelling(name), model) is not model:
                twice.add(_spelling(name))
    return {spelling: model for spelling, model in index.items() if spelling not in twice}
