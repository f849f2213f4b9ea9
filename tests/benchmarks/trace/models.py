"""Small and well-known models, built by hand, that tests trace by the name of this module."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint


def mlp(width=64):
    return nn.Sequential(nn.Linear(32, width), nn.ReLU(), nn.Linear(width, 10))


def frozen_mlp():
    module = mlp()
    module[0].requires_grad_(False)
    return module


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 convolutions around a shortcut (He et al. 2015, arXiv 1512.03385, figure 5)."""

    def __init__(self, channels, width, stride) -> None:
        super().__init__()
        out = 4 * width
        self.body = nn.Sequential(
            nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width),
            nn.ReLU(inplace=True), nn.Conv2d(width, out, 1, bias=False), nn.BatchNorm2d(out),
        )  # fmt: skip
        same = stride == 1 and channels == out
        self.shortcut = nn.Identity() if same else nn.Sequential(
            nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out)
        )  # fmt: skip

    def forward(self, x):
        return functional.relu(self.body(x) + self.shortcut(x), inplace=True)


def resnet50():
    """ResNet-50 v1.5: the stride is in the 3x3 convolution, as in torchvision."""
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True),
              nn.MaxPool2d(3, 2, 1)]  # fmt: skip
    channels = 64
    for stage, blocks in enumerate((3, 4, 6, 3)):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            layers.append(Bottleneck(channels, 64 * 2**stage, stride))
            channels = 256 * 2**stage
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))
    return nn.Sequential(*layers, *head)


def lstm(hidden=16):
    return nn.LSTM(8, hidden, 2, batch_first=True)


def convolution(groups=1):
    return nn.Conv2d(4, 6, 3, groups=groups)


def two_convolutions():
    """The second one needs both gradients, the first only that of its weight."""
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ConvTranspose2d(4, 5, 2, stride=2))


class GptBlock(nn.Module):
    """Pre-norm block with causal attention and a four times wider MLP (GPT-2)."""

    def __init__(self, width, heads) -> None:
        super().__init__()
        self.heads = heads
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        split = (*x.shape[:2], 3, self.heads, x.shape[2] // self.heads)
        q, k, v = self.qkv(self.first(x)).view(split).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        return x + self.down(functional.gelu(self.up(self.second(x))))


class Gpt(nn.Module):
    def __init__(self, layers, width, heads, vocab, positions) -> None:
        super().__init__()
        self.tokens = nn.Embedding(vocab, width)
        self.positions = nn.Parameter(torch.zeros(positions, width))
        self.blocks = nn.Sequential(*(GptBlock(width, heads) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocab, bias=False)
        self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids) + self.positions[: ids.shape[1]]
        return self.head(self.norm(self.blocks(x)))


def gpt(layers=2, width=256, heads=4, vocab=1024, positions=128):
    return Gpt(layers, width, heads, vocab, positions)


class TwoTowers(nn.Module):
    """An image and a text tower that meet in one space."""

    def __init__(self) -> None:
        super().__init__()
        self.image = nn.Sequential(
            nn.Conv2d(3, 64, 16, 16), nn.Flatten(2), nn.AdaptiveAvgPool1d(1), nn.Flatten(),
            nn.Linear(64, 32),
        )  # fmt: skip
        self.embedding = nn.Embedding(500, 64)
        layer = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)
        self.text = nn.TransformerEncoder(layer, 2)
        self.project = nn.Linear(64, 32)

    def forward(self, image, text):
        words = self.text(self.embedding(text)).mean(1)
        image, text = self.image(image), self.project(words)
        return {"image": functional.normalize(image), "text": functional.normalize(text)}


def two_towers():
    """Gives its example inputs itself."""
    return TwoTowers(), {
        "image": torch.zeros(8, 3, 64, 64), "text": torch.zeros(8, 20, dtype=torch.int64),
    }  # fmt: skip


class Pairs(nn.Module):
    """A contrastive loss: every sample with every other."""

    def __init__(self) -> None:
        super().__init__()
        self.map = nn.Linear(32, 8)

    def forward(self, x):
        features = self.map(x)
        return features @ features.T


class ByValue(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.map = nn.Linear(32, 8)

    def forward(self, x):
        return self.map(x) if x.sum() > 0 else x


class Spectrum(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.map = nn.Linear(32, 32)

    def forward(self, x):
        return torch.fft.rfft(self.map(x)).abs()


class Checkpointed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.map = nn.Linear(32, 32)

    def forward(self, x):
        return checkpoint(lambda y: functional.relu(self.map(y)), x, use_reentrant=False)


class Echo(nn.Module):
    """Gives its input back."""

    def __init__(self) -> None:
        super().__init__()
        self.map = nn.Linear(32, 8)

    def forward(self, x):
        return x


def on_cpu():
    return nn.Linear(4, 4, device="cpu")


def nothing_to_train():
    return nn.ReLU()


def a_number():
    return 5


def failing():
    raise RuntimeError("this model\nis broken")


NO_CALL = 3
