"""Questions about a traced model: samples stand for tokens, and nothing has a default to assume."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dcbench.errors import Fault, InputError
from dcbench.records.scenario import MethodChoice, Scenario
from dcbench.strict_text import parse_json, read_text
from dcbench_planner.assumptions import AssumptionBook, Entry
from dcbench_planner.training.shape.sources import shape_from_config
from dcbench_planner.training.shape.transformer import Shape
from dcbench_planner.training.traced.model import TracedModel, read_traced

UNVALIDATED = (
    "Step time and memory are unvalidated: the model is known by its traced operators only, and no "
    "published run of it was compared. The band of the step time is as wide as that of the worst "
    "class of models that was."
)
DATA_PARALLEL = (
    "Only data parallelism with ZeRO is planned for traced models: how layers could be split is "
    "not in an operator list. Operators run one by one, as without a compiler; loading the data "
    "is not in the step."
)
DATASET_BYTES = "storage.dataset_bytes_per_token"
SAMPLE_RANGE = 4.0
"""Compressed images are a few times smaller than their pixels; augmented or deeper data larger."""


def read_model(path: Path) -> Shape | TracedModel:
    """Read an operators file, or the `config.json` of a transformer.

    Raises:
        InputError: with every fault in the file.
    """
    schema = parse_json(read_text(path), path).get("schema")
    is_ours = isinstance(schema, str) and schema.startswith("dcbench.")
    return read_traced(path) if is_ours else shape_from_config(path)


def check_traced(scenario: Scenario) -> None:
    """Refuse what cannot be answered for a traced model.

    Raises:
        InputError: samples or batch are missing, or something does not apply.
    """
    faults = tuple(_faults(scenario))
    if faults:
        raise InputError(faults)


def traced_notes(model: TracedModel) -> tuple[str, ...]:
    """Say what a plan of a traced model does not know."""
    unit = f"Tokens in this plan are samples; a sample is one {model.unit}."
    return (UNVALIDATED, unit, DATA_PARALLEL, *model.notes)


def with_sample_size(book: AssumptionBook, model: TracedModel) -> AssumptionBook:
    """Enter the stored size of one sample, that of its inputs; what the user set stays."""
    if book.entries[DATASET_BYTES].provenance == "user":
        return book
    size = model.sample_bytes
    entry = Entry(
        key=DATASET_BYTES, value=size, low=size / SAMPLE_RANGE, high=size * SAMPLE_RANGE, unit="B",
        provenance="assumed", source="inputs of a sample: 1 byte an element, 4 a whole number",
    )  # fmt: skip
    return book.with_entry(entry)


def _faults(scenario: Scenario) -> Iterator[Fault]:
    missing = {"--tokens": scenario.tokens, "--global-batch-tokens": scenario.global_batch_tokens}
    meaning = {"--tokens": "samples of the run, such as 1.15e8",
               "--global-batch-tokens": "samples per step, such as 2048"}  # fmt: skip
    for flag, value in missing.items():
        if value is None:
            problem = "missing: a traced model has no published default"
            yield Fault(where=flag, problem=problem, fix=f"give {meaning[flag]}")
    if scenario.sequence_length is not None:
        yield Fault(where="--sequence-length", value=scenario.sequence_length,
                    problem="does not apply to a traced model",
                    fix="trace it with the inputs it is trained on")  # fmt: skip
    if scenario.batch_ramp is not None:
        yield Fault(where="batch_ramp", problem="does not apply to a traced model")
    plain = MethodChoice(optimizer=scenario.method.optimizer)
    if scenario.method != plain:
        problem = "does not apply to a traced model, but for the optimizer"
        fix = "trace the model as it is trained, its frozen weights frozen"
        yield Fault(where="method", problem=problem, fix=fix)
