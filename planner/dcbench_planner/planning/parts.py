"""From computed numbers to the parts of the plan record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dcbench.records.plan import (
    CarbonPart,
    CostPart,
    EnergyPart,
    FacilityPart,
    ModelPart,
    PowerPart,
    SchedulePart,
)
from dcbench_planner.assumptions import Number
from dcbench_planner.money.cost import BASIS
from dcbench_planner.planning.chain import Case, Outcome, RunCost
from dcbench_planner.planning.explain_memory import with_fit
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.traced.model import TracedModel

CARBON_BASIS = (
    "operational: location based, grid average; embodied: accelerators, nodes, network and "
    "building, the run's share of the hours used in their life"
)


def model_part(shape: Shape | TracedModel, sequence_length: int, tokens: float) -> ModelPart:
    """Give the model as the plan records it."""
    if isinstance(shape, TracedModel):
        return ModelPart(
            name=shape.name, params_total=float(shape.params_total),
            params_active=float(shape.params_active), tokens=tokens, unit=shape.unit,
            shape_source=shape.source,
        )  # fmt: skip
    return ModelPart(
        name=shape.name, params_total=float(shape.params_total),
        params_active=float(shape.params_active), n_layers=shape.n_layers, d_model=shape.d_model,
        n_heads=shape.n_heads, n_kv_heads=shape.n_kv_heads,
        d_ff=shape.d_ff or shape.d_ff_expert, vocab=shape.vocab, sequence_length=sequence_length,
        tokens=tokens, shape_source=shape.source,
    )  # fmt: skip


def plan_parts(shape: Shape | TracedModel, case: Case, outcome: Outcome) -> dict[str, Any]:
    """Give the parts from model to dollar, by their names in `PlanParts`."""
    return {
        "model": model_part(shape, case.sequence_length, case.tokens),
        "layout": case.laid_out.layout,
        "step": case.laid_out.step,
        "memory": with_fit(case.laid_out.memory),
        "schedule": SchedulePart(**_floats(asdict(outcome.schedule), keep=("steps",))),
        "cluster": case.cluster.to_part(),
        "power": PowerPart(**_floats(power_numbers(outcome))),
        "facility": _facility_part(case, outcome),
        "energy": EnergyPart(**_floats(asdict(outcome.energy))),
        "carbon": CarbonPart(**_floats(asdict(outcome.carbon)), basis=CARBON_BASIS),
        "cost": _cost_part(outcome.cost, own_plant=case.own_plant),
    }


def power_numbers(outcome: Outcome) -> dict[str, Number]:
    """Give the fields of `PowerPart`: IT power and, with the PUE, that of the facility."""
    power, site = outcome.power, outcome.site
    return asdict(power) | {
        "facility_avg_kw": power.it_avg_kw * site.dpue_annual,
        "facility_peak_kw": power.it_peak_kw * site.dpue_peak,
    }


def cost_numbers(cost: RunCost) -> dict[str, Number]:
    """Give the single numbers of `CostPart`."""
    numbers = {
        "capex_usd": sum(cost.owning.capex_usd.values()),
        "opex_usd_per_year": sum(cost.owning.opex_usd_per_year.values()),
        "usd_per_gpu_hour": cost.owning.usd_per_gpu_hour,
        "run_usd": cost.run_usd,
        "usd_per_million_tokens": cost.usd_per_million_tokens,
        "cloud_usd_per_gpu_hour": cost.cloud_usd_per_gpu_hour,
        "cloud_run_usd": cost.cloud_run_usd,
    }
    return {key: value for key, value in numbers.items() if value is not None}


def band_numbers(case: Case, outcome: Outcome) -> dict[str, Number]:
    """Give every number that gets a band, by dotted key; arrays where it varies."""
    step, factor = case.laid_out.step, outcome.step_factor
    parts: dict[str, Mapping[str, Number]] = {
        "step": {
            "time_s": step.time_s * factor,
            "mfu": step.mfu / factor,
            "tokens_per_s_per_gpu": step.tokens_per_s_per_gpu / factor,
        },
        "schedule": asdict(outcome.schedule),
        "power": power_numbers(outcome),
        "facility": asdict(outcome.site),
        "energy": asdict(outcome.energy),
        "carbon": asdict(outcome.carbon),
        "cost": cost_numbers(outcome.cost),
    }
    return {
        f"{part}.{key}": value for part, numbers in parts.items() for key, value in numbers.items()
    }


def _facility_part(case: Case, outcome: Outcome) -> FacilityPart:
    facility = case.facility
    return FacilityPart(
        site=facility.site, cooling=facility.cooling, redundancy=facility.redundancy,
        wue_source_l_per_kwh=facility.wue_source_l_per_kwh,
        basis="plant" if case.own_plant else "colocation",
        **_floats(asdict(outcome.site)),
    )  # fmt: skip


def _cost_part(cost: RunCost, *, own_plant: bool) -> CostPart:
    place = "own plant" if own_plant else "share of a colocation hall"
    return CostPart(
        **_floats(cost_numbers(cost)),
        capex_breakdown_usd=_floats(cost.owning.capex_usd),
        opex_breakdown_usd_per_year=_floats(cost.owning.opex_usd_per_year),
        basis=f"{BASIS}; {place}",
    )


def _floats(numbers: Mapping[str, Number], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {key: value if key in keep else float(value) for key, value in numbers.items()}
