"""Which rules apply where, and what is met."""

from __future__ import annotations

from datetime import date

import pytest

from dcbench.records.facility_energy import HeatReuse
from dcbench_planner.facility.standards.checklist import requirements, verdict
from dcbench_planner.facility.standards.facts import Finding
from dcbench_planner.facility.standards.rules import EU, rules

OLD = date(2020, 1, 1)


def _national(checklist):
    return {key for key, item in checklist.items() if item.applies and item.jurisdiction != "any"}


@pytest.mark.parametrize(
    ("place", "expected"),
    # jurisdictions as the table of rules words them, for 5 MW commissioned in 2027
    [
        ("ashburn", set()),
        ("london", set()),
        ("dublin", {"eu-2024-1364-report", "eu-2023-1791-heat", "eu-code-of-conduct"}),
        ("singapore", {"sg-roadmap", "sg-green-mark"}),
        ("osaka", {"jp-benchmark"}),
    ],
)
def test_rules_of_a_place(place, expected, checklist):
    assert _national(checklist(place)) == expected


def test_chinese_provinces_have_rules_of_their_own(checklist):
    everywhere = {i for i in _national(checklist("beijing")) if i.startswith(("cn-gb", "cn-nat"))}
    assert _national(checklist("beijing")) == everywhere | {"cn-beijing"}
    assert _national(checklist("shanghai")) == everywhere | {"cn-hub-east"}
    assert _national(checklist("ulanqab")) == everywhere | {"cn-hub-west"}
    assert len(everywhere) == 7


def test_germany_old_and_new(checklist):
    new, old = checklist("frankfurt"), checklist("frankfurt", commissioned=OLD)
    # EnEfG: commissioned from 1 July 2026, 1.2; before, 1.5 from 2027 and 1.3 from 2030
    assert new["de-enefg-new-pue"].applies
    assert new["de-enefg-new-pue"].limit == "<= 1.2"
    assert not old["de-enefg-new-pue"].applies
    assert (old["de-enefg-old-1.5"].applies, old["de-enefg-old-1.3"].applies) == (True, True)
    assert not new["de-enefg-old-1.5"].applies
    assert "commissioned 2027-01-01" in new["de-enefg-old-1.5"].note
    boundary = checklist("frankfurt", commissioned=date(2026, 7, 1))
    assert boundary["de-enefg-new-pue"].applies
    assert not boundary["de-enefg-old-1.5"].applies


@pytest.mark.parametrize(
    ("commissioned", "share"),
    # 10 % from 1 July 2026, 15 % a year later, 20 % from 1 July 2028
    [("2026-07-01", "10"), ("2027-07-01", "15"), ("2030-01-01", "20")],
)
def test_german_reuse_rises(commissioned, share, checklist):
    found = checklist("frankfurt", commissioned=date.fromisoformat(commissioned))
    applying = [i for i in found if i.startswith("de-enefg-reuse") and found[i].applies]
    assert applying == [f"de-enefg-reuse-{share}"]


def test_size_decides(checklist):
    # 500 kW of IT for EU reporting; 300 kW of connection for EnEfG
    small = checklist("frankfurt", it_kw=490.0)
    assert not small["eu-2024-1364-report"].applies
    assert "490 kW is below 500 kW" in small["eu-2024-1364-report"].note
    assert small["de-enefg-new-pue"].applies
    assert not checklist("frankfurt", it_kw=200.0)["de-enefg-new-pue"].applies


def test_a_proposal_never_applies(checklist):
    proposal = checklist("dublin")["eu-2025-minimum"]
    assert not proposal.applies
    assert proposal.kind == "proposal"
    assert proposal.verdict == "not checked"


def test_pue_verdicts_follow_the_number(checklist, simulated):
    found, pue = checklist("beijing"), simulated("beijing").totals.dpue
    for key in ("cn-gb40879-grade-1", "cn-gb40879-grade-2", "cn-gb40879-grade-3", "cn-beijing"):
        item = found[key]
        assert item.value == pue
        assert (item.verdict == "met") == (pue <= float(item.limit.removeprefix("<= ")))


def test_verdicts_at_the_limit():
    rule = next(rule for rule in rules() if rule.id == "de-enefg-new-pue")
    assert verdict(rule, Finding(value=1.2)) == "met"
    assert verdict(rule, Finding(value=1.2000001)) == "not met"
    assert verdict(rule, Finding(value=1.0, known=False)) == "not checked"
    air = next(rule for rule in rules() if rule.id == "ashrae-recommended")
    values = [18.0, 27.0, 17.9, 27.1]
    assert [verdict(air, Finding(value=v)) for v in values] == ["met", "met", "not met", "not met"]


def test_a_limit_inside_the_scatter_is_said(simulated, book):
    simulation = simulated("beijing", cooling="dlc-dry")
    over, spread = simulation.totals.dpue - 1, book.entries["facility.overhead_factor"]
    said = []
    for item in requirements(simulation, book):
        if item.limit.startswith("<= "):
            limit = float(item.limit.removeprefix("<= "))
            expected = 1 + spread.low * over <= limit <= 1 + spread.high * over
            assert ("uncertain" in item.note) == expected, item.id
            said.append(expected)
    assert set(said) == {True, False}


def test_singapore_is_judged_at_full_load(checklist, simulated):
    item = checklist("singapore")["sg-roadmap"]
    assert item.value != simulated("singapore").totals.dpue
    assert "full IT load" in item.note


def test_reuse_and_renewables_come_from_the_record(checklist):
    nothing = checklist("frankfurt")
    assert nothing["de-enefg-reuse-10"].verdict == "not met"
    assert nothing["eu-2023-1791-heat"].verdict == "not checked"
    assert nothing["de-enefg-renewable"].verdict == "not checked"
    assert "--ppa-kw" in nothing["de-enefg-renewable"].note
    reuse = HeatReuse(heat_kwh_per_year=1e6, supply_c=40.0, erf=0.12, ere=1.0)
    with_reuse = checklist("frankfurt", heat_reuse=reuse)
    assert with_reuse["de-enefg-reuse-10"].verdict == "met"
    assert with_reuse["de-enefg-reuse-15"].verdict == "not met"
    assert with_reuse["eu-2023-1791-heat"].verdict == "met"


def test_a_contract_for_all_electricity_meets_the_german_rule(checklist, simulated, book):
    from dcbench_planner.facility.renewables.ask import checked_ask
    from dcbench_planner.facility.renewables.supply import renewables

    simulation = simulated("frankfurt")
    mean_kw = simulation.totals.total_kwh / 8760
    full = renewables(simulation, checked_ask(ppa_kw=1.01 * mean_kw), book)
    half = renewables(simulation, checked_ask(ppa_kw=0.5 * mean_kw), book)
    verdicts = [
        checklist("frankfurt", renewables=r)["de-enefg-renewable"].verdict for r in (full, half)
    ]
    assert verdicts == ["met", "not met"]


def test_what_the_planner_cannot_know_is_not_checked_and_says_what_is_needed(checklist):
    for item in checklist("frankfurt").values():
        if item.verdict == "not checked":
            assert "needs" in item.note or "outside the model" in item.note, item.id


def test_every_row_has_rule_year_source_and_evidence_and_never_claims_a_certificate(checklist):
    for item in checklist("frankfurt", "2N").values():
        assert item.rule
        assert item.year
        assert item.source
        assert item.evidence in {"read", "recalled"}
        text = f"{item.quantity} {item.note}".lower()
        assert not any(word in text for word in ("certif", "compliant", "guarantee")), item.id


def test_the_table_is_sound(sites):
    table = rules()
    assert len({rule.id for rule in table}) == len(table) == 41
    assert len(EU) == 27
    known = {site.id for site in sites}
    assert {site for rule in table for site in rule.sites} <= known


def test_energy_components_of_90_4_add_up_to_the_pue(checklist, simulated):
    found, simulation = checklist(), simulated()
    other = simulation.hours.lighting_and_other_kw.sum() / simulation.totals.it_kwh
    parts = found["ashrae-90.4-mlc"].value + found["ashrae-90.4-elc"].value
    assert 1 + parts + other == pytest.approx(simulation.totals.dpue, rel=1e-9)
