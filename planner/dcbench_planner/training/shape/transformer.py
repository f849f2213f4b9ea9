"""The shape of a model: what its size and work follow from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dcbench_planner.training.columns import stack
from dcbench_planner.training.shape import parameters
from dcbench_planner.training.shape.columns import ShapeColumns


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Hyperparameters of one model.

    Covers GPT and Llama families, grouped-query and multi-query attention, multi-head latent
    attention (MLA), mixture of experts with shared experts and dense first layers, sliding windows
    on part of the layers, multi-token prediction, state-space and hybrid models, encoders (BERT,
    ViT) and encoder-decoders (T5). The defaults are those of a decoder-only transformer.
    """

    name: str
    source: str
    """Which published shape this is, or was scaled from."""
    n_layers: int
    """Of all stacks together: 48 for an encoder-decoder of 24 + 24."""
    d_model: int
    n_heads: int
    n_kv_heads: int
    head_dim: int
    """Of queries and keys; for MLA the part without and with rotary embedding together."""
    v_head_dim: int
    """Of values; equals `head_dim` outside MLA."""
    d_ff: int
    """Width of the dense MLP; 0 where every layer is a mixture of experts."""
    gated_mlp: bool
    vocab: int
    tied_embeddings: bool
    learned_positions: int = 0
    """Rows of a learned position table; 0 for rotary or ALiBi."""
    vector_params_per_layer: int = 0
    """Norm gains and biases of one mean layer."""
    vector_params_final: int = 0
    """Vectors and small matrices outside the layers: last norm, pooler, class token."""
    q_lora_rank: int = 0
    kv_lora_rank: int = 0
    """Positive means multi-head latent attention."""
    qk_rope_head_dim: int = 0
    n_experts: int = 0
    """Routed experts; 0 for a dense model."""
    experts_per_token: int = 0
    d_ff_expert: int = 0
    d_ff_shared: int = 0
    """Width of all shared experts of a layer together."""
    n_dense_layers_first: int = 0
    moe_layer_step: int = 1
    """Every how many layers one is a mixture of experts."""
    window: int = 0
    """Tokens a sliding-window layer looks back."""
    window_layer_share: float = 0.0
    causal: float = 1.0
    """1 where a token attends to itself and those before it, 0 where it attends to all."""
    attention_layer_share: float = 1.0
    """Share of the layers that have self-attention."""
    mlp_layer_share: float = 1.0
    """Share of the layers that have an MLP or a mixture of experts."""
    ssm_layer_share: float = 0.0
    """Share of the layers that have a state-space mixer."""
    ssm_inner: int = 0
    """Channels of a state-space mixer."""
    ssm_state: int = 0
    """Elements of state per channel."""
    ssm_groups: int = 0
    """Groups that share their input and output maps."""
    ssm_heads: int = 0
    """Heads of Mamba-2; 0 for Mamba-1."""
    ssm_conv: int = 0
    """Taps of the convolution before the scan."""
    ssm_dt_rank: int = 0
    """Rank of the step size; positive means Mamba-1."""
    expert_latent: int = 0
    """Width that routed experts read and write where it is not d_model (LatentMoE)."""
    mtp_layers: int = 0
    """Multi-token prediction passes; `params_total` leaves their module out, the work does not."""
    cross_layer_share: float = 0.0
    """Share of the layers, those of the decoder, that also attend to an encoder."""
    output_token_share: float = 1.0
    """Tokens with an output per token of `sequence`: less than 1 where a decoder is fed fewer
    tokens than the encoder, or where only some positions get logits."""
    patch_inputs: int = 0
    """Numbers in one patch of an image, which a matrix embeds; 0 for text."""

    @cached_property
    def columns(self) -> ShapeColumns:
        """The shape as columns of one row."""
        return stack(ShapeColumns, [self])

    @property
    def params_total(self) -> int:
        """All parameters, embeddings included."""
        return round(float(parameters.params_total(self.columns)[0]))

    @property
    def params_mtp(self) -> int:
        """Parameters of the multi-token prediction modules, on top of `params_total`."""
        return round(float(parameters.params_mtp(self.columns)[0]))

    @property
    def params_active(self) -> int:
        """Parameters that take part in one token's forward pass, embeddings included."""
        return round(float(parameters.params_active(self.columns)[0]))


def gpt_vector_params(d_model: int, attention_width: int, d_ff: int) -> tuple[int, int]:
    """Norm gains and biases per layer and at the end of a GPT-style block.

    Two LayerNorms with gain and bias (4 d) and a bias on each of the four linear maps. With
    d_ff = 4 d and multi-head attention that is the 13 d of 12 d² + 13 d per layer (Narayanan et al.
    2021, arXiv:2104.04473, eq. 2).

    Args:
        d_model: model width.
        attention_width: outputs of the query, key and value maps together.
        d_ff: MLP width.
    """
    return 4 * d_model + attention_width + d_model + d_ff + d_model, 2 * d_model


def llama_vector_params(d_model: int, *extra: int) -> tuple[int, int]:
    """RMSNorm gains per layer (2 d, plus extra norms or biases) and at the end (d)."""
    return 2 * d_model + sum(extra), d_model
