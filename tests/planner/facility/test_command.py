"""`dcbench facility` from outside: output, files, one-line errors."""

from __future__ import annotations

import json

import pytest

from dcbench.cli.main import main
from dcbench_planner.facility.audit.synthetic import synthetic_meter
from dcbench_planner.facility.design import checked_design


def run(capsys, *arguments: str):
    with pytest.raises(SystemExit) as stop:
        main(["facility", *arguments])
    captured = capsys.readouterr()
    return stop.value.code, captured.out, captured.err


def test_json_on_stdout_and_the_same_in_the_file(capsys, tmp_path):
    out = tmp_path / "f.json"
    code, stdout, _ = run(
        capsys, "--it-kw", "1000", "--site", "Ashburn", "--cooling", "dlc-dry", "--json",
        "--out", str(out),
    )  # fmt: skip
    assert code == 0
    assert json.loads(stdout) == json.loads(out.read_text())
    assert json.loads(stdout)["cooling"] == "dlc-dry"


def test_text_shows_the_numbers_of_the_record(capsys):
    code, stdout, err = run(capsys, "--it-kw", "1e3", "--site", "singapore")
    assert code == 0
    _, as_json, _ = run(capsys, "--it-kw", "1e3", "--site", "singapore", "--json")
    assert f"{json.loads(as_json)['dpue_annual']:.3f}" in stdout
    assert "kWh/year" in stdout
    assert "cooling: water-economizer" in err


@pytest.mark.parametrize("value", ["0", "-1", "nan", "1e30", "inf", "ten", "1_000"])
def test_bad_power_is_one_line_and_exit_2(capsys, value):
    code, stdout, err = run(capsys, f"--it-kw={value}", "--site", "ashburn")
    assert (code, stdout) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert "--it-kw" in err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--site", "ashbrun"], "did you mean ashburn"),
        (["--site", "ashburn", "--cooling", "ice"], "one of air-economizer"),
        (["--site", "ashburn", "--redundancy", "N+2"], "one of N, N+1, 2N, 4N/3"),
        (["--site", "ashburn", "--load-factor", "1.5"], "0.05 to 1"),
        (["--site", "ashburn", "--out", "/proc/nowhere/f.json"], "cannot be written"),
        (["--site", "ashburn", "--catalog", "/nowhere.toml"], "/nowhere.toml"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(capsys, arguments, expected):
    code, stdout, err = run(capsys, "--it-kw", "1000", *arguments)
    assert (code, stdout) == (2, "")
    assert len([line for line in err.strip().splitlines() if expected in line]) == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "--it-kw: is missing"),
        (["--it-kw", "1000"], "--site: is missing"),
        (["--site", "any", "--weather", "x.epw"], "compares many"),
        (["--site", "ashburn", "--weather", "/nowhere.epw"], "/nowhere.epw"),
        (["--site", "ashburn", "--water-class", "W99"], "W99"),
        (["--site", "ashburn", "--cooling", "dlc-dry", "--water-class", "W32"], "W32"),
        (["--site", "ashburn", "--ups", "flywheel"], "one of"),
        (["--site", "ashburn", "--distribution", "rope"], "busway"),
        (["--site", "ashburn", "--set", "cooling.nothing=1"], "cooling.nothing"),
        (["--site", "ashburn", "--set", "cooling"], "KEY=VALUE"),
        (["--site", "ashburn", "--set", "cooling.room_supply_c=60"], "allows 5 to 45"),
        (["--site", "ashburn", "--set", "power_chain.ups_a0=5"], "ups_a0=5.0 give no physical"),
        (
            ["--site", "ashburn", "--cooling", "dlc-dry", "--set", "cooling.liquid_share=2"],
            "liquid_share=2.0 give no physical",
        ),
        (["--site", "ashburn", "--saving-target", "much"], "--saving-target"),
        (["--site", "ashburn", "--reuse-supply-c", "60"], "--reuse-share"),
        (["--site", "ashburn", "--cooling", "dx", "--reuse-share", "0.5"], "no water loop"),
        (["--site", "any", "--weights", "beauty=1"], "beauty"),
        (["--site", "any", "--seismic-limit", "9"], "0 to 4"),
        (["--site", "ashburn", "--battery-kwh", "100"], "--battery-kwh"),
        (["--site", "ashburn", "--meter", "/nowhere.csv"], "/nowhere.csv"),
        (["--meter", "/nowhere.csv", "--change-date", "soon"], "2026-03-01"),
        (["--meter", "/nowhere.csv", "--pv-kw", "5"], "--pv-kw: does not act"),
        (["--meter", "/nowhere.csv", "--no-compressors"], "--compressors: does not act"),
        (["--site", "ashburn", "--change-date", "2026-03-01"], "add --meter"),
    ],
)
def test_every_flag_refuses_what_it_cannot_use_in_one_line(capsys, arguments, expected):
    given = arguments if not arguments or "--it-kw" in arguments or "--meter" in arguments else [
        "--it-kw", "1000", *arguments
    ]  # fmt: skip
    code, stdout, err = run(capsys, *given)
    assert (code, stdout) == (2, "")
    assert expected in err
    assert "Traceback" not in err


def test_a_filter_that_leaves_no_site_is_a_no(capsys):
    code, _, err = run(capsys, "--it-kw", "1000", "--site", "any", "--data-law", "Martian law")
    assert code == 1
    assert "site" in err


def test_any_site_is_ranked_and_the_first_is_designed(capsys):
    code, stdout, _ = run(
        capsys, "--it-kw", "1000", "--site", "any", "--cooling", "dlc-dry", "--json"
    )
    record = json.loads(stdout)
    assert code == 0
    assert record["site"] == record["sites"][0]["site"]
    assert len(record["sites"]) > 90
    assert record["cooling"] == "dlc-dry"


def test_parts_of_a_full_answer(capsys, tmp_path):
    hourly = tmp_path / "h.csv"
    code, stdout, _ = run(
        capsys, "--it-kw", "1000", "--site", "stockholm", "--cooling", "dlc-dry",
        "--reuse-share", "0.4", "--wind-kw", "2000", "--battery-kwh", "1000",
        "--saving-target", "5%", "--hourly", str(hourly), "--json",
    )  # fmt: skip
    record = json.loads(stdout)
    assert code == 0
    parts = {"heat_reuse", "renewables", "savings", "requirements", "redundancy_options",
             "risk_register", "carbon", "availability_parts", "it_inside", "bands"}  # fmt: skip
    assert parts <= set(record)
    assert parts <= set(record["provenance"])
    assert record["heat_reuse"]["erf"] > 0
    assert record["savings"]["package"]["target_share"] == 0.05
    assert len(hourly.read_text().splitlines()) == 8761


def test_kinds_of_ups_and_distribution_move_the_losses(capsys):
    def losses(*kind: str):
        _, stdout, _ = run(capsys, "--it-kw", "1000", "--site", "oslo", *kind, "--json")
        return json.loads(stdout)["breakdown_kwh_per_year"]

    usual = losses()
    assert losses("--ups", "legacy")["ups"] > 1.5 * usual["ups"] > losses("--ups", "eco")["ups"]
    transformers = losses("--distribution", "pdu-transformer")["distribution"]
    # PDU transformers lose 1.6-1.8 % at half to full load (catalog, recalled), busway 0.4 %
    assert 0.01 < (transformers - usual["distribution"]) / usual["it"] < 0.03
    assert losses("--distribution", "busway") == usual


def test_without_compressors_the_hours_with_heat_left_are_stated(capsys):
    _, stdout, _ = run(
        capsys, "--it-kw", "1000", "--site", "phoenix", "--cooling", "dlc-dry",
        "--no-compressors", "--json",
    )  # fmt: skip
    record = json.loads(stdout)
    assert record["unmet_h_per_year"] > 1000
    assert "heat not removed in" in record["notes"][0]


def test_help_has_an_example(capsys):
    code, stdout, _ = run(capsys, "--help")
    assert code == 0
    assert "dcbench facility --it-kw 1000 --site ashburn" in stdout


def test_a_meter_is_audited_with_and_without_a_design(capsys, tmp_path, book, sites):
    design = checked_design(
        it_kw=1000.0, load_factor=0.75, site=sites.resolve("ashburn"), cooling="dlc-dry",
        redundancy="N+1",
    )  # fmt: skip
    meter, out = tmp_path / "meter.csv", tmp_path / "audit.json"
    synthetic_meter(design, book, seed=0, interval_min=60, faults=[]).write(meter)
    code, stdout, _ = run(capsys, "--meter", str(meter), "--json", "--out", str(out))
    assert code == 0
    assert json.loads(stdout) == json.loads(out.read_text())
    alone = json.loads(stdout)
    assert alone["schema"] == "dcbench.audit"
    assert "expected" not in alone
    place = ["--site", "ashburn", "--cooling", "dlc-dry"]
    _, stdout, _ = run(capsys, "--meter", str(meter), *place, "--json")
    expected = json.loads(stdout)["expected"]
    assert expected["pue"] == pytest.approx(expected["measured_pue"], abs=0.01)
