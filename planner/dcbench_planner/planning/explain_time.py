"""From the ideal step, model FLOPs at the dense peak, to the predicted one, part by part."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dcbench.records.plan import LayoutPart, StepPart
from dcbench.records.plan_explain import TimeEntry
from dcbench_planner.planning.explain_parts import in_order, part_text
from dcbench_planner.planning.question import Question
from dcbench_planner.training.method.methods import Method
from dcbench_planner.training.shape.flops import forward_flops
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.traced.model import TracedModel

FORWARD_SHARE = 1 / 3
"""Of a matrix product's FLOPs: a third each for the forward pass, the gradient of its input and
that of its weight."""
LAYER_PARTS = frozenset({
    "gemm", "attention", "state_space", "elementwise", "quantise", "host", "tensor_parallel",
    "context_parallel", "expert_parallel", "expert_dispatch",
})  # fmt: skip
"""Parts that every layer has."""
ROUNDING = 1e-12
"""Entries below this share of the step are rounding."""


def time_waterfall(question: Question, layout: LayoutPart, step: StepPart) -> tuple[TimeEntry, ...]:
    """Give what each part adds to the ideal step; the entries add up to the step time.

    A part that does FLOPs (matrix products, attention, logits) shows its time beyond that of its
    FLOPs at the peak; every other part shows its whole time. Parts of a layer are those of the
    mean stage; what the fullest stage has beyond it is an entry of its own.

    Args:
        question: model, sequence length and method.
        layout: how the step is split.
        step: the step, with its breakdown.
    """
    shape = question.shape
    ideal_s = _ideal_s(shape, step, question.sequence_length)
    more_s = _beyond_model_s(ideal_s, layout, step, question.method)
    peak_s = {
        part: seconds + sum(own.get(part, 0.0) for own in more_s.values())
        for part, seconds in ideal_s.items()
    }
    mean_s = _mean_stage_s(shape, layout, step, peak_s)
    entries = {"ideal": sum(ideal_s.values())}
    entries |= {name: sum(own.values()) for name, own in more_s.items()}
    entries |= {key: seconds - peak_s.get(key, 0.0) for key, seconds in mean_s.items()}
    entries["uneven_stages"] = step.time_s - sum(mean_s.values())
    return tuple(
        TimeEntry(
            key=key, label=part_text("time", key).label, time_s=entries[key],
            share=entries[key] / step.time_s, note=_note(key, peak_s, mean_s),
        )
        for key in in_order("time", entries)
        if abs(entries[key]) > ROUNDING * step.time_s
    )  # fmt: skip


def _mean_stage_s(
    shape: Shape | TracedModel, layout: LayoutPart, step: StepPart, peak_s: Mapping[str, float]
) -> dict[str, float]:
    """Take what the fullest stage has beyond the mean one off the parts of the layers and logits.

    Where layers divide evenly the last stage has the logits on top; else they take the place of a
    missing layer.
    """
    if isinstance(shape, TracedModel):
        return dict(step.breakdown_s)
    fullest = -(-shape.n_layers // layout.pp) * layout.pp / shape.n_layers
    mean_s = {
        key: seconds / fullest if key in LAYER_PARTS else seconds
        for key, seconds in step.breakdown_s.items()
    }
    if "logits" in mean_s:
        mean = mean_s["logits"] / layout.pp if fullest == 1 else mean_s["logits"]
        mean_s["logits"] = max(mean, peak_s.get("logits", 0.0))
    return mean_s


def _ideal_s(
    shape: Shape | TracedModel, step: StepPart, sequence_length: int
) -> dict[str, float]:  # fmt: skip
    """Model FLOPs at the peak, by the part that does them."""
    flops = _model_flops(shape, sequence_length)
    total = sum(flops.values())
    ideal_s: dict[str, float] = {}
    for operator, count in flops.items():
        part = operator if operator in step.breakdown_s else "gemm"
        ideal_s[part] = ideal_s.get(part, 0.0) + step.mfu * step.time_s * count / total
    return ideal_s


def _model_flops(shape: Shape | TracedModel, sequence_length: int) -> dict[str, float]:
    """FLOPs by operator, all in the same proportion to those of a step."""
    if isinstance(shape, TracedModel):
        passes = (shape.forward, shape.backward)
        kinds = shape.forward.keys() | shape.backward.keys()
        return {
            kind: sum(one[kind].flops.per_sample for one in passes if kind in one)
            for kind in sorted(kinds)
        }
    flops = forward_flops(shape.columns, np.array([float(sequence_length)]))
    return {operator: float(column[0]) for operator, column in flops.items()}


def _beyond_model_s(
    ideal_s: Mapping[str, float], layout: LayoutPart, step: StepPart, method: Method
) -> dict[str, dict[str, float]]:
    """FLOPs that are not the model's at the peak, by reason and part.

    Recompute is executed beyond model FLOPs; full recompute repeats attention's forward pass. A
    teacher adds forward passes of the layers, and frozen weights need no weight gradients.
    """
    forward_s = {key: FORWARD_SHARE * ideal_s.get(key, 0.0) for key in ("gemm", "attention")}
    again_s = max(0.0, step.hfu - step.mfu) * step.time_s
    full = layout.recompute_share if layout.recompute == "full" else 0.0
    attention_s = min(again_s, full * forward_s["attention"])
    return {
        "recompute": {"gemm": again_s - attention_s, "attention": attention_s},
        "teacher": {key: method.extra_forward * seconds for key, seconds in forward_s.items()},
        "frozen": {"gemm": (method.weight_gradient_share - 1) * forward_s["gemm"]},
    }


def _note(key: str, peak_s: Mapping[str, float], mean_s: Mapping[str, float]) -> str:
    """Say what a part is, and the share of the peak that its FLOPs reach."""
    note = part_text("time", key).note
    whole_s = mean_s.get(key, 0.0)
    if not whole_s or not peak_s.get(key):
        return note
    return f"{note}; {peak_s[key] / whole_s:.0%} of the peak"
