"""Views: records as plain data."""

from __future__ import annotations

import tomllib

import pytest

from dcbench.records.files import validate
from dcbench.records.scenario import Scenario
from dcbench_reports.charts import Axis, Stack
from dcbench_reports.facts import Facts
from dcbench_reports.toml_text import to_toml
from dcbench_reports.views.calibration import calibration_chapter
from dcbench_reports.views.common import composition
from dcbench_reports.views.facility import facility_chapter
from dcbench_reports.views.plan import plan_chapter
from dcbench_reports.views.run import run_chapter
from dcbench_reports.views.run_cases import by_operation, describe, size_text, split_series
from tests.reports import samples


def slugs(chapter):
    return [section.slug.partition("-")[2] for section in chapter.sections]


def test_a_plan_follows_the_chain():
    chapter = plan_chapter(samples.plan(), "r0")

    assert slugs(chapter) == [
        "chain", "notes", "model", "layout", "step", "memory", "limits", "schedule", "cluster",
        "power", "facility", "energy", "carbon", "money", "bands", "rates", "alternatives",
        "tokens", "assumptions", "sources", "reproduce",
    ]  # fmt: skip


def test_a_plan_without_reasons_shows_compositions_instead():
    chapter = plan_chapter(samples.plan(explain=None), "r0")
    step = next(s.blocks for s in chapter.sections if s.slug == "r0-step")

    assert not {"limits", "rates"} & set(slugs(chapter))
    assert isinstance(step[1].chart, Stack)


def test_waterfalls_start_at_the_ideal_and_end_at_the_whole():
    record = samples.plan()
    blocks = {s.slug: s.blocks for s in plan_chapter(record, "r0").sections}
    time, memory = blocks["r0-step"][1].chart, blocks["r0-memory"][1].chart

    assert time.steps[0].label == "ideal"
    assert sum(fall.value for fall in time.steps) == pytest.approx(record.step.time_s)
    assert sum(fall.value for fall in memory.steps) == pytest.approx(record.memory.peak_bytes)
    assert memory.limit == record.memory.capacity_bytes


def test_limits_say_the_gain_and_the_layout_that_would_then_be_best():
    chapter = plan_chapter(samples.plan(), "r0")
    section = next(s for s in chapter.sections if s.slug == "r0-limits")
    rows = [(row.cells[0], row.cells[2].number, row.cells[3]) for row in section.blocks[0].rows]

    assert section.lead == ("Compute: twice the rate +61 %; then twice the memory +3.4 %.",)
    assert rows == [
        ("Compute", "61", "the same"), ("Memory capacity", "3.4", "DP 64, ZeRO-1"),
        ("Host", "< 0.01", "the same"),
    ]  # fmt: skip


def test_rates_show_how_each_is_known_and_the_interval_its_class():
    chapter = plan_chapter(samples.plan(), "r0")
    interval, kind, table = next(s.blocks for s in chapter.sections if s.slug == "r0-rates")

    assert [row.cells[2].name for row in table.rows] == ["calibrated", "assumed", "assumed"]
    assert [pair.value.number for pair in interval.pairs][3] == "156"
    assert kind.pairs[0].value == "dense, calibrated rates"


def test_the_chain_links_lead_to_sections():
    chapter = plan_chapter(samples.plan(), "r0")
    chain = next(s.blocks[0] for s in chapter.sections if s.slug == "r0-chain")

    assert {link.slug for link in chain.links} <= {section.slug for section in chapter.sections}


def test_the_decision_is_made_from_the_numbers():
    decision = plan_chapter(samples.plan(), "r0").summary.decision
    keys = {part.key for part in decision if not isinstance(part, str)}

    assert {"cluster.accelerators", "schedule.calendar_days", "cost.run_usd"} <= keys
    assert "rented it would cost more" in "".join(p for p in decision if isinstance(p, str))


def test_a_plan_without_a_cloud_price_does_not_mention_renting():
    parts = samples.parts()
    del parts["cost"]["cloud_run_usd"], parts["cost"]["cloud_usd_per_gpu_hour"]
    decision = plan_chapter(samples.plan(**parts), "r0").summary.decision

    assert "rented" not in "".join(part for part in decision if isinstance(part, str))


def test_tiles_carry_bands():
    tiles = plan_chapter(samples.plan(), "r0").summary.tiles
    low, _, high = tiles[0].band

    assert (low.key, low.value) == ("bands.schedule.calendar_days.p10", 24.3)
    assert (high.key, high.value) == ("bands.schedule.calendar_days.p90", 32.8)


def test_an_alternative_keeps_its_reason():
    chapter = plan_chapter(samples.plan(), "r0")
    table = next(s.blocks[0] for s in chapter.sections if s.slug == "r0-alternatives")

    assert [row.cells[-1] for row in table.rows] == [
        "chosen", "12 % dearer for the same deadline", "cheaper to buy, twice the energy",
    ]  # fmt: skip


def test_provenance_is_that_of_the_longest_prefix():
    facts = Facts(samples.plan())
    badge, source = facts.source("step.breakdown_s")

    assert (badge.name, source) == ("calibrated", "c.json: curves of h100-sxm")
    assert facts.source("model.name") is None


def test_a_run_lists_every_case_once():
    record = samples.run_record()
    chapter = run_chapter(record, "r0")
    tables = [
        block
        for section in chapter.sections
        if "-op-" in section.slug
        for block in section.blocks
        if block.kind == "table"
    ]

    assert sum(len(table.rows) for table in tables) == len(record.cases)


def test_the_best_matmul_is_the_fastest_measured_one():
    record = samples.run_record()
    tile = run_chapter(record, "r0").summary.tiles[0]

    measured = [c.value for c in record.cases if c.key["op"] == "matmul" and c.value]
    assert tile.value.value == max(measured)


def test_a_failed_case_is_never_the_best():
    bad = samples.matmul("bf16", 512, 1e18) | {"status": "invalid", "reason": "wrong result"}
    good = samples.matmul("bf16", 1024, 1e14)
    tile = run_chapter(samples.run_record(cases=[bad, good]), "r0").summary.tiles[0]

    assert tile.value.key == "cases.1.value"


def test_all_reduce_shows_the_fit_only_with_a_calibration():
    def series(calibrations):
        chapter = run_chapter(samples.run_record(), "r0", calibrations)
        figures = next(s.blocks for s in chapter.sections if s.slug == "r0-figures")
        return next(f.chart.series for f in figures if f.chart.title.startswith("All-reduce"))

    assert len(series([])) == 1
    assert len(series([samples.calibration()])) == 2


def test_one_size_needs_no_figure():
    chapter = run_chapter(samples.cpu_run_record(), "r0")

    assert "figures" not in slugs(chapter)


def test_series_are_named_by_what_varies():
    groups = by_operation(samples.run_record())
    measured = [numbered for numbered in groups["matmul"] if numbered.measured]

    assert list(split_series(measured)) == ["bf16", "fp32"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(4096, "4 KiB"), (2**30, "1 GiB"), (1000, "1 kB"), (1_500_000, "1.5 MB"), (12, "12 B")],
)
def test_sizes_are_binary_only_where_exact(value, text):
    assert size_text(value) == text


def test_a_case_in_words():
    key = {"op": "matmul", "dtype": "bf16", "m": 2, "n": 3, "k": 4, "ranks": 8}

    assert describe(key) == "2 \N{MULTIPLICATION SIGN} 3 \N{MULTIPLICATION SIGN} 4 · bf16 · ranks 8"


def test_composition_is_largest_first_and_adds_up():
    facts = Facts(samples.plan())
    figure = composition(facts, "step.breakdown_s", title="t", axis=Axis(label="Time", unit="s"))
    values = [value for _, value in figure.chart.parts]

    assert values == sorted(values, reverse=True)
    assert sum(values) == pytest.approx(samples.plan().step.time_s)  # parts add up by definition
    assert [item.values[0].value for item in figure.legend] == values


def test_a_composition_of_nothing_is_no_figure():
    assert composition(Facts(samples.plan()), "no.such", title="t", axis=Axis(label="x")) is None


def test_a_calibration_lists_every_curve():
    chapter = calibration_chapter(samples.calibration(), "r0")
    table = next(b for s in chapter.sections for b in s.blocks if b.kind == "table")

    assert len(table.rows) == 4


def test_a_facility_shows_twelve_months_and_the_overhead_without_the_it_load():
    chapter = facility_chapter(samples.facility(), "r0")
    blocks = {s.slug: s.blocks for s in chapter.sections}

    assert len(blocks["r0-months"][0].chart.values) == 12
    drawn_w = sum(value for _, value in blocks["r0-energy"][1].chart.parts)
    record = samples.facility()
    overhead_kwh = record.facility_kwh_per_year - record.breakdown_kwh_per_year["it"]
    assert drawn_w == pytest.approx(overhead_kwh * 1e3 / 8760)  # mean power = energy / hours


@pytest.mark.parametrize("text", ["plain", 'quote " and \\', "tab\tline\n", "\x7f", "名前 😀"])
def test_a_scenario_survives_the_way_through_toml(text):
    scenario = Scenario(
        model=text, params=None, tokens=1e12, gpus=64, deadline_days=0.5,
        assumptions={text: 1e-07, "plain_key": 2.0},
    )  # fmt: skip

    assert validate(tomllib.loads(to_toml(scenario)), Scenario, "test") == scenario
