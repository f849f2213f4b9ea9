from __future__ import annotations

import csv
import json
import sys
from importlib import import_module
from subprocess import run

import pytest

from dcbench.catalog import load_catalog
from dcbench.errors import InputError
from dcbench_planner.prediction.predict import HEADLINE, predict_file, predict_rows

BASE = {
    "id": "a", "model_name": "mine", "arch": "llama", "n_layers": "32", "d_model": "4096",
    "n_heads": "32", "n_kv_heads": "8", "d_ff": "14336", "vocab": "128256", "gated_mlp": "1",
    "seq_len": "8192", "accelerator": "H100", "accel_mem_gb": "80", "n_accelerators": "64",
    "per_node": "8", "dtype": "bf16", "tp": "1", "pp": "1", "cp": "1", "dp": "64",
    "zero_or_fsdp": "fsdp2_zero3", "micro_batch": "1", "global_batch": "64", "recompute": "full",
    "year": "2025", "notes": "",
}  # fmt: skip


def predict(**changes):
    return predict_rows([BASE | changes], load_catalog())[0]


def write(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_full_row_gets_numbers_that_agree():
    answer = predict()

    assert (answer["status"], answer["reason"]) == ("ok", "")
    time = float(answer["step_time_s"])
    parts = sum(float(value) for name, value in answer.items() if name.startswith("t_"))
    assert parts == pytest.approx(time, rel=1e-6)
    assert float(answer["tokens_per_s_per_gpu"]) == pytest.approx(8192 / time, rel=1e-6)
    assert float(answer["step_time_s_p10"]) < time < float(answer["step_time_s_p90"])
    tflops = float(answer["model_tflops_per_gpu"])
    assert float(answer["mfu"]) == pytest.approx(tflops / 989.4, rel=1e-6)


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"dp": "32"}, "invalid", "tp x pp x cp x dp = 32 is not n_accelerators = 64"),
        ({"tp": "3", "dp": "", "n_accelerators": "3"}, "invalid", "not divisible by tp 3"),
        ({"n_heads": ""}, "invalid", "missing n_heads"),
        ({"d_ff": ""}, "invalid", "missing d_ff"),
        ({"seq_len": "nan"}, "invalid", "seq_len = nan is not a number"),
        ({"global_batch": "-64"}, "invalid", "global_batch = -64"),
        ({"global_batch": "1e400"}, "invalid", "too large"),
        ({"global_batch": ""}, "invalid", "missing global_batch"),
        ({"global_batch": "100"}, "invalid", "not divisible by dp x micro_batch"),
        ({"micro_batch": "1.5"}, "invalid", "micro_batch = 1.5"),
        ({"accelerator": "Z900"}, "invalid", "unknown accelerator"),
        ({"dtype": ""}, "invalid", "missing dtype"),
        ({"dtype": "int2"}, "unsupported", "int2"),
        ({"dtype": "nvfp4"}, "unsupported", "no nvfp4 rate"),
        ({"arch": "retnet"}, "unsupported", "retnet"),
        ({"arch": "hybrid-mamba-moe"}, "invalid", "ssm_inner"),
        ({"zero_or_fsdp": "gossip"}, "unsupported", "gossip"),
        ({"recompute": "sometimes"}, "invalid", "recompute"),
        ({"arch": "moe-mla", "n_experts": "7", "d_ff_expert": "9", "experts_per_token": "2"},
         "invalid", "kv_lora_rank"),
        ({"n_experts": "8"}, "invalid", "d_ff_expert"),
        ({"pp": "64", "dp": "1"}, "invalid", "more than the 32 layers"),
        ({"id": " "}, "invalid", "missing id"),
        ({"zero_or_fsdp": "none", "recompute": "none", "d_model": "16384", "micro_batch": "1"},
         "infeasible", "GB memory"),
    ],
)  # fmt: skip
def test_each_fault_has_its_status_and_reason(changes, status, reason):
    answer = predict(**changes)

    assert answer["status"] == status
    assert reason in answer["reason"]
    assert "step_time_s" not in answer


def test_one_bad_row_does_not_disturb_the_others():
    rows = [BASE, BASE | {"id": "b", "tp": "5"}, BASE | {"id": "c"}, BASE]
    answers = predict_rows(rows, load_catalog())

    assert [answer["status"] for answer in answers] == ["ok", "invalid", "ok", "invalid"]
    assert answers[0]["step_time_s"] == answers[2]["step_time_s"]
    assert answers[3]["reason"] == "id is there twice"


def test_an_empty_layout_is_chosen_by_the_planner():
    chosen = predict(tp="", pp="", dp="", cp="", zero_or_fsdp="", micro_batch="", recompute="")
    given = predict()

    assert chosen["status"] == "ok"
    assert "chosen: tp, pp" in chosen["reason"]
    assert float(chosen["step_time_s"]) <= float(given["step_time_s"])


def test_recompute_is_chosen_by_memory():
    roomy = predict(recompute="", zero_or_fsdp="zero1", seq_len="2048")
    tight = predict(recompute="", zero_or_fsdp="zero1", seq_len="16384", accel_mem_gb="80")

    assert float(roomy["peak_memory_gb"]) < 80
    assert float(tight["peak_memory_gb"]) < 80
    assert roomy["reason"] == tight["reason"] == "chosen: recompute"


@pytest.mark.parametrize(
    "changes",
    [
        {"seq_len": "4096"}, {"dtype": "fp8"}, {"accelerator": "H200", "accel_mem_gb": "141"},
        {"compile": "0"}, {"year": "2022"}, {"micro_batch": "2", "global_batch": "128"},
        {"notes": "head_dim=64"}, {"interconnect": "100 Gb/s per node"}, {"vocab": "32000"},
        {"zero_or_fsdp": "fsdp8 in node + dp"}, {"gated_mlp": "0"}, {"recompute": "selective"},
        {"n_kv_heads": "32"}, {"per_node": "4", "interconnect": "400 Gb/s per node"},
        {"global_batch": "256"}, {"n_accelerators": "32", "dp": "32"},
        {"sequence_parallel": "1", "tp": "2", "dp": "32"}, {"tp": "2", "dp": "32"},
    ],
)  # fmt: skip
def test_each_input_changes_the_answer(changes):
    assert predict(**changes)["step_time_s"] != predict()["step_time_s"]


def test_shared_structure_comes_from_notes_or_the_catalog():
    moe = {
        "arch": "moe-mla", "n_layers": "61", "d_model": "7168", "n_heads": "128",
        "n_kv_heads": "128", "d_ff": "18432", "vocab": "129280", "n_experts": "256",
        "experts_per_token": "8", "d_ff_expert": "2048", "ep": "64", "accelerator": "B200",
        "accel_mem_gb": "180", "n_accelerators": "256", "dp": "256", "global_batch": "256",
        "seq_len": "4096", "zero_or_fsdp": "zero1",
    }  # fmt: skip
    notes = (
        "q_lora_rank=1536 kv_lora_rank=512 qk_nope_head_dim=128 qk_rope_head_dim=64 "
        "v_head_dim=128 n_shared_experts=1 d_ff_shared_expert=2048 n_dense_layers_first=3"
    )

    by_notes = predict(**moe, model_name="other", notes=notes)
    by_name = predict(**moe, model_name="deepseek-v3")
    by_dimensions = predict(**moe, model_name="truncated")

    assert by_notes["status"] == by_name["status"] == "ok"
    assert by_notes["step_time_s"] == by_name["step_time_s"] == by_dimensions["step_time_s"]


def test_a_catalog_model_needs_no_dimensions():
    blank = dict.fromkeys(("n_layers", "d_model", "n_heads", "n_kv_heads", "d_ff", "vocab"), "")

    assert predict(**blank, model_name="llama-3.1-8b")["status"] == "ok"


def test_the_file_has_one_line_per_case_in_order(tmp_path):
    cases = write(tmp_path / "cases.csv", [BASE, BASE | {"id": "b", "tp": "5"}])
    out = tmp_path / "pred.csv"

    summary = predict_file(cases, out, load_catalog())

    with out.open(newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert tuple(reader.fieldnames[: len(HEADLINE)]) == HEADLINE
    assert [row["id"] for row in rows] == ["a", "b"]
    assert rows[1]["step_time_s"] == ""
    assert summary.statuses == {"ok": 1, "invalid": 1}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("id,accelerator\na,H100\n", "n_accelerators"),
        ('id,"unfinished\n', "is not CSV"),
        ("\x00\x01", "column is missing"),
        ("id,id,accelerator,n_accelerators,dtype,seq_len,global_batch\n", "column is there twice"),
    ],
)
def test_an_unusable_file_is_refused_as_a_whole(tmp_path, text, problem):
    cases = tmp_path / "cases.csv"
    cases.write_text(text)

    with pytest.raises(InputError, match=problem):
        predict_file(cases, tmp_path / "out.csv", load_catalog())

    assert not (tmp_path / "out.csv").exists()


def test_the_input_is_not_overwritten(tmp_path):
    cases = write(tmp_path / "cases.csv", [BASE])

    with pytest.raises(InputError, match="is the input file"):
        predict_file(cases, cases, load_catalog())


def test_a_row_of_the_wrong_length_is_invalid(tmp_path):
    cases = write(tmp_path / "cases.csv", [BASE])
    cases.write_text(cases.read_text() + "b,too,short\n")

    predicted = predict_file(cases, tmp_path / "out.csv", load_catalog()).predictions

    assert "has 3 cells" in predicted[1]["reason"]


def test_the_command_prints_json(tmp_path, capsys):
    cases = write(tmp_path / "cases.csv", [BASE])
    main = import_module("dcbench.cli.main").main

    with pytest.raises(SystemExit) as ended:
        main(["predict", str(cases), "--out", str(tmp_path / "out.csv"), "--json"])

    assert ended.value.code == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["predictions"][0]["status"] == "ok"


def test_the_command_exits_2_on_an_unusable_file(tmp_path):
    ended = run(
        [sys.executable, "-m", "dcbench", "predict", "absent.csv", "--out", "o.csv"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
