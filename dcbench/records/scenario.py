"""The scenario: what is asked of the planner, as a TOML file or as flags.

Format history
    1  first version
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dcbench.records.base import Count, FileFormat, Name, NonNegative, Positive

Objective = Literal["cost", "time", "energy", "carbon"]
Redundancy = Literal["N", "N+1", "2N", "4N/3"]
Precision = Literal["bf16", "fp16", "fp8", "fp32", "tf32"]
Cooling = Literal[
    "air-economizer", "indirect-evaporative", "water-economizer", "water-chiller", "air-chiller",
    "dlc-dry", "dlc-adiabatic", "dlc-tower", "rear-door", "immersion", "seawater", "dx",
]  # fmt: skip


class Scenario(FileFormat):
    """What is asked; every field may be left out, and the plan lists what was then assumed."""

    schema_: Literal["dcbench.scenario"] = Field(default="dcbench.scenario", alias="schema")
    version: Literal[1] = 1
    params: Annotated[float, Field(ge=1e6, le=1e14)] | None = None
    """Model size in parameters; the nearest sensible published shape is scaled to it."""
    model: Name | None = None
    """Catalog model, or path of a Hugging Face `config.json`; instead of `params`."""
    tokens: Annotated[float, Field(ge=1e6, le=1e17)] | None = None
    """Training tokens; 20 per parameter when left out."""
    deadline_days: Annotated[float, Field(ge=0.01, le=36500)] | None = None
    """Calendar days for the run; 30 when neither this nor `gpus` is given."""
    accelerator: Name = "H100-SXM"
    """Catalog accelerator, or `any` to compare those with published data."""
    gpus: Count | None = None
    """Fixed number of accelerators; the smallest that meets the deadline when left out."""
    power_kw: Positive | None = None
    """Limit on peak facility power."""
    budget_usd: Positive | None = None
    """Limit on the cost of the run."""
    site: Name = "ashburn"
    """Catalog site, or `any` to compare all of them."""
    cooling: Cooling | None = None
    """Cooling system; chosen by rack power and climate when left out."""
    redundancy: Redundancy = "N+1"
    objective: Objective = "cost"
    sequence_length: Annotated[int, Field(ge=128, le=2**24)] | None = None
    global_batch_tokens: Annotated[float, Field(ge=1024, le=1e10)] | None = None
    precision: Precision = "bf16"
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    """Seed of the uncertainty draws."""
    assumptions: Annotated[dict[Name, NonNegative], Field(max_length=500)] = {}
    """Values that replace the defaults of `dcbench catalog list assumptions`, by key."""
