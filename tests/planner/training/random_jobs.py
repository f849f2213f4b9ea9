"""Random jobs for property tests: any model, device, software and layout, a row each or shared."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from dcbench_planner.training.columns import stack
from dcbench_planner.training.layout import JobColumns
from dcbench_planner.training.method.methods import Method, MethodColumns
from dcbench_planner.training.shape.columns import ShapeColumns
from dcbench_planner.training.step.rates import RateColumns, published_rates
from dcbench_planner.training.step.schedules import schedule_allowed
from tests.planner.training.builders import accelerator, catalog_shape, layout, software

MODELS = ("gpt3-175b", "llama-3.1-8b", "llama-3.1-405b", "mixtral-8x7b", "deepseek-v3", "gpt2")
DEVICES = (
    ("A100-SXM-80GB", "bf16"), ("H100-SXM", "bf16"), ("H100-SXM", "fp8"), ("GB200", "bf16"),
    ("B200-SXM", "mxfp8"), ("MI300X", "bf16"), ("A100-SXM-80GB", "tf32"),
)  # fmt: skip
METHODS = (
    Method(), Method(trained_share=0.01, weight_gradient_share=0.02, optimizer_bytes=12.0),
    Method(optimizer_bytes=4.0), Method(dropout=1.0), Method(extra_forward=1.0),
    Method(offload_optimizer=1.0),
)  # fmt: skip
seeds = st.integers(0, 2**32 - 1)


def random_layouts(random, rows, n_experts=0, n_layers=32):
    """Layouts of any size; each is one that could run, apart from its memory."""
    tp, cp, dp = (2.0 ** random.integers(0, top, rows) for top in (4, 4, 8))
    pp = np.minimum(2.0 ** random.integers(0, 6, rows), n_layers)
    zero = random.integers(0, 4, rows)
    ranks = dp * cp
    chunked = (random.random(rows) < 0.5) & (pp > 1) & (zero < 2)
    m = random.integers(1, 20, rows)
    vpp = np.where(chunked, 2, 1)
    schedule = random.integers(0, 4, rows)
    m = np.where(chunked & (schedule == 0), m * pp, m)
    schedule = np.where(schedule_allowed(pp, vpp, m, schedule), schedule, 0)
    vpp = np.where((schedule == 0) & (m % pp > 0), 1, vpp)
    return layout(
        tp=tp, pp=pp, cp=cp, dp=dp, zero=zero, micro_batch=2.0 ** random.integers(0, 4, rows),
        vpp=vpp, num_micro_batches=m, schedule=schedule,
        ep=np.minimum(ranks * tp, 8) if n_experts else 1,
        shard=np.maximum(1, ranks // 2.0 ** random.integers(0, 3, rows)),
        recompute=random.integers(0, 3, rows), recompute_share=random.integers(1, 5, rows) / 4,
        sequence_parallel=random.integers(0, 2, rows),
    )  # fmt: skip


def random_job(seed, rows=40):
    """Many layouts of one model on one device."""
    random = np.random.default_rng(seed)
    shape = catalog_shape(MODELS[random.integers(len(MODELS))])
    name, precision = DEVICES[random.integers(len(DEVICES))]
    legacy, unfused, compiled = random.integers(0, 2, 3)
    return JobColumns(
        shape=shape.columns,
        rates=stack(RateColumns, [published_rates(accelerator(name), precision)]),
        layout=random_layouts(random, rows, shape.n_experts, shape.n_layers),
        software=software(legacy=legacy, unfused=unfused, compiled=compiled,
                          year=random.integers(2020, 2027)),
        sequence=np.array([2.0 ** random.integers(9, 17)]),
        method=stack(MethodColumns, [METHODS[random.integers(len(METHODS))]]),
    )  # fmt: skip


def random_cases(seed, cases):
    """Models, devices and software of several cases, a row each, without layouts."""
    random = np.random.default_rng(seed)
    shapes = [catalog_shape(name) for name in random.choice(MODELS, cases)]
    devices = [published_rates(accelerator(name), precision)
               for name, precision in random.choice(DEVICES, cases)]  # fmt: skip
    flags = random.integers(0, 2, (3, cases))
    return shapes, JobColumns(
        shape=stack(ShapeColumns, shapes), rates=stack(RateColumns, devices), layout=layout(),
        software=software(legacy=flags[0], unfused=flags[1], compiled=flags[2],
                          year=random.integers(2020, 2027, cases)),
        sequence=2.0 ** random.integers(9, 17, cases),
    )  # fmt: skip
