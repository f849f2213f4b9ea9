"""Parameter counts recomputed from the shapes, independently of the planner.

Counted: token and position embeddings, attention, state-space mixers, feed-forward, router, output
head. Left out: norms and biases (under 0.5 %). Published totals carry rounding of the name, hence
3 %.
"""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog

MODELS = {model.id: model for model in load_catalog().models}
LEARNED_POSITIONS = {"GPT-2", "GPT-3", "OPT", "BERT", "Megatron", "Megatron (SC21)",
                     "Megatron (SeqSel)", "ViT"}  # fmt: skip
# Transformer-XL relative attention adds one d x d matrix per layer (Dai et al. 2019, section 3.3).
RELATIVE_MATRIX = {"Gopher", "Chinchilla"}
# Published active counts that leave so many embedding matrices out (all close within 3 %).
ACTIVE_WITHOUT_EMBEDDINGS = {
    "gpt-oss-20b": 1, "gpt-oss-120b": 1, "glm-4.5": 2, "glm-4.5-air": 2, "deepseek-v2-lite": 1,
    "minimax-m2.5": 2,
}  # fmt: skip


def attention_params(m):
    if m.kv_lora_rank:
        qk = m.qk_nope_head_dim + m.qk_rope_head_dim
        query = m.q_lora_rank * (m.d_model + m.n_heads * qk) if m.q_lora_rank else (
            m.d_model * m.n_heads * qk)  # fmt: skip
        key_value = m.d_model * (m.kv_lora_rank + m.qk_rope_head_dim)
        key_value += m.kv_lora_rank * m.n_heads * (m.qk_nope_head_dim + m.v_head_dim)
        return query + key_value + m.n_heads * m.v_head_dim * m.d_model
    return 2 * m.d_model * m.head_dim * (m.n_heads + m.n_kv_heads)


def mlp_params(m, d_ff, width=None):
    return (3 if m.gated_mlp else 2) * (width or m.d_model) * (d_ff or 0)


def mixer_params(m):
    """Mamba-2 (arXiv:2405.21060, section 7), or Mamba-1 (arXiv:2312.00752, section 3)."""
    if m.ssm_dt_rank:
        projections = 3 * m.d_model * m.ssm_inner
        steps = m.ssm_inner * (2 * m.ssm_dt_rank + 3 * m.ssm_state)
        return projections + steps + m.ssm_inner * m.ssm_conv
    maps = 2 * m.ssm_groups * m.ssm_state
    into = m.d_model * (2 * m.ssm_inner + maps + m.ssm_heads)
    return into + m.ssm_inner * m.d_model + (m.ssm_inner + maps) * m.ssm_conv


def layers_params(m, experts):
    relative = m.d_model**2 if m.family in RELATIVE_MATRIX else 0
    with_attention = m.n_layers if m.attention_layers is None else m.attention_layers
    with_mlp = m.n_layers if m.mlp_layers is None else m.mlp_layers
    mixers = with_attention * (attention_params(m) + relative)
    mixers += m.ssm_layers * mixer_params(m) if m.ssm_layers else 0
    if not m.n_experts:
        return mixers + with_mlp * mlp_params(m, m.d_ff)
    moe_layers = (with_mlp - (m.n_dense_layers_first or 0)) // (m.moe_layer_step or 1)
    moe = experts * mlp_params(m, m.d_ff_expert, m.expert_latent) + m.d_model * m.n_experts
    moe += (m.n_shared_experts or 0) * mlp_params(m, m.d_ff_shared_expert)
    moe += 2 * m.d_model * (m.expert_latent or 0)
    return mixers + (with_mlp - moe_layers) * mlp_params(m, m.d_ff) + moe_layers * moe


def embedding_params(m):
    if m.vocab is None:
        return (3 * m.patch_size**2 + m.max_seq + m.classes) * m.d_model
    # OPT-350M embeds in 512 dimensions and projects up and down (its config.json).
    width = 512 if m.id == "opt-350m" else m.d_model
    tokens = m.vocab * width * (1 if m.tied_embeddings else 2)
    positions = m.max_seq * m.d_model if m.family in LEARNED_POSITIONS else 0
    return tokens + positions + (2 * width * m.d_model if width != m.d_model else 0)


def total_params(m, experts):
    if m.attention_kind == "mha-encdec":  # two stacks; the decoder also has cross attention
        stacks = 2 * layers_params(m, experts) + m.n_layers * attention_params(m)
        return stacks + m.vocab * m.d_model
    return layers_params(m, experts) + embedding_params(m)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_total_follows_from_the_shape(name):
    m = MODELS[name]
    assert total_params(m, m.n_experts) == pytest.approx(m.params_total, rel=0.03)


@pytest.mark.parametrize("name", sorted(n for n, m in MODELS.items() if m.n_experts))
def test_active_follows_from_the_shape(name):
    m = MODELS[name]
    active = total_params(m, m.experts_per_token)
    active -= ACTIVE_WITHOUT_EMBEDDINGS.get(name, 0) * m.vocab * m.d_model
    assert active == pytest.approx(m.params_active, rel=0.03)


@pytest.mark.parametrize("name", sorted(n for n, m in MODELS.items() if not m.n_experts))
def test_dense_models_are_all_active(name):
    assert MODELS[name].params_active == MODELS[name].params_total


def test_heads_divide():
    for m in MODELS.values():
        assert m.n_heads % m.n_kv_heads == 0, m.id


def test_known_shapes():
    # meta-llama/Llama-3.1-405B config.json; Brown et al. 2020 table 2.1.
    llama, gpt3 = MODELS["llama-3.1-405b"], MODELS["gpt3-175b"]
    assert (llama.n_layers, llama.d_model, llama.d_ff, llama.n_kv_heads) == (126, 16384, 53248, 8)
    assert (gpt3.n_layers, gpt3.d_model, gpt3.n_heads) == (96, 12288, 96)
