"""What limits a plan: the best layout again, each time with one limit moved and the rest kept.

Every rate and every size is doubled (the host's time halved), so gains can be compared: they say
where twice as good helps most. A moved limit need not be used, so no gain is below zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from dcbench.records.plan import LayoutPart
from dcbench.records.plan_explain import Limit
from dcbench.units import rounded
from dcbench_planner.planning.option import Option
from dcbench_planner.planning.question import Question
from dcbench_planner.planning.sizing import Sized, size
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.step.constants import StepConstants
from dcbench_planner.training.traced.model import TracedModel

VISIBLE = 0.005
"""Smaller gains are called none."""

RATES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("compute", "compute", "twice the rate of matrix products and attention", (
        "peak_flops_per_s", "gemm_flops_per_s", "gemm16_flops_per_s", "attention_flops_per_s",
        "attention_pytorch_flops_per_s",
    )),
    ("memory_bandwidth", "memory bandwidth", "twice the memory bandwidth", ("memory_bytes_per_s",)),
    ("memory", "memory capacity", "twice the memory", ("memory_bytes",)),
    ("scale_up", "scale-up links", "twice the bandwidth inside a domain", ("scaleup_bytes_per_s",)),
    ("scale_out", "network", "twice the bandwidth between domains", ("scaleout_bytes_per_s",)),
    ("domain", "scale-up domain", "twice as many accelerators in a domain", ("domain",)),
)  # fmt: skip
"""Key, label, change, and the fields of `DeviceRates` that are doubled."""
BETWEEN_DOMAINS = frozenset({"scale_out", "domain"})
"""Limits that one domain does not know."""


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """The question with one limit moved."""

    key: str
    label: str
    change: str
    question: Question
    option: Option
    constants: StepConstants


def limits(question: Question, option: Option, sized: Sized) -> tuple[Limit, ...]:
    """Give the gain of moving each limit, largest first.

    Args:
        question: what is asked.
        option: the chosen accelerator.
        sized: the chosen cluster, its fastest layout first.
    """
    chosen = sized.laid_out[0].layout
    accelerators = chosen.tp * chosen.pp * chosen.cp * chosen.dp
    found = []
    for relaxed in relaxations(question, option, sized.tokens, accelerators):
        gain, layout = relaxed_gain(relaxed, sized, accelerators)
        found.append(
            Limit(
                key=relaxed.key, label=relaxed.label, change=relaxed.change, gain=max(0.0, gain),
                layout=_changed(layout, chosen) if gain > 0 else "",
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda limit: -limit.gain))


def relaxed_gain(relaxed: Relaxed, sized: Sized, accelerators: int) -> tuple[float, LayoutPart]:
    """Give tokens per second over those of the plan, less 1, and the layout that reaches them."""
    again = size(
        relaxed.question, relaxed.option, accelerators, sized.tokens, constants=relaxed.constants
    )
    chosen = sized.laid_out[0]
    if again is None:
        return 0.0, chosen.layout
    best = again.laid_out[0]
    return best.step.tokens_per_s_per_gpu / chosen.step.tokens_per_s_per_gpu - 1, best.layout


def relaxations(
    question: Question, option: Option, tokens: float, accelerators: int
) -> Iterator[Relaxed]:
    """Give the question with each limit that applies moved.

    Heads apply only where they stop tensor parallelism, networks only beyond one domain.
    """
    constants = question.constants
    for key, label, change, doubled in RATES:
        if key in BETWEEN_DOMAINS and accelerators <= option.rates.domain:
            continue
        rates = replace(option.rates, **{n: 2 * getattr(option.rates, n) for n in doubled})
        yield Relaxed(
            key=key, label=label, change=change, question=question,
            option=replace(option, rates=rates), constants=constants,
        )  # fmt: skip
    yield Relaxed(
        key="batch", label="global batch", change="twice the batch", option=option,
        question=_twice_the_batch(question, tokens), constants=constants,
    )  # fmt: skip
    yield Relaxed(
        key="host", label="host", change="half the launch time", question=question, option=option,
        constants=_half_the_host(constants),
    )  # fmt: skip
    padded = _padded_heads(question.shape, option.rates.domain, accelerators)
    if padded is not None:
        yield Relaxed(
            key="heads", label="attention heads", option=option, constants=constants,
            change=f"padded to {padded.n_heads} heads, more FLOPs",
            question=replace(question, shape=padded),
        )  # fmt: skip


def binding(found: tuple[Limit, ...]) -> str:
    """Say in a sentence what stops the plan from being faster, and whether memory does."""
    visible = [limit for limit in found if limit.gain >= VISIBLE]
    if not visible:
        return "No single limit: twice as much of any would change nothing."
    first, *others = (f"{limit.change} {_gain(limit)}" for limit in visible)
    told = f"{visible[0].label.capitalize()}: {first}"
    if others:
        told += f"; then {', '.join(others[:2])}"
    memory = next((limit for limit in found if limit.key == "memory"), None)
    if memory is not None and memory.gain < VISIBLE:
        told += "; memory does not bind"
    return f"{told}."


def _changed(layout: LayoutPart, chosen: LayoutPart) -> str:
    same = layout.in_words() == chosen.in_words()
    return "" if same else ", ".join(layout.in_words())


def _gain(limit: Limit) -> str:
    return f"+{rounded(100 * limit.gain, 2)} %"


def _twice_the_batch(question: Question, tokens: float) -> Question:
    twice = {"global_batch_tokens": 2 * question.batch_tokens(tokens)}
    return replace(question, scenario=question.scenario.model_copy(update=twice))


def _half_the_host(constants: StepConstants) -> StepConstants:
    """Halve every constant that is a time of the host: `host_layer_s` and so on."""
    names = [field.name for field in fields(constants)]
    times = [name for name in names if name.startswith("host_") and name.endswith("_s")]
    return replace(constants, **{name: getattr(constants, name) / 2 for name in times})


def _padded_heads(
    shape: Shape | TracedModel, domain: int, accelerators: int
) -> Shape | None:  # fmt: skip
    """Round the heads up to a number that the scale-up domain divides; None where it does."""
    if isinstance(shape, TracedModel):
        return None
    largest = 1 << (min(domain, accelerators).bit_length() - 1)
    if shape.n_heads % largest == 0:
        return None
    heads = -(-shape.n_heads // largest) * largest
    kv_heads = heads if shape.n_kv_heads == shape.n_heads else shape.n_kv_heads
    return replace(shape, n_heads=heads, n_kv_heads=kv_heads)
