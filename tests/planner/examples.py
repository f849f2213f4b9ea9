"""Cases shared by the tests: real catalog rows, a fixed layout."""

from __future__ import annotations

from dcbench.catalog import load_catalog
from dcbench.records.plan import LayoutPart, MemoryPart, StepPart
from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.hardware.cluster import size_cluster
from dcbench_planner.hardware.node import choose_node
from dcbench_planner.training.search.search import LaidOut

CATALOG = load_catalog()


def book(**values):
    """Default assumptions, some replaced; `__` in a name stands for a dot."""
    plain = {key.replace("__", "."): value for key, value in values.items()}
    return load_assumptions().with_user_values(plain, "test")


def cluster(accelerators=1024, name="H100-SXM", params=70e9, tokens=1e12, **values):
    accelerator = CATALOG.accelerators.resolve(name)
    assumptions = book(**values)
    return size_cluster(
        accelerator=accelerator,
        node=choose_node(accelerator, CATALOG, assumptions),
        accelerators=accelerators,
        params_total=params,
        tokens=tokens,
        book=assumptions,
    )


def laid_out(time_s=10.0, global_batch=512):
    return LaidOut(
        layout=LayoutPart(
            tp=8, pp=1, dp=128, zero=1, micro_batch=1, global_batch=global_batch, recompute="none"
        ),
        step=StepPart(
            time_s=time_s, mfu=0.4, hfu=0.4, tokens_per_s_per_gpu=400.0,
            model_tflops_per_gpu=400.0, breakdown_s={"gemm": time_s},
        ),
        memory=MemoryPart(peak_bytes=6e10, capacity_bytes=8e10, breakdown_bytes={"weights": 6e10}),
        provenance="published",
        source="test",
    )  # fmt: skip
