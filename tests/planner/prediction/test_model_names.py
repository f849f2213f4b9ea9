from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.prediction.model_names import find_model

CATALOG = load_catalog()
USUAL = {
    # as published tables, recipes and model repositories write them
    "Mixtral-8x7B": "mixtral-8x7b",
    "Mixtral 8x22B": "mixtral-8x22b",
    "DeepSeek-V2": "deepseek-v2",
    "DeepSeek-V2-Lite": "deepseek-v2-lite",
    "DeepSeekV3": "deepseek-v3",
    "DeepSeek-V3-671B": "deepseek-v3",
    "Qwen2-57B-A14B": "qwen2-57b-a14b",
    "qwen3_30b_a3b": "qwen3-30b-a3b",
    "Qwen3-235B-A22B": "qwen3-235b-a22b",
    "GPT-OSS-20B": "gpt-oss-20b",
    "gpt_oss_120b": "gpt-oss-120b",
    "Kimi-K2": "kimi-k2",
    "Llama-4-Scout-17B-16E": "llama-4-scout-17b-16e",
    "Llama4-Maverick": "llama-4-maverick-17b-128e",
    "Grok-1": "grok-1",
    "DBRX": "dbrx",
    "BLOOM-176B": "bloom-176b",
    "MT-NLG 530B": "mt-nlg-530b",
    "GPT-3-175B": "gpt3-175b",
    "GPT3 175B": "gpt3-175b",
    "gemma2-9b": "gemma-2-9b",
    "Gemma 3 27B": "gemma-3-27b",
    "Nemotron-4-340B": "nemotron-4-340b",
    "Falcon-180B": "falcon-180b",
    "PaLM-540B": "palm-540b",
    "Phi-3-mini": "phi-3-mini",
    "StarCoder": "starcoder-15b",
    "Nemotron-3-Nano": "nemotron-3-nano-30b-a3b",
    "Nemotron-3-Super": "nemotron-3-super-120b-a12b",
    "Nemotron-3-Ultra": "nemotron-3-ultra-550b-a55b",
    "Nemotron-3.5-Lightning": "nemotron-3.5-lightning-30b-a3b",
    "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16": "nemotron-3-nano-30b-a3b",
    "meta-llama/Meta-Llama-3.1-8B-Instruct": "llama-3.1-8b",
    "llama3_8b": "llama-3-8b",
    "llama31_405b": "llama-3.1-405b",
    "LLaMA-2 70B": "llama-2-70b",
    "ViT-L/16": "vit-l-16",
    "T5-11B": "t5-11b",
}


@pytest.mark.parametrize(("name", "model"), USUAL.items())
def test_usual_names_resolve(name, model):
    found = find_model(name, CATALOG)

    assert found is not None
    assert found.id == model


@pytest.mark.parametrize("model", [model.id for model in CATALOG.models])
def test_every_model_is_found_by_its_own_name_however_it_is_cased(model):
    found = find_model(model.upper().replace("-", "_"), CATALOG)

    assert found is not None
    assert found.id == model


@pytest.mark.parametrize(
    "name", ["", " ", "-", "llama", "175B", "gpt", "DeepSeek-V4-Flash", "llama 38b", "GPT3-1.3B"]
)
def test_what_names_no_model_or_several_is_not_found(name):
    assert find_model(name, CATALOG) is None
