"""The plan: the answer, every number with its provenance. Keys are stable; absent means none.

Format history
    1  first version
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dcbench.records.base import (
    Count,
    FileFormat,
    Finite,
    Index,
    Name,
    NonNegative,
    Positive,
    Record,
    Share,
    Text,
)  # fmt: skip
from dcbench.records.facility import FacilityRecord
from dcbench.records.origin import Assumption, Band, NumberSource
from dcbench.records.plan_explain import ExplainPart
from dcbench.records.scenario import Scenario


class ModelPart(Record):
    """The model to be trained."""

    name: Name
    params_total: Positive
    params_active: Positive
    """Parameters that take part in one token's forward pass."""
    n_layers: Count | None = None
    """This and the next six are absent for a traced model."""
    d_model: Count | None = None
    n_heads: Count | None = None
    n_kv_heads: Count | None = None
    d_ff: Count | None = None
    vocab: Count | None = None
    sequence_length: Count | None = None
    tokens: Positive
    """Of a traced model samples, also wherever else tokens are counted."""
    unit: Name = "token"
    """What is counted: "token", or what one sample of a traced model is."""
    shape_source: Text
    """Which published shape this is, or was scaled from."""


class LayoutPart(Record):
    """How one step is split over the accelerators."""

    tp: Count
    pp: Count
    vpp: Count = 1
    cp: Count = 1
    ep: Count = 1
    dp: Count
    zero: Annotated[int, Field(ge=0, le=3)]
    micro_batch: Count
    global_batch: Count
    """Sequences per step."""
    recompute: Literal["none", "selective", "full"]
    recompute_share: Share = 1.0
    """Of the layers, those that do so; the others keep their activations."""
    shard: Count | None = None
    """Ranks that states are sharded over; all of DP x CP when absent."""
    schedule: Literal["1f1b", "zero-bubble-h1", "zero-bubble-v", "dual-pipe-v"] = "1f1b"

    def in_words(self) -> tuple[str, ...]:
        """Give the ways in which a step is split and run, without those that are not used."""
        ways = {"TP": self.tp, "PP": self.pp, "VPP": self.vpp, "CP": self.cp, "EP": self.ep}
        words = [f"{name} {count}" for name, count in ways.items() if count > 1]
        zero = f"ZeRO-{self.zero}" + (f" over {self.shard}" if self.shard else "")
        words += [f"DP {self.dp}", zero, f"micro-batch {self.micro_batch}"]
        if self.schedule != "1f1b":
            words.append(self.schedule)
        if self.recompute != "none":
            part = "" if self.recompute_share == 1 else f" of {self.recompute_share:.0%}"
            words.append(f"{self.recompute} recompute{part}")
        return tuple(words)


class StepPart(Record):
    """One optimizer step."""

    time_s: Positive
    mfu: Share
    """Model FLOPs (active parameters, causal attention, no recompute) over dense peak."""
    hfu: Share
    """Executed FLOPs, recompute included, over dense peak."""
    tokens_per_s_per_gpu: Positive
    model_tflops_per_gpu: Positive
    breakdown_s: dict[Name, NonNegative]
    """Parts that add up to `time_s`."""


class MemoryPart(Record):
    """The fullest accelerator."""

    peak_bytes: Positive
    capacity_bytes: Positive
    breakdown_bytes: dict[Name, NonNegative]
    """Parts that add up to `peak_bytes`."""
    fits_probability: Share | None = None
    """That the run fits, given the error of the memory model."""


class SchedulePart(Record):
    """From step to calendar."""

    steps: Count
    training_days: Positive
    """Without interruptions."""
    calendar_days: Positive
    goodput: Share
    """Share of wall-clock time spent on steps that are kept."""
    job_mttf_hours: Positive
    checkpoint_interval_s: Positive
    checkpoint_write_s: NonNegative


class ClusterPart(Record):
    """What must be bought or rented."""

    accelerator: Name
    node: Name
    accelerators: Count
    nodes: Count
    spare_nodes: Index
    racks: Count
    leaf_switches: Index
    spine_switches: Index
    core_switches: Index
    cables: Index
    storage_bytes: Positive
    checkpoint_bytes: Positive


class PowerPart(Record):
    """Electrical power, average over the run and design peak."""

    it_avg_kw: Positive
    it_peak_kw: Positive
    facility_avg_kw: Positive
    facility_peak_kw: Positive
    node_avg_kw: Positive
    network_kw: NonNegative
    storage_kw: NonNegative
    it_idle_kw: NonNegative | None = None
    """Nothing runs: nodes idle; network, storage and management as ever."""
    swing_kw: NonNegative | None = None
    """High less low level of the IT power, once every step."""
    ramp_kw_per_s: NonNegative | None = None
    swing_hz: NonNegative | None = None
    """How often it swings: once a step."""


class FacilityPart(Record):
    """The building's share, all design values."""

    site: Name
    cooling: Name
    redundancy: Name
    dpue_annual: Annotated[float, Field(ge=1, le=10)]
    dpue_peak: Annotated[float, Field(ge=1, le=10)]
    wue_site_l_per_kwh: NonNegative
    wue_source_l_per_kwh: NonNegative | None = None
    cue_kgco2e_per_kwh: NonNegative
    basis: Literal["plant", "colocation"]
    """Own plant, or below the stated size a share of a colocation hall."""


class EnergyPart(Record):
    """Energy of the training run."""

    it_kwh: Positive
    total_kwh: Positive
    water_site_l: NonNegative


class CarbonPart(Record):
    """Emissions of the training run."""

    operational_kgco2e: NonNegative
    """Location based."""
    embodied_kgco2e: NonNegative
    """Share of the hardware's embodied carbon by the run's part of its life."""
    basis: Text


class CostPart(Record):
    """Money, in the currency and year of `basis`."""

    capex_usd: NonNegative
    opex_usd_per_year: NonNegative
    usd_per_gpu_hour: Positive
    """Levelised cost of owning, per accelerator-hour used."""
    run_usd: Positive
    """The run at `usd_per_gpu_hour`, spares included."""
    cloud_usd_per_gpu_hour: Positive | None = None
    cloud_run_usd: Positive | None = None
    usd_per_million_tokens: Positive
    capex_breakdown_usd: dict[Name, NonNegative]
    opex_breakdown_usd_per_year: dict[Name, NonNegative]
    basis: Text


class PlanParts(Record):
    """The chain from model to dollar; shared by the chosen plan and its alternatives."""

    model: ModelPart
    layout: LayoutPart
    step: StepPart
    memory: MemoryPart
    schedule: SchedulePart
    cluster: ClusterPart
    power: PowerPart
    facility: FacilityPart
    energy: EnergyPart
    carbon: CarbonPart
    cost: CostPart


class Alternative(PlanParts):
    """A plan that was not chosen."""

    why: Text
    """What it does better and why it lost."""


class TokenVariant(Record):
    """The same question for another number of tokens, in one line."""

    tokens: Positive
    accelerators: Count
    calendar_days: Positive
    run_usd: Positive
    total_kwh: Positive
    operational_kgco2e: NonNegative


class ParetoPoint(Record):
    """A candidate that no other beats in days, cost and energy together."""

    accelerator: Name
    accelerators: Count
    precision: Name
    calendar_days: Positive
    run_usd: Positive
    total_kwh: Positive
    quality: Finite | None = None
    """The user's own figure for the precision, passed through."""
    chosen: bool = False


class MostPart(Record):
    """The answer to the question for the largest model or the most tokens."""

    asked: Literal["params", "tokens"]
    value: Positive
    """As given with --params or --tokens, the same plan follows."""
    next_value: Positive
    """The next larger one that was tried."""
    binds: Text
    """Why the next larger one has no plan."""


class Plan(PlanParts, FileFormat):
    """The chosen plan, its bands, its alternatives and everything it rests on."""

    schema_: Literal["dcbench.plan"] = Field(default="dcbench.plan", alias="schema")
    version: Literal[1] = 1
    created_at: Name
    dcbench_version: Name
    scenario: Scenario
    bands: dict[Name, Band]
    """By dotted key of the number."""
    alternatives: tuple[Alternative, ...]
    token_variants: tuple[TokenVariant, ...]
    assumptions: tuple[Assumption, ...]
    provenance: dict[Name, NumberSource]
    """By dotted key; every number of the chain has an entry, parts by their prefix."""
    pareto: tuple[ParetoPoint, ...] = ()
    """Fastest first; the chosen plan is among them where nothing beats it."""
    most: MostPart | None = None
    """Where the largest model or the most tokens were asked for."""
    notes: tuple[Text, ...] = ()
    """What the reader must know, such as that a calibration did not apply."""
    explain: ExplainPart | None = None
    """Where time and memory go, what limits the plan, and what its rates rest on."""
    building: FacilityRecord | None = None
    """The own plant, or the colocation hall that the cluster is a share of."""
