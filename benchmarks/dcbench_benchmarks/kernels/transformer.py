"""A decoder-only transformer in plain torch: the model whose training step is measured.

RMSNorm before each block (Zhang and Sennrich, arXiv 1910.07467), rotary position embedding (Su et
al., arXiv 2104.09864), grouped-query attention (Ainslie et al., arXiv 2305.13245), SwiGLU (Shazeer,
arXiv 2002.05202), no biases, untied output layer: the layout of Llama 3 (arXiv 2407.21783).

Shapes: B micro-batch, S sequence, H heads, K key/value heads, E width of a head.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from dcbench_benchmarks.suite import Shape

ROPE_BASE = 500_000.0
"""As in Llama 3 (arXiv 2407.21783, section 3.2)."""
INIT_STD = 0.02
NORM_EPS = 1e-5


class Attention(nn.Module):
    """Causal grouped-query attention."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        kv_width = shape.kv_heads * shape.head_dim
        self.head_dim = shape.head_dim
        self.query = nn.Linear(shape.d_model, shape.d_model, bias=False)
        self.key = nn.Linear(shape.d_model, kv_width, bias=False)
        self.value = nn.Linear(shape.d_model, kv_width, bias=False)
        self.output = nn.Linear(shape.d_model, shape.d_model, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Map (B, S, d_model) to the same shape."""
        query = rotate(self._heads(self.query(x)), cos, sin)
        key = rotate(self._heads(self.key(x)), cos, sin)
        value = self._heads(self.value(x))
        mixed = functional.scaled_dot_product_attention(
            query, key, value, is_causal=True, enable_gqa=query.shape[1] != key.shape[1]
        )
        result: Tensor = self.output(mixed.transpose(1, 2).flatten(2))
        return result

    def _heads(self, x: Tensor) -> Tensor:
        """Split (B, S, heads * E) into (B, heads, S, E)."""
        return x.view(*x.shape[:-1], -1, self.head_dim).transpose(1, 2)


class SwiGlu(nn.Module):
    """Gated feed-forward block: down(silu(gate(x)) * up(x))."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate = nn.Linear(shape.d_model, shape.d_ff, bias=False)
        self.up = nn.Linear(shape.d_model, shape.d_ff, bias=False)
        self.down = nn.Linear(shape.d_ff, shape.d_model, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, S, d_model) to the same shape."""
        result: Tensor = self.down(functional.silu(self.gate(x)) * self.up(x))
        return result


class Layer(nn.Module):
    """One transformer layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(shape.d_model, eps=NORM_EPS)
        self.attention = Attention(shape)
        self.feed_forward_norm = nn.RMSNorm(shape.d_model, eps=NORM_EPS)
        self.feed_forward = SwiGlu(shape)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Map (B, S, d_model) to the same shape."""
        x = x + self.attention(self.attention_norm(x), cos, sin)
        result: Tensor = x + self.feed_forward(self.feed_forward_norm(x))
        return result


class Transformer(nn.Module):
    """Embedding, layers, norm, output layer."""

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embedding = nn.Embedding(shape.vocab, shape.d_model)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.d_model, eps=NORM_EPS)
        self.head = nn.Linear(shape.d_model, shape.vocab, bias=False)
        cos, sin = rotary_tables(shape.sequence, shape.head_dim)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map token ids (B, S) to logits (B, S, vocab)."""
        x = self.embedding(tokens)
        cos, sin = self.cos.to(x.dtype), self.sin.to(x.dtype)
        for layer in self.layers:
            x = layer(x, cos, sin)
        result: Tensor = self.head(self.norm(x))
        return result

    @torch.no_grad()
    def init_weights(self, generator: torch.Generator) -> None:
        """Draw every matrix from a normal distribution of standard deviation 0.02 (GPT-2)."""
        for parameter in self.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0.0, INIT_STD, generator=generator)
            else:
                parameter.fill_(1.0)


def rotary_tables(sequence: int, head_dim: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines, each (S, E): angle of position p and pair i is p * base^(-2i/E)."""
    exponents = torch.arange(0, head_dim, 2, dtype=torch.float32) / head_dim
    angles = torch.outer(torch.arange(sequence, dtype=torch.float32), ROPE_BASE**-exponents)
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Apply the rotary embedding to (B, heads, S, E); element i is paired with i + E/2."""
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin
