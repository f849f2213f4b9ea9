from __future__ import annotations

import math

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from dcbench_benchmarks.kernels.train_step import Trainer, check_losses, prepare
from dcbench_benchmarks.kernels.transformer import Transformer, rotary_tables, rotate
from dcbench_benchmarks.kernels.transformer_counts import (
    first_that_fits,
    memory_bytes,
    num_params,
    step_flop,
)  # fmt: skip
from dcbench_benchmarks.suite import Shape, TrainStepSpec, load_suite
from dcbench_benchmarks.timing import measure
from tests.benchmarks.examples import SHAPE, TIMING
from tests.benchmarks.kernels.places import SMALL

SHAPES = [
    shape
    for spec in load_suite("quick").case
    if isinstance(spec, TrainStepSpec)
    for shape in spec.shapes
]


@pytest.mark.parametrize("shape", [SHAPE, *SHAPES], ids=lambda s: f"{s.layers}x{s.d_model}")
def test_the_formula_gives_the_parameters_of_the_model(shape: Shape) -> None:
    with torch.device("meta"):
        model = Transformer(shape)
    assert sum(p.numel() for p in model.parameters()) == num_params(shape)


def test_the_largest_shape_is_of_the_one_billion_class() -> None:
    # Hand calculation: 16 (2*2048² + 2*2048*512 + 3*2048*8192 + 2*2048) + 2*32768*2048 + 2048
    assert num_params(SHAPES[1]) == 1_107_363_840


def test_step_flop_agree_with_torchs_counter() -> None:
    # Another program: torch counts every product, attention without the causal half; its backward
    # of attention recomputes the scores, which is not model FLOP. So compare the products, by
    # counting a model whose attention part is known by formula.
    model = Transformer(SHAPE)
    tokens = torch.zeros(SHAPE.micro_batch, SHAPE.sequence, dtype=torch.long)
    with FlopCounterMode(display=False) as counter:
        model(tokens).sum().backward()
    counts = counter.get_flop_counts()["Global"]
    products = sum(n for op, n in counts.items() if "attention" not in str(op))
    attention_forward = SHAPE.layers * 4 * SHAPE.sequence * SHAPE.d_model / 2 * SHAPE.tokens
    batched = sum(n for op, n in counts.items() if "bmm" in str(op))
    assert products - batched + 3 * attention_forward == step_flop(SHAPE)


def test_future_tokens_do_not_change_the_past() -> None:
    model = Transformer(SHAPE)
    model.init_weights(torch.Generator().manual_seed(0))
    tokens = torch.randint(0, SHAPE.vocab, (1, SHAPE.sequence))
    changed = tokens.clone()
    changed[0, -1] = (changed[0, -1] + 1) % SHAPE.vocab
    before, after = model(tokens), model(changed)
    assert torch.allclose(before[0, :-1], after[0, :-1], atol=1e-6)
    assert not torch.allclose(before[0, -1], after[0, -1], atol=1e-6)


def test_rotary_embedding_makes_scores_depend_on_distance_only() -> None:
    # Su et al., arXiv 2104.09864, equation 11
    cos, sin = rotary_tables(8, 4)
    q, k = torch.randn(4), torch.randn(4)
    rows = [rotate(v.expand(1, 1, 8, 4), cos, sin)[0, 0] for v in (q, k)]
    scores = rows[0] @ rows[1].T
    for distance in range(-6, 7):
        diagonal = scores.diagonal(distance)
        assert torch.allclose(diagonal, diagonal[0].expand_as(diagonal), atol=1e-5)


def test_a_new_model_is_as_uncertain_as_a_guess() -> None:
    trainer = Trainer(SHAPE, "fp32", SMALL, seed=0)
    trainer.step()
    assert float(trainer.losses[0]) == pytest.approx(math.log(SHAPE.vocab), abs=0.1)


@pytest.mark.parametrize("dtype", ["fp32", "bf16"])
def test_training_lowers_the_loss_and_reports_it(dtype: str) -> None:
    prepared = prepare(SHAPE, dtype, SMALL, seed=0)
    timed = measure(prepared.workload, SMALL.stopwatch, TIMING, prepared.on_start)
    checked = prepared.check(timed)
    assert checked.passed, checked.reason
    derived = prepared.derived(timed)
    assert derived["loss_last"] < derived["loss_first"]
    assert derived["params"] == num_params(SHAPE)
    assert derived["model_flop_per_s"] == pytest.approx(step_flop(SHAPE) / derived["step_s"])


def test_bf16_weights_follow_fp32_masters() -> None:
    trainer = Trainer(SHAPE, "bf16", SMALL, seed=0)
    trainer.step()
    for weight, master in zip(trainer._weights, trainer._masters, strict=True):
        assert (weight.dtype, master.dtype) == (torch.bfloat16, torch.float32)
        assert torch.equal(weight, master.bfloat16())
        assert weight.grad is None


@pytest.mark.parametrize(
    ("losses", "reason"),
    [
        ([5.0, 4.0], ""),
        ([5.0], ""),
        ([5.0, 5.0], "did not fall"),
        ([4.0, 5.0], "did not fall"),
        ([5.0, float("nan"), 4.0], "not finite"),
        ([float("inf"), 4.0], "not finite"),
    ],
)
def test_losses_that_do_not_fall_are_wrong(losses: list[float], reason: str) -> None:
    checked = check_losses(losses)
    assert checked.passed is not bool(reason)
    assert reason in checked.reason


def test_a_training_step_that_does_nothing_is_found() -> None:
    prepared = prepare(SHAPE, "fp32", SMALL, seed=0)
    cells = prepared.workload.iterate.__self__
    cells._optimizer.param_groups[0]["lr"] = 0.0
    timed = measure(prepared.workload, SMALL.stopwatch, TIMING, prepared.on_start)
    assert not prepared.check(timed).passed


def test_the_first_shape_that_fits_is_taken() -> None:
    large, small = SHAPES[1], SHAPES[-1]
    assert first_that_fits((large, small), "bf16", 80 * 10**9) is large
    assert first_that_fits((large, small), "bf16", 8 * 10**9) is small
    assert first_that_fits((large,), "bf16", 10**9) is None


def test_memory_grows_with_everything() -> None:
    base = memory_bytes(SHAPE, "bf16")
    for field in ("layers", "d_ff", "vocab", "micro_batch"):
        larger = SHAPE.model_copy(update={field: 2 * getattr(SHAPE, field)})
        assert memory_bytes(larger, "bf16") > base
    assert memory_bytes(SHAPE, "fp32") > 0
