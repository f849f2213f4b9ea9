"""Why the chosen plan is as it is: waterfalls, limits, what the rates rest on, and the interval."""

from __future__ import annotations

from dcbench.records.calibration import Calibration, DeviceCalibration
from dcbench.records.plan_explain import CurveSource, ExplainPart
from dcbench_planner.planning.choosing import Choice
from dcbench_planner.planning.explain_constants import constant_sources
from dcbench_planner.planning.explain_curves import curves
from dcbench_planner.planning.explain_interval import step_interval
from dcbench_planner.planning.explain_limits import binding, limits
from dcbench_planner.planning.explain_memory import memory_waterfall
from dcbench_planner.planning.explain_stages import stage_peaks
from dcbench_planner.planning.explain_time import time_waterfall
from dcbench_planner.planning.option import Option
from dcbench_planner.planning.question import Question
from dcbench_planner.training.search.search import LaidOut


def explain(question: Question, choice: Choice) -> ExplainPart:
    """Explain the chosen plan.

    Args:
        question: what is asked.
        choice: the chosen candidate, with the cluster that it was built from.
    """
    option, laid_out = choice.chosen.option, choice.chosen.case.laid_out
    layout, memory = laid_out.layout, laid_out.memory
    usable_bytes = question.constants.memory_usable_share * memory.capacity_bytes
    found = limits(question, option, choice.sized)
    return ExplainPart(
        time_waterfall=time_waterfall(question, layout, laid_out.step),
        memory_waterfall=memory_waterfall(memory),
        memory_by_stage=stage_peaks(question, option.rates, layout),
        usable_bytes=usable_bytes,
        headroom_bytes=usable_bytes - memory.peak_bytes,
        limits=found,
        binding=binding(found),
        curves=_curves(question, option, laid_out),
        interval=step_interval(question, option, laid_out.step.time_s),
    )


def _curves(question: Question, option: Option, laid_out: LaidOut) -> tuple[CurveSource, ...]:
    device = _device(question.calibration, option.accelerator.id)
    rates = curves(option.rates, laid_out.layout, device)
    return (*rates, *constant_sources(laid_out.step))


def _device(calibration: Calibration | None, accelerator_id: str) -> DeviceCalibration | None:
    devices = calibration.devices if calibration else ()
    return next((d for d in devices if d.accelerator_id == accelerator_id), None)
