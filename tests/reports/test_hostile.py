"""Names that come from files are foreign: none may become markup, a link or an error."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from dcbench.records.audit import AuditRecord
from dcbench.records.facility import FacilityRecord
from dcbench_reports.charts import Axis, Range, Ranges
from dcbench_reports.figures.draw import draw
from dcbench_reports.page import page_html
from tests.reports import facility_samples, samples
from tests.reports.page_reader import read_page

HOSTILE = [
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    '"><svg onload=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "$\\frac{1}$ $",
    "\u202eevil\u2066 \x1b[31mred\x00",
    "名前 😀 ﷽",
    "x" * 200,
]


def tags(html):
    return [element.tag for element in read_page(html)]


def plan_named(name):
    parts = samples.parts()
    parts["model"]["name"] = name
    parts["model"]["shape_source"] = name
    parts["cluster"]["node"] = name
    parts["step"]["breakdown_s"] = {name: 2.914}
    return samples.plan(
        **parts,
        notes=[name],
        bands={name: {"p10": 1.0, "p50": 2.0, "p90": 3.0}},
        provenance={name: {"unit": name, "provenance": "user", "source": name}},
        scenario={"schema": "dcbench.scenario", "version": 1, "model": name, "site": name,
                  "assumptions": {name: 1.0}},
    )  # fmt: skip


def run_named(name):
    device = {"index": 0, "kind": "cpu", "name": name, "memory_bytes": 2**30}
    made = samples.matmul("bf16", 512, 1e12)
    made["key"] |= {"op": name, name: name}
    made["derived"] = {name: 1.0}
    made["telemetry"]["throttle_reasons"] = [name]
    environment = samples.environment(
        hostname=name, command=name, packages={name: name}, variables={name: name}, notes=[name]
    )
    return samples.run_record(devices=[device], cases=[made] * 2, environment=environment)


def facility_named(name):
    record = json.loads(facility_samples.facility_with_all_parts().model_dump_json(by_alias=True))
    for key in ("rule", "jurisdiction", "year", "quantity", "limit", "note", "source", "unit"):
        record["requirements"][0][key] = name
    for key in ("measure", "change", "note", "provenance"):
        record["savings"]["measures"][0][key] = name
    for key in ("title", "item", "hint", "owner", "evidence"):
        record["risk_register"][0][key] = name
    record["sites"][0] |= {"name": name, "cooling": name, "notes": [name]}
    record["sites"][0]["scores"][0] |= {"criterion": name, "unit": name}
    record["weather"]["source"] = record["heat_reuse"]["note"] = record["site"] = name
    record["availability_parts"][0]["block"] = name
    record["breakdown_kwh_per_year"] = {"it": 1.0, name: 1.0}
    record["renewables"]["supplies"][0] |= {"size_unit": name, "source": name}
    return FacilityRecord.model_validate_json(json.dumps(record))


def audit_named(name):
    record = json.loads(facility_samples.audit().model_dump_json(by_alias=True))
    record |= {"file": name, "notes": [name]}
    record["meter"]["columns"][0] |= {"name": name, "quantity": name, "unit": name}
    record["meter"]["unused_columns"] = [name]
    record["meter"]["gaps"][0] |= {"start": name, "end": name}
    record["losses"][0] |= {"part": name, "worst_months": [name]}
    record["anomalies"][0] |= {"column": name, "start": name, "size_unit": name, "text": name}
    record["months"][0]["name"] = record["headline"]["name"] = record["trend"]["column"] = name
    record["expected"] |= {"site": name, "weather": name}
    record["saving"] |= {"change_date": name, "notes": [name]}
    record["saving"]["baseline"]["form"] = name
    return AuditRecord.model_validate_json(json.dumps(record))


@cache
def harmless(make):
    return tags(page_html([make("harmless")]))


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the figures out: their labels have a test of their own."""
    monkeypatch.setattr("dcbench_reports.page.draw", lambda chart, ident: f"{ident} {chart.title}")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("make", [plan_named, run_named, facility_named, audit_named])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_add_no_element_and_no_handler(make, name):
    html = page_html([make(name)])

    assert tags(html) == harmless(make)
    for element in read_page(html):
        for attribute, value in element.attributes.items():
            assert not attribute.startswith("on")
            assert attribute not in {"href", "src", "action"} or value.startswith("#")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_labels_stay_text_in_figures(name):
    row = Range(label=name, low=0.5, middle=1.0, high=2.0)
    axis = Axis(label=name, unit=name)
    svg = str(draw(Ranges(title=name, description=name, axis=axis, rows=(row,)), "f"))
    plain = str(
        draw(
            Ranges(
                title="t", description="d", axis=Axis(label="l", unit="u"),
                rows=(replace(row, label="a"),),
            ),
            "f",
        )
    )  # fmt: skip

    assert tags(svg) == tags(plain)


@pytest.mark.usefixtures("undrawn")
def test_control_and_bidirectional_characters_do_not_leave_their_place():
    html = page_html([run_named("\u202eevil\x1b[31m\x00")])

    assert "\x00" not in html
    assert "\x1b" not in html
    assert "<bdi>" in html


def test_extreme_numbers_can_be_drawn():
    parts = samples.parts()
    parts["step"] |= {"time_s": 1e30, "breakdown_s": {"a": 1e30, "b": 1e-300, "c": 0.0}}
    parts["memory"] |= {"peak_bytes": 1e-9, "capacity_bytes": 1e30}
    bands = {"step.time_s": {"p10": -1e30, "p50": 1e-30, "p90": 1e30}}

    assert "<svg" in page_html([samples.plan(**parts, bands=bands)])


@pytest.mark.usefixtures("undrawn")
def test_a_run_of_many_cases_stays_within_bounds():
    one = samples.matmul("bf16", 512, 1e12)
    html = page_html([samples.run_record(cases=[one] * 2001)])

    assert "The first 2,000 of 2,001 rows are shown." in html
    assert len(html) < 6_000_000
