"""The scenario: what is asked of the planner, as a TOML file or as flags.

Format history
    1  first version
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from dcbench.records.base import (
    Count,
    FileFormat,
    Finite,
    Name,
    NonNegative,
    Positive,
    Record,
)

Objective = Literal["cost", "time", "energy", "carbon"]
Redundancy = Literal["N", "N+1", "2N", "4N/3"]
Precision = Literal["bf16", "fp16", "fp8", "mxfp8", "nvfp4", "fp32", "tf32", "any"]
MethodKind = Literal["full", "lora", "qlora"]
Optimizer = Literal["adamw", "adamw-8bit", "sgd-momentum", "lion", "muon"]
Cooling = Literal[
    "air-economizer", "indirect-evaporative", "water-economizer", "water-chiller", "air-chiller",
    "dlc-dry", "dlc-adiabatic", "dlc-tower", "rear-door", "immersion", "seawater", "dx",
]  # fmt: skip

MAX = "max"
"""Stands for the number that is asked for."""


def _number_or_max(low: float, high: float) -> BeforeValidator:
    """Check in one step, so that a wrong value is one fault and not one for each alternative."""

    def check(value: object) -> object:
        if value == MAX:
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise ValueError(f'must be a number from {low:g} to {high:g}, or "{MAX}"')

    return BeforeValidator(check)


class MethodChoice(Record):
    """How the weights are trained; by default all of them, with AdamW."""

    kind: MethodKind = "full"
    """`full`, or a low-rank adapter beside frozen weights of 16 (`lora`) or 4 bits (`qlora`)."""
    rank: Annotated[int, Field(ge=1, le=4096)] | None = None
    """Rank of the adapter; 16 when left out."""
    optimizer: Optimizer = "adamw"
    teacher: Name | None = None
    """Catalog model, or number of parameters, whose forward pass every token also takes."""
    kept_share: Annotated[float, Field(ge=0.01, le=1)] = 1.0
    """Weights left by structured pruning, before this training starts."""
    quantisation_aware: bool = False
    """Weights and activations are rounded in the forward pass to a low precision."""


class BatchRamp(Record):
    """A batch that grows linearly with the tokens seen, then stays."""

    start_tokens: Annotated[float, Field(ge=1024, le=1e10)]
    """Tokens per step at the start."""
    over_tokens: Annotated[float, Field(ge=1, le=1e17)]
    """Tokens until the full batch is reached."""


class Scenario(FileFormat):
    """What is asked; every field may be left out, and the plan lists what was then assumed."""

    schema_: Literal["dcbench.scenario"] = Field(default="dcbench.scenario", alias="schema")
    version: Literal[1] = 1
    params: (
        Annotated[
            Annotated[float, Field(ge=1e6, le=1e14)] | Literal["max"], _number_or_max(1e6, 1e14)
        ]
        | None
    ) = None
    """Model size in parameters; the nearest sensible published shape is scaled to it. `max` asks
    for the largest model within deadline and limits."""
    model: Name | None = None
    """Catalog model, or path of a Hugging Face `config.json`; instead of `params`."""
    tokens: (
        Annotated[
            Annotated[float, Field(ge=1e6, le=1e17)] | Literal["max"], _number_or_max(1e6, 1e17)
        ]
        | None
    ) = None
    """Training tokens; 20 per parameter when left out. `max` asks for as many as deadline and
    limits allow."""
    deadline_days: Annotated[float, Field(ge=0.01, le=36500)] | None = None
    """Calendar days for the run; 30 when neither this nor `gpus` is given."""
    accelerator: Name = "H100-SXM"
    """Catalog accelerator, or `any` to compare those with published data."""
    gpus: Count | None = None
    """Fixed number of accelerators; the smallest that meets the deadline when left out."""
    power_kw: Positive | None = None
    """Limit on peak facility power."""
    power_cap_w: Positive | None = None
    """Power limit of each accelerator, W; its rated power when left out."""
    budget_usd: Positive | None = None
    """Limit on the cost of the run."""
    site: Name = "ashburn"
    """Catalog site, or `any` to compare all of them."""
    weather: Name | None = None
    """Weather file (EPW, TMY3 or CSV) of the site; hours from monthly normals when left out."""
    cooling: Cooling | None = None
    """Cooling system; chosen by rack power and climate when left out."""
    redundancy: Redundancy = "N+1"
    objective: Objective = "cost"
    sequence_length: Annotated[int, Field(ge=128, le=2**24)] | None = None
    global_batch_tokens: Annotated[float, Field(ge=1, le=1e10)] | None = None
    precision: Precision = "bf16"
    """Number format of matrix products, or `any` to compare those that the accelerator has."""
    method: MethodChoice = MethodChoice()
    batch_ramp: BatchRamp | None = None
    quality: Annotated[dict[Name, Finite], Field(max_length=20)] = {}
    """Loss or accuracy that you know, by precision; passed through, never computed."""
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    """Seed of the uncertainty draws."""
    assumptions: Annotated[dict[Name, NonNegative], Field(max_length=500)] = {}
    """Values that replace the defaults of `dcbench catalog list assumptions`, by key."""
