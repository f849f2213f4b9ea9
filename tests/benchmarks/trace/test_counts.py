"""What is counted: FLOPs, elements and kept activations, against hand counts and other programs."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from dcbench_benchmarks.trace import trace
from dcbench_benchmarks.trace.request import parse_request

from . import models

HERE = "tests.benchmarks.trace.models"


def traced(name, *inputs: str, **arguments):
    pairs = [f"{key}={value}" for key, value in arguments.items()]
    return trace(parse_request(f"{HERE}:{name}", inputs, pairs))


def flops(record, phase, kind=None):
    found = [o for o in record.operators if o.phase == phase and kind in {None, o.kind}]
    return sum(o.count * o.flops.per_sample for o in found)


PHASES = ("forward", "activation_gradient", "weight_gradient")


def test_an_mlp_by_hand():
    record = traced("mlp", "32")

    # Two products of 32 x 64 and 64 x 10; the first needs no gradient of its input.
    first, second = 2 * 32 * 64, 2 * 64 * 10
    assert [flops(record, phase) for phase in PHASES] == [first + second, second, first + second]
    # Kept: the input (32) and the output of the ReLU (64), which is its own derivative's mask.
    assert (record.saved.elements.per_sample, record.saved.elements.fixed) == (96, 0)
    assert record.saved.other_bytes.per_sample == 0
    assert record.parameters.total == 32 * 64 + 64 + 64 * 10 + 10
    assert record.parameters.largest == 32 * 64


def test_the_elements_of_a_product_are_its_operands_and_its_result():
    first = traced("mlp", "32").operators[0]

    assert first.name == "aten.addmm"
    assert first.shapes == ((64,), (2, 32), (32, 64))
    assert first.elements.per_sample == 32 + 64  # input and output
    assert first.elements.fixed == 32 * 64 + 64  # weight and bias, whatever the batch


def test_arguments_reach_the_callable():
    assert traced("mlp", "32", width=128).parameters.largest == 32 * 128


def test_frozen_weights_have_no_gradient():
    record = traced("frozen_mlp", "32")

    assert flops(record, "weight_gradient") == 2 * 64 * 10
    assert flops(record, "activation_gradient") == 0
    assert record.parameters.total - record.parameters.trainable == 32 * 64 + 64


def test_resnet_50():
    record = traced("resnet50", "3x224x224")
    forward = flops(record, "forward")
    stem = 2 * 64 * 3 * 7 * 7 * 112 * 112

    # torchvision's model card: 25,557,032 parameters and 4.09 G multiply-adds.
    assert record.parameters.total == 25_557_032
    assert forward == pytest.approx(2 * 4.09e9, rel=0.002)
    # Each product has two gradients, but that of the image is not needed.
    assert flops(record, "weight_gradient") == forward
    assert flops(record, "activation_gradient") == forward - stem
    # Running mean and variance of 53 norms over 26,560 channels, and a counter each.
    assert record.buffers == 2 * 26_560 + 53
    assert record.modules["Conv2d"] == 53


def test_a_vgg_like_convolution_by_hand():
    record = traced("convolution", "4x10x10")
    per_result = 2 * 4 * 3 * 3

    assert flops(record, "forward") == 6 * 8 * 8 * per_result
    assert flops(record, "weight_gradient") == 6 * 8 * 8 * per_result
    assert flops(record, "activation_gradient") == 0


def test_groups_divide_the_work_of_a_convolution_and_of_its_gradients():
    whole, split = traced("convolution", "4x10x10"), traced("convolution", "4x10x10", groups=2)

    for phase in ("forward", "weight_gradient"):
        assert flops(split, phase) == flops(whole, phase) / 2


def test_a_transposed_convolution_by_hand():
    record = traced("two_convolutions", "3x8x8")
    first = 2 * 4 * 8 * 8 * 3 * 3 * 3  # 4 channels of 8 x 8 results from 3 x 3 x 3
    second = 2 * 4 * 8 * 8 * 5 * 2 * 2  # every of 4 x 8 x 8 inputs into 5 x 2 x 2

    assert flops(record, "forward") == first + second
    assert flops(record, "weight_gradient") == first + second
    assert flops(record, "activation_gradient") == second


def test_an_lstm_by_hand():
    record = traced("lstm", "5x8")
    # Per step four gates of 16: from 8 inputs, then from 16; and from 16 states in both layers.
    step = 2 * 4 * 16 * (8 + 16) + 2 * 4 * 16 * (16 + 16)

    assert flops(record, "forward") == 5 * step
    assert flops(record, "weight_gradient") == 5 * step
    assert "step by step" in record.notes[0]


def test_attention_is_one_fused_operator_that_keeps_no_scores():
    short, long = traced("gpt", "64:int"), traced("gpt", "128:int")

    # Two layers, 128 x 128 pairs of 64-wide heads, four heads, two products, causal half.
    assert flops(long, "forward", "attention") == 2 * 4 * 2 * 2 * 128 * 128 * 64 / 2
    assert flops(long, "activation_gradient", "attention") == 2 * flops(
        long, "forward", "attention"
    )
    assert flops(long, "weight_gradient", "attention") == 0
    assert long.saved.elements.per_sample == 2 * short.saved.elements.per_sample


def test_attention_inside_torch_layers_is_fused_too_and_dropout_keeps_bytes():
    record = traced("two_towers")
    names = {o.name: o for o in record.operators}

    assert names["aten.scaled_dot_product_attention"].kind == "attention"
    assert "aten._safe_softmax" not in names
    # Two layers with dropout after attention (20 x 64), inside (20 x 128) and after the MLP.
    assert record.saved.other_bytes.per_sample >= 2 * 20 * (64 + 128 + 64)


def test_both_towers_are_counted():
    record = traced("two_towers")

    assert [(given.shape, given.dtype) for given in record.inputs] == [
        ((3, 64, 64), "float32"), ((20,), "int64"),
    ]  # fmt: skip
    patches = 2 * 16 * 64 * (3 * 16 * 16)  # 16 patches of 16 x 16 pixels into 64 channels
    assert flops(record, "forward", "convolution") == patches
    assert flops(record, "forward", "gemm") > 2 * 2 * 20 * 64 * (4 * 64 + 2 * 128)


@pytest.mark.parametrize(
    ("name", "shape"), [("mlp", (32,)), ("two_convolutions", (3, 8, 8)), ("resnet50", (3, 64, 64))]
)
def test_totals_agree_with_the_counter_of_torch(name, shape):
    record = traced(name, "x".join(map(str, shape)))
    batch = 4
    with torch.device("meta"):
        module, x = getattr(models, name)(), torch.empty(batch, *shape)
    with FlopCounterMode(display=False) as counter:
        module(x).sum().backward()

    fixed = sum(o.count * o.flops.fixed for o in record.operators)
    assert record.flops_per_sample() * batch + fixed == counter.get_total_flops()


def test_nothing_is_allocated():
    # 4e12 bytes of weights: no machine that runs these tests has them.
    assert traced("mlp", "32", width=10**11).parameters.largest == 32 * 10**11


def test_tied_weights_are_counted_once():
    width, vocab, positions = 256, 1024, 128
    per_layer = 12 * width**2 + 13 * width  # arXiv:2104.04473, eq. 2
    expected = 2 * per_layer + vocab * width + positions * width + 2 * width

    assert traced("gpt", "128:int").parameters.total == expected
