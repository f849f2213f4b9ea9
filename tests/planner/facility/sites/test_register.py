from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError
from dcbench_planner.facility.sites.register import UNKNOWN, risk_register

CATALOG = load_catalog()
LULEA = CATALOG.sites.resolve("lulea")


@pytest.fixture
def register(tmp_path):
    def filled(text, name="register.csv", site=LULEA):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return {item.id: item for item in risk_register(site, CATALOG, path)}

    return filled


def faults_of(register, text, name="register.csv"):
    with pytest.raises(InputError) as caught:
        register(text, name)
    return [str(fault) for fault in caught.value.faults]


def test_nothing_is_ticked_by_itself():
    for site in CATALOG.sites:
        items = risk_register(site, CATALOG)
        assert {item.step for item in items} == {1, 2, 3, 4, 5}
        assert {item.verdict for item in items} == {"not checked"}
        assert all(item.checked_on is item.owner is None for item in items)


def test_hints_come_from_the_table_and_say_how_far_to_trust_them():
    items = {item.id: item for item in risk_register(LULEA, CATALOG)}
    assert items["grid-interruptions"].hint.startswith("SAIDI 80 min/year")
    assert items["grid-interruptions"].hint.endswith("(recalled)")
    assert items["heat-extreme"].hint == UNKNOWN
    assert items["photographs"].hint == ""
    london = {i.id: i for i in risk_register(CATALOG.sites.resolve("london"), CATALOG)}
    assert london["earthquake"].hint.endswith("(read)")


def test_a_person_ticks_in_csv(register):
    items = register(
        "item,verdict,checked_on,owner,evidence\n"
        "firm-power,met,2026-03-01,A. Person,letter 12\n"
        "visit,not met,2026-03-02,B. Person,road closed\n"
        "zoning,not checked,,,\n"
    )
    power = items["firm-power"]
    assert (power.verdict, power.checked_on, power.owner, power.evidence) == (
        "met", "2026-03-01", "A. Person", "letter 12",
    )  # fmt: skip
    assert power.hint != ""
    assert items["visit"].verdict == "not met"
    assert items["neighbours"].verdict == "not checked"


def test_a_person_ticks_in_toml(register):
    text = (
        'site = "Lulea"\n[flood-depth]\nverdict = "met"\nchecked_on = 2026-03-01\n'
        'owner = "A. Person"\nevidence = "survey"\n'
    )
    assert register(text, "register.toml")["flood-depth"].checked_on == "2026-03-01"
    elsewhere = register(text, "register.toml", CATALOG.sites.resolve("tokyo"))
    assert elsewhere["flood-depth"].verdict == "not checked"


def test_one_csv_serves_several_sites(register):
    text = (
        "site,item,verdict,checked_on,owner,evidence\n"
        "lulea,visit,met,2026-03-01,A,seen\n"
        "tokyo,visit,not met,2026-03-01,A,seen\n"
    )
    assert register(text)["visit"].verdict == "met"
    assert register(text, site=CATALOG.sites.resolve("tokyo"))["visit"].verdict == "not met"


def test_all_faults_are_given_at_once(register):
    lines = faults_of(
        register,
        "site,item,verdict,checked_on,owner,evidence\n"
        "atlantis,visit,met,2026-03-01,A,seen\n"
        "lulea,flod-depth,met,2026-03-01,A,seen\n"
        "lulea,visit,yes,2026-03-01,A,seen\n"
        "lulea,zoning,met,,,\n"
        "lulea,tax-relief,met,2999-01-01,A,x\n"
        "lulea,tax-relief,not met,1.3.2026,A,x\n",
    )
    for told in (
        "line 2 = 'atlantis': unknown site",
        "line 3 = 'flod-depth': unknown item; did you mean flood-depth",
        "line 4 verdict = 'yes': unknown verdict; one of met, not met, not checked",
        "line 5 checked_on: is missing",
        "line 5 owner: is missing",
        "line 5 evidence: is missing",
        "line 6 checked_on = '2999-01-01': lies in the future",
        "line 7 checked_on = '1.3.2026': is no date",
        "line 7 = 'tax-relief': is an item that the file has already",
    ):
        assert any(told in line for line in lines), told


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("item,verdict,colour\n", "r.csv", "unknown column"),
        ("verdict\nmet\n", "r.csv", "has no column item"),
        ("item,verdict\nvisit,met,a,b\n", "r.csv", "has more cells"),
        ("visit = 3\n", "r.toml", "is not a table"),
        ("site = 3\n", "r.toml", "is not text"),
        ("[visit]\nverdict = 1\n", "r.toml", "is neither text nor a date"),
        ('[visit]\nverdikt = "met"\n', "r.toml", "unknown field; did you mean verdict?"),
    ],
)
def test_bad_files_are_named(register, text, name, told):
    assert any(told in line for line in faults_of(register, text, name))


def test_long_and_odd_texts_are_refused(register):
    head = "item,verdict,checked_on,owner,evidence\nvisit,met,2026-03-01,"
    assert any("longer than 200" in line for line in faults_of(register, head + "A" * 300 + ",x\n"))
    assert any("control" in line for line in faults_of(register, head + "A\x07,x\n"))
