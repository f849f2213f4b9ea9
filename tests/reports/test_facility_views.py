"""Views of facility and audit records: sections appear where the record has the part."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dcbench.records.facility import FacilityRecord
from dcbench.records.files import validate
from dcbench_reports.display import show
from dcbench_reports.figures.flow import _tops
from dcbench_reports.page import page_html
from dcbench_reports.views.audit import audit_chapter
from dcbench_reports.views.facility import facility_chapter
from tests.records.examples import EXAMPLES
from tests.reports import facility_samples, samples

OLD = ["notes", "design", "months", "energy", "plant", "assumptions", "sources"]


def slugs(chapter):
    return [section.slug.partition("-")[2] for section in chapter.sections]


def blocks_of(chapter, slug):
    return next(s.blocks for s in chapter.sections if s.slug.endswith(f"-{slug}"))


def test_every_part_has_its_section():
    chapter = facility_chapter(facility_samples.facility_with_all_parts(), "r0")

    assert slugs(chapter) == [
        "notes", "design", "months", "energy", "plant", "availability", "redundancy", "rules",
        "carbon", "heat", "renewables", "savings", "sites", "register", "assumptions", "sources",
    ]  # fmt: skip


def test_a_record_of_version_1_has_none_of_them():
    record = validate({**EXAMPLES["facility"], "notes": ["x"]}, FacilityRecord, "f")

    assert record.version == 1
    assert slugs(facility_chapter(record, "r0")) == OLD
    assert slugs(facility_chapter(samples.facility(), "r0")) == OLD


def test_the_big_numbers_are_six_and_carry_bands():
    tiles = facility_chapter(facility_samples.facility_with_all_parts(), "r0").summary.tiles

    assert [tile.value.key for tile in tiles] == [
        "dpue_annual", "dpue_peak", "wue_site_l_per_kwh", "cue_kgco2e_per_kwh",
        "facility_kwh_per_year", "facility_peak_kw",
    ]  # fmt: skip
    assert [part.value for part in tiles[0].band if not isinstance(part, str)] == [1.16, 1.34]


def test_verdicts_are_words_and_what_is_not_met_comes_first():
    chapter = facility_chapter(facility_samples.facility_with_all_parts(), "r0")
    rows = blocks_of(chapter, "rules")[0].rows
    html = page_html([facility_samples.facility_with_all_parts()])

    assert [getattr(row.cells[1], "name", row.cells[1]) for row in rows] == [
        "not_met", "met", "not_checked", "does not apply",
    ]  # fmt: skip
    assert '<span class="badge not-met">not met</span>' in html


def test_the_flow_is_the_energy_of_the_year_it_first():
    record = facility_samples.facility_with_all_parts()
    branches = blocks_of(facility_chapter(record, "r0"), "energy")[0].chart.branches

    assert branches[0].label == "IT"
    assert sum(b.value for b in branches) == pytest.approx(record.facility_kwh_per_year)


def test_labels_of_thin_ribbons_do_not_touch():
    heights = [0.9, 0.05, 0.02, 0.02, 0.01]
    tops = _tops(heights, 0.02, 0.1)
    middles = [top - height / 2 for top, height in zip(tops, heights, strict=True)]

    assert all(a - b >= 0.1 - 1e-12 for a, b in pairwise(middles))


def test_a_saving_that_costs_is_drawn_to_the_left():
    chart = blocks_of(
        facility_chapter(facility_samples.facility_with_all_parts(), "r0"), "savings"
    )[0].chart

    assert [row.parts[0][1] > 0 for row in chart.rows] == [True, True, True, False]
    assert chart.rows[-1].parts[0][0] != chart.rows[0].parts[0][0]


@pytest.mark.parametrize(
    ("value", "text"), [(-32_000.0, "-$32k"), (-5.5, "-$5.50"), (2.0, "$2.00")]
)
def test_debts_have_their_sign_before_the_dollar(value, text):
    assert show("money", value, "", 3)[0] == text


def test_an_audit_has_its_sections():
    chapter = audit_chapter(facility_samples.audit(), "r0")

    assert slugs(chapter) == [
        "notes", "months", "losses", "anomalies", "saving", "behaviour", "quality", "assumptions",
        "sources",
    ]  # fmt: skip
    assert "measured annual PUE" in "".join(p for p in chapter.summary.decision
                                            if isinstance(p, str))  # fmt: skip


def test_an_audit_without_model_and_saving_is_shorter():
    record = facility_samples.audit().model_copy(
        update={"expected": None, "saving": None, "losses": (), "anomalies": (), "baseline": None}
    )

    assert slugs(audit_chapter(record, "r0")) == ["notes", "months", "quality", "assumptions",
                                                  "sources"]  # fmt: skip


def test_the_figure_shows_measured_and_expected():
    chart = blocks_of(audit_chapter(facility_samples.audit(), "r0"), "months")[0].chart

    assert [len(series.x) for series in chart.series] == [12, 12]
    assert chart.series[0].low
    assert not chart.series[1].low
