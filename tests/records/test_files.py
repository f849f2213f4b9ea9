"""Every format: strict in, atomic out, equal after a round trip."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcbench.errors import InputError
from dcbench.records.calibration import Calibration
from dcbench.records.files import FORMATS, read_any, read_record, to_json, validate, write_record
from dcbench.records.plan import Plan
from dcbench.records.run import RunRecord
from dcbench.records.scenario import Scenario

from .examples import EXAMPLES, SCENARIO

every_format = pytest.mark.parametrize("name", list(FORMATS))


def changed(name: str, dotted: str, value: object) -> dict[str, Any]:
    """Give a format's example with one value set; numbers in the path index lists."""
    data = copy.deepcopy(EXAMPLES[name])
    *path, last = [int(part) if part.isdigit() else part for part in dotted.split(".")]
    place: Any = data
    for part in path:
        place = place[part]
    place[last] = value
    return data


def fault_of(name: str, data: dict[str, Any]) -> str:
    with pytest.raises(InputError) as caught:
        validate(data, FORMATS[name], "f.json")
    assert len(caught.value.faults) == 1
    return str(caught.value)


def test_every_format_has_an_example():
    assert list(EXAMPLES) == list(FORMATS)


@every_format
def test_round_trip_is_equal_and_stable(tmp_path, name):
    record = validate(EXAMPLES[name], FORMATS[name], name)
    path = tmp_path / "f.json"

    write_record(path, record)

    assert read_any(path) == read_record(path, FORMATS[name]) == record
    assert to_json(read_any(path)) == path.read_text()


@every_format
def test_json_holds_the_data_under_the_public_names(name):
    record = validate(EXAMPLES[name], FORMATS[name], name)
    data = json.loads(to_json(record))

    assert data["schema"] == f"dcbench.{name}"
    assert data["version"] == 1
    assert set(EXAMPLES[name]) <= set(data)


@every_format
def test_unknown_keys_are_named_at_every_depth(name):
    where = {
        "run": "environment.x", "calibration": "devices.0.x", "scenario": "x", "plan": "step.x",
        "facility": "plant.chillers.x", "operators": "operators.0.x",
        "audit": "meter.x",
    }[name]  # fmt: skip

    fault = fault_of(name, changed(name, where, 1))

    assert fault == f"f.json: {where} = 1: Extra inputs are not permitted; remove it"


@every_format
def test_newer_version_foreign_schema_and_hostile_key(name):
    newer = FORMATS[name].model_fields["version"].default + 1
    fault = fault_of(name, changed(name, "version", newer))
    assert f"version = {newer}: written by a newer" in fault
    assert "is needed" in fault_of(name, changed(name, "schema", "dcbench.other"))
    assert "__class__" in fault_of(name, changed(name, "__class__", "os.system"))
    for version in (0, "1", 1.5, True, None, [1]):
        if version is not True:
            assert "version" in fault_of(name, changed(name, "version", version))


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("run", "cases.0.samples.1", -1e-4),
        ("run", "cases.0.samples.1", 0),
        ("run", "cases.0.samples.1", 1e11),
        ("run", "cases.0.samples.1", "1e-4"),
        ("run", "cases.0.duration_s", -1.0),
        ("run", "cases.0.unit", "FLOPS"),
        ("run", "cases.0.status", "fine"),
        ("run", "environment.cpu_cores", 0),
        ("run", "environment.cpu_cores", 2.5),
        ("run", "environment.hostname", ""),
        ("run", "environment.hostname", "x" * 201),
        ("run", "devices", []),
        ("run", "cases.0.key", {}),
        ("calibration", "devices.0.curves.0.rate_per_s", 0),
        ("calibration", "devices.0.curves.0.latency_s", -1e-9),
        ("calibration", "devices.0.curves", []),
        ("scenario", "params", 0),
        ("scenario", "params", "7e9"),
        ("scenario", "redundancy", "3N"),
        ("scenario", "gpus", 1.5),
        ("scenario", "assumptions.price", -1),
        ("plan", "step.time_s", 0),
        ("plan", "step.mfu", 1.01),
        ("plan", "layout.zero", 4),
        ("plan", "power.it_avg_kw", True),
        ("plan", "alternatives.0.cost.run_usd", -5),
        ("facility", "dpue_monthly", [1.2] * 11),
        ("facility", "dpue_annual", 0.99),
        ("facility", "availability", 1.1),
    ],
)
def test_wrong_value_names_its_field(name, field, value):
    assert f"f.json: {field}" in fault_of(name, changed(name, field, value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 1e31, -1e31, 10**400])
def test_numbers_that_are_none_are_refused_everywhere(value):
    for name, field in (("plan", "step.time_s"), ("scenario", "tokens"), ("facility", "it_kw")):
        assert "f.json" in fault_of(name, changed(name, field, value))


def test_all_faults_come_at_once():
    data = changed("run", "cases.0.samples", [-1.0, -2.0]) | {"extra": 1, "suite": ""}

    with pytest.raises(InputError) as caught:
        validate(data, RunRecord, "f.json")

    fields = {fault.field for fault in caught.value.faults}
    assert {"cases.0.samples.0", "cases.0.samples.1", "extra", "suite"} <= fields


def test_missing_field_is_named_without_printing_its_parent():
    data = copy.deepcopy(EXAMPLES["run"])
    del data["environment"]["python"]

    assert fault_of("run", data) == (
        "f.json: environment.python: Field required; see `dcbench schema run`"
    )


def test_an_empty_scenario_is_a_question_and_toml_is_read(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('params = 7e9\n[assumptions]\n"price" = 1\n')

    assert validate({}, Scenario, "").site == "ashburn"
    assert read_record(path, Scenario).assumptions == {"price": 1.0}
    assert tomllib.loads(path.read_text())["params"] == 7e9


@given(
    samples=st.lists(st.floats(1e-12, 1e6), min_size=1, max_size=30),
    work=st.floats(1e-6, 1e30),
    derived=st.dictionaries(st.text(min_size=1, max_size=9), st.floats(-1e30, 1e30), max_size=4),
)
def test_any_measured_numbers_survive_the_file_exactly(samples, work, derived):
    data = changed("run", "cases.0.samples", samples)
    data["cases"][0] |= {"work": work, "derived": derived}
    del data["cases"][0]["value"]
    record = validate(data, RunRecord, "f")

    again = validate(json.loads(to_json(record)), RunRecord, "f")

    assert again == record
    assert again.cases[0].samples == tuple(samples)


@given(params=st.floats(1e6, 1e14), tokens=st.floats(1e6, 1e17), gpus=st.integers(1, 10**9))
def test_any_scenario_survives_the_file_exactly(params, tokens, gpus):
    data = SCENARIO | {"params": params, "tokens": tokens, "gpus": gpus}
    scenario = validate(data, Scenario, "f")

    again = validate(json.loads(to_json(scenario)), Scenario, "f")

    assert (again.params, again.tokens, again.gpus) == (params, tokens, gpus)


def numbers(schema: dict[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every number in a JSON Schema with its place."""
    if schema.get("type") in {"number", "integer"} and "const" not in schema:
        yield where, schema
    for key, below in schema.items():
        if isinstance(below, dict):
            yield from numbers(below, f"{where}.{key}")
        elif isinstance(below, list):
            for index, item in enumerate(below):
                if isinstance(item, dict):
                    yield from numbers(item, f"{where}.{key}.{index}")


@every_format
def test_published_schema_bounds_every_number_and_closes_every_object(name):
    schema = FORMATS[name].model_json_schema(by_alias=True)

    found = list(numbers(schema, name))
    assert found
    for where, number in found:
        if "enum" in number:
            continue
        assert {"minimum", "exclusiveMinimum"} & set(number), where
        assert {"maximum", "exclusiveMaximum"} & set(number), where
    for part in [schema, *schema.get("$defs", {}).values()]:
        assert part["additionalProperties"] is False, part["title"]
    assert schema["properties"]["schema"]["const"] == f"dcbench.{name}"


@pytest.mark.parametrize("format_", [RunRecord, Calibration, Plan])
def test_records_are_immutable(format_):
    name = next(key for key, value in FORMATS.items() if value is format_)
    record = validate(EXAMPLES[name], format_, "f")

    with pytest.raises(ValueError, match="frozen"):
        record.version = 2


KILLED = """
import os, sys
from pathlib import Path
from dcbench import durable
real = os.fsync
def die(descriptor):
    real(descriptor)
    os.kill(os.getpid(), 9)
os.fsync = die
durable.write_bytes(Path(sys.argv[1]), b"new")
"""


def test_a_writer_killed_before_the_rename_leaves_the_old_file(tmp_path):
    path = tmp_path / "f.json"
    path.write_text("old")

    result = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)

    assert result.returncode == -9
    assert path.read_text() == "old"


def test_writing_to_a_bad_place_is_an_input_error(tmp_path):
    record = validate(SCENARIO, Scenario, "f")
    (tmp_path / "file").write_text("")

    for place in (tmp_path / "no" / "f.json", tmp_path / "file" / "f.json", tmp_path, Path("a\0b")):
        with pytest.raises(InputError, match="cannot be written"):
            write_record(place, record)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
