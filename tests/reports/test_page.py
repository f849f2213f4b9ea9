"""The page as a whole: its numbers are the record's, it is self-contained, safe and accessible."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from dcbench.errors import InputError
from dcbench.records.files import to_json
from dcbench.records.scenario import Scenario
from dcbench_reports.page import page_html
from tests.records.examples import EXAMPLES
from tests.reports import facility_samples, samples
from tests.reports.page_reader import look_up, read_page

MAKERS = {
    "run": samples.run_record, "cpu run": samples.cpu_run_record,
    "calibration": samples.calibration, "plan": samples.plan, "facility": samples.facility,
    "whole facility": facility_samples.facility_with_all_parts, "audit": facility_samples.audit,
}  # fmt: skip


@pytest.fixture(scope="module")
def pages():
    return {name: ([make()], page_html([make()])) for name, make in MAKERS.items()}


@pytest.fixture(scope="module")
def everything():
    records = [make() for make in MAKERS.values()]
    return records, page_html(records)


def numbers(html):
    return [element for element in read_page(html) if "data-key" in element.attributes]


@pytest.mark.parametrize("name", MAKERS)
def test_every_number_is_the_records(pages, name):
    records, html = pages[name]
    data = [json.loads(to_json(record)) for record in records]
    shown = numbers(html)

    for element in shown:
        key = element.attributes["data-key"]
        stated = json.loads(element.attributes["data-value"])
        assert stated == look_up(data[element.record], key), key

    assert len(shown) > 5


def test_numbers_of_several_records_are_those_of_their_own(everything):
    records, html = everything
    data = [json.loads(to_json(record)) for record in records]

    for element in numbers(html):
        stated = json.loads(element.attributes["data-value"])
        assert stated == look_up(data[element.record], element.attributes["data-key"])

    assert {element.record for element in numbers(html)} == set(range(len(records)))


@pytest.mark.parametrize("name", MAKERS)
def test_the_headline_numbers_are_shown(pages, name):
    wanted = {
        "plan": {"schedule.calendar_days", "cluster.accelerators", "power.facility_peak_kw",
                 "cost.run_usd", "facility.dpue_annual", "energy.total_kwh", "memory.peak_bytes",
                 "carbon.embodied_kgco2e", "bands.cost.run_usd.p90", "alternatives.0.cost.run_usd",
                 "token_variants.1.tokens", "assumptions.0.value",
                 "explain.time_waterfall.1.time_s", "explain.memory_waterfall.0.size_bytes",
                 "explain.memory_by_stage.1.peak_bytes", "explain.limits.0.gain",
                 "explain.curves.0.value", "explain.interval.p90_s"},
        "run": {"cases.0.value", "cases.0.ci95.0", "len(cases.0.samples)",
                "cases.16.derived.busbw_bytes_per_s", "cases.22.value",
                "cases.0.telemetry.power_w_mean"},
        "cpu run": {"cases.0.value", "len(cases.0.samples)"},
        "calibration": {"devices.0.curves.0.rate_per_s", "devices.0.curves.3.held_back_abs_error",
                        "devices.0.step.efficiency"},
        "facility": {"dpue_annual", "dpue_monthly.11", "plant.chillers.units",
                     "breakdown_kwh_per_year.fans"},
        "whole facility": {
            "bands.dpue_annual.p90", "dpue_by_category.1", "weather.design_wet_bulb_c",
            "monthly.water_l.6", "plant.chillers.derate", "availability_parts.1.availability",
            "redundancy_options.2.lost_usd_per_year", "requirements.1.value", "heat_reuse.erf",
            "carbon.market_kgco2e_per_year", "savings.measures.3.kwh_per_year",
            "savings.package.reached_share", "renewables.cfe_247_share", "sites.1.score_high",
            "sites.2.scores.1.value", "standby.generator_heaters_kwh_per_year",
        },
        "audit": {
            "headline.pue", "pue_by_category.1", "months.6.expected_pue", "losses.0.expected_kwh",
            "expected.overhead_ratio", "saving.saving_kwh", "saving.intervals.1.low_kwh",
            "saving.baseline.cv_rmse", "meter.gaps.0.hours", "anomalies.0.size", "trend.low",
        },
    }[name]  # fmt: skip

    shown = {element.attributes["data-key"] for element in numbers(pages[name][1])}

    assert wanted <= shown


def test_the_shown_text_rounds_the_value(pages):
    """Text and unit of some numbers, by hand from the values in `samples`."""
    shown = {e.attributes["data-key"]: e.text for e in numbers(pages["plan"][1])}

    assert shown["memory.peak_bytes"] == "61.2\u202fGB"  # 6.12e10 B
    assert shown["schedule.calendar_days"] == "27\u202fdays"  # 27.43, band 24.3 to 32.8
    assert shown["cost.run_usd"] == "$97k"  # 97 300, band 77 000 to 131 000
    assert shown["step.mfu"] == "41.3%"
    assert shown["model.params_total"] == "6.98\u202fbillion"
    assert shown["schedule.checkpoint_interval_s"] == "58\u202fmin"  # 3480 s


def test_cases_that_failed_are_visible_with_their_reasons(pages):
    html = pages["run"][1]

    for text in ("fp8 needs torchao", "asked for 137 GB, 80 GB are there", "badge oom"):
        assert text in html


def test_a_run_without_a_gpu_says_so(pages):
    assert "No GPU was found: the CPU was measured." in pages["cpu run"][1]
    assert "no NVIDIA driver" in pages["cpu run"][1]


def test_nothing_is_loaded_from_anywhere(everything):
    elements = read_page(everything[1])
    names = {element.tag for element in elements}

    assert not names & {"script", "link", "iframe", "object", "embed", "base", "form", "img"}
    for element in elements:
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            if name in {"href", "src", "xlink:href"}:
                assert value.startswith("#")
    assert "@import" not in everything[1]
    assert all(target.startswith("#") for target in re.findall(r"url\((.*?)\)", everything[1]))


def test_the_content_policy_forbids_everything_but_inline_style(everything):
    policy = next(
        element.attributes["content"]
        for element in read_page(everything[1])
        if element.attributes.get("http-equiv") == "Content-Security-Policy"
    )

    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_equal_records_give_equal_pages(pages):
    assert page_html([samples.plan()]) == pages["plan"][1]


def test_the_page_is_small(everything):
    assert len(everything[1].encode()) < 1_500_000


def test_ids_are_unique_and_links_lead_somewhere(everything):
    elements = read_page(everything[1])
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    known = set(ids)

    assert len(ids) == len(known)
    for element in elements:
        for name in ("href", "xlink:href"):
            target = element.attributes.get(name, "#content")
            assert target.removeprefix("#") in known
        for name in ("aria-labelledby",):
            assert set(element.attributes.get(name, "").split()) <= known
    for target in re.findall(r"url\(#(.*?)\)", everything[1]):
        assert target in known


def test_headings_descend_by_one(everything):
    levels = [int(e.tag[1]) for e in read_page(everything[1]) if re.fullmatch("h[1-6]", e.tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_figures_have_a_text_alternative(everything):
    elements = read_page(everything[1])
    drawings = [element for element in elements if element.tag == "svg"]
    texts = [element.text for element in elements if element.tag == "desc"]

    assert len(drawings) == len(texts) > 10
    assert all(drawing.attributes["role"] == "img" for drawing in drawings)
    assert all(len(text) > 20 for text in texts)


def test_tables_have_captions_and_scoped_heads(everything):
    elements = read_page(everything[1])
    tables = [element for element in elements if element.tag == "table"]
    heads = [element for element in elements if element.tag == "th"]

    assert len([element for element in elements if element.tag == "caption"]) == len(tables)
    assert all(head.attributes["scope"] in {"row", "col"} for head in heads)


def test_the_leading_record_is_the_plan_whatever_the_order(everything):
    title = next(e.text for e in read_page(everything[1]) if e.tag == "h1")

    assert title == "Train 7B dense on H100-SXM"


def test_two_plans_stand_one_after_the_other():
    html = page_html([samples.plan(), samples.plan()])

    assert html.count("<article") == 2


@pytest.mark.parametrize("name", ["run", "calibration", "plan", "facility", "audit"])
def test_the_smallest_records_can_be_shown(name):
    from dcbench.records.files import FORMATS, validate

    record = validate(EXAMPLES[name], FORMATS[name], name)

    assert "<h1>" in page_html([record])


def test_a_run_without_cases_can_be_shown():
    assert "not measured" in page_html([samples.run_record(cases=[])])


def test_a_scenario_cannot_be_shown():
    with pytest.raises(InputError, match="cannot be shown"):
        page_html([Scenario(params=7e9)])


def test_no_record_cannot_be_shown():
    with pytest.raises(InputError, match="no record"):
        page_html([])
