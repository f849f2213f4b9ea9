"""One accelerator as a candidate: its node, its rates, and the book of what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import hypot, log

from dcbench.catalog import Accelerator, Catalog, Node, Site
from dcbench.errors import NoAnswerError
from dcbench.records.calibration import Calibration, DeviceCalibration
from dcbench.units import GB
from dcbench_planner.assumptions import AssumptionBook, Entry
from dcbench_planner.hardware.cluster import Cluster
from dcbench_planner.hardware.network import with_switch
from dcbench_planner.hardware.node import NodeSpec, choose_node
from dcbench_planner.planning.chain import with_step_error
from dcbench_planner.planning.facts import with_accelerator, with_node_price, with_site
from dcbench_planner.planning.power_limit import PowerLimit, limited_rates, power_limit
from dcbench_planner.planning.question import USER_SOURCE, Question
from dcbench_planner.training.step.rates import (
    DeviceRates,
    calibrated_rates,
    error_log_sd,
    published_rates,
)
from dcbench_planner.training.traced.layouts import check_precision
from dcbench_planner.training.traced.model import TRACED_LOG_SD, TracedModel

USER_ONLY = {"price.node_usd": "USD", "price.cloud_usd_per_gpu_hour": "USD/(GPU h)"}
"""Entries that exist only where the catalog has a price, or the user gives one."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """What depends neither on the size of the cluster nor on the site."""

    accelerator: Accelerator
    node: NodeSpec
    rates: DeviceRates
    book: AssumptionBook
    calibrated_w: float | None
    """Mean accelerator power in the measured training step."""
    calibrated_peak_w: float | None
    """Highest mean accelerator power in any measured operation."""
    power_limit: PowerLimit | None
    """On the accelerator, where one was asked for and binds; `rates` are under it."""
    notes: tuple[str, ...]


def make_option(
    question: Question, accelerator: Accelerator, precision: str | None = None
) -> Option:
    """Look up everything about an accelerator in a number format, by default the scenario's.

    Raises:
        InputError: it has no rate in the wanted precision, or the user set an unknown assumption.
        NoAnswerError: it has no published price and the user gave none.
    """
    node = choose_node(accelerator, question.catalog, question.book)
    device = _device(question.calibration, accelerator)
    rates = _rates(accelerator, precision or question.scenario.precision, node, device)
    values = question.scenario.assumptions
    own = replace(question.book, used=set())
    book = with_accelerator(own, accelerator, question.catalog)
    book = _priced(book, node, accelerator, question)
    limit = power_limit(accelerator, question.scenario.power_cap_w, question.book)
    rates = limited_rates(rates, limit) if limit else rates
    log_sd = error_log_sd(rates, is_moe=question.shape.n_experts > 0)
    if isinstance(question.shape, TracedModel):
        check_precision(rates.precision)
        log_sd = max(log_sd, TRACED_LOG_SD)
    log_sd = hypot(log_sd, limit.log_sd) if limit else log_sd
    book = _with_user_values(with_step_error(book, log_sd, rates.source), values)
    return Option(
        accelerator=accelerator, node=node, rates=rates, book=book,
        calibrated_w=device.power_w.get("train_step") if device else None,
        calibrated_peak_w=max(device.power_w.values(), default=None) if device else None,
        power_limit=limit,
        notes=_notes(question.calibration, accelerator, rates),
    )  # fmt: skip


def complete_book(
    option: Option, cluster: Cluster, site: Site, question: Question
) -> AssumptionBook:
    """Enter what size and site decide: the switch and the electricity price.

    The user's values are in the book already and stay.
    """
    own = replace(option.book, used=set())
    return with_site(with_switch(own, cluster.network, question.catalog), site)


def _rates(
    accelerator: Accelerator, precision: str, node: NodeSpec, device: DeviceCalibration | None
) -> DeviceRates:
    scaleout = node.nics * node.nic_gbps * GB / 8 / node.accelerators
    if device is None:
        return published_rates(accelerator, precision, scaleout_bytes_per_s=scaleout)
    return calibrated_rates(accelerator, precision, device, scaleout_bytes_per_s=scaleout)


def _device(calibration: Calibration | None, accelerator: Accelerator) -> DeviceCalibration | None:
    devices = calibration.devices if calibration else ()
    return next((d for d in devices if d.accelerator_id == accelerator.id), None)


def _notes(
    calibration: Calibration | None, accelerator: Accelerator, rates: DeviceRates
) -> tuple[str, ...]:
    """Say plainly when a calibration was given and did not shape the step time."""
    if calibration is None or rates.provenance == "calibrated":
        return ()
    names = ", ".join(device.name for device in calibration.devices)
    if _device(calibration, accelerator) is None:
        why = f"it measured {names}, the plan is for {accelerator.id}"
    else:
        why = f"it holds no curve for {rates.precision} on {names}"
    return (f"The calibration was not used: {why}. The step time rests on published rates.",)


def _priced(
    book: AssumptionBook, node: NodeSpec, accelerator: Accelerator, question: Question
) -> AssumptionBook:
    priced = with_node_price(book, node.row, accelerator, question.catalog)
    if priced is not None:
        return priced
    if "price.node_usd" in question.scenario.assumptions:
        return book
    raise NoAnswerError(
        f"{accelerator.id}: no published price of the accelerator or a node; give what a node of "
        f"{node.accelerators} costs you, {_price_example(accelerator, question.catalog)}"
    )


def _price_example(accelerator: Accelerator, catalog: Catalog) -> str:
    """Give the flag with the price of the priced node whose accelerators are the most alike."""
    peak = accelerator.peak_flops("bf16") or accelerator.peak_flops("fp16") or 1e14

    def distance(node: Node) -> float:
        other = catalog.accelerators.find(node.accelerator)
        other_peak = other.peak_flops("bf16") if other else None
        return abs(log((other_peak or 1.0) / peak))

    priced = [row for row in catalog.nodes if row.kind == "system" and row.price_usd_estimate]
    if not priced:
        return "as --set price.node_usd=USD"
    nearest = min(priced, key=distance)
    return f"as --set price.node_usd={nearest.price_usd_estimate:.0f} would for a {nearest.id}"


def _with_user_values(book: AssumptionBook, values: Mapping[str, float]) -> AssumptionBook:
    for key in values:
        if key in USER_ONLY and key not in book.entries:
            book = book.with_entry(_blank(key))
    return book.with_user_values(values, USER_SOURCE) if values else book


def _blank(key: str) -> Entry:
    return Entry(
        key=key, value=1.0, low=1.0, high=1.0, unit=USER_ONLY[key], provenance="user", source="user"
    )
