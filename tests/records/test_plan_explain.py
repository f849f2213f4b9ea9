"""The reasons of a plan: optional, strict, equal after a round trip."""

from __future__ import annotations

import copy
import json

import pytest

from dcbench.errors import InputError
from dcbench.records.files import to_json, validate
from dcbench.records.plan import LayoutPart, Plan
from tests.records.examples import PLAN

EXPLAIN = {
    "time_waterfall": [
        {"key": "ideal", "label": "ideal", "time_s": 1.1, "share": 1.1},
        {"key": "logits", "label": "logits", "time_s": -0.1, "share": -0.1, "note": "what it is"},
    ],
    "memory_waterfall": [{"key": "w", "label": "weights", "size_bytes": 6e10, "share": 0.75}],
    "memory_by_stage": [{"stage": 0, "peak_bytes": 6e10}],
    "usable_bytes": 7.5e10,
    "headroom_bytes": -1e9,
    "limits": [{"key": "host", "label": "host", "change": "half of it", "gain": 0.01}],
    "binding": "Host: half of it +1 %.",
    "curves": [
        {"key": "gemm", "label": "matrix products", "value": 7e14, "unit": "flop/s",
         "provenance": "published", "evidence": "read", "source": "a paper"},
    ],
    "interval": {"p10_s": 0.8, "p50_s": 1.0, "p90_s": 1.25, "log_sd": 0.17, "kind": "a class"},
}  # fmt: skip


def explained(**changes):
    data = copy.deepcopy(PLAN) | {"explain": copy.deepcopy(EXPLAIN) | changes}
    data["memory"]["fits_probability"] = 0.97
    return data


def test_a_plan_written_before_there_were_reasons_loads():
    record = validate(copy.deepcopy(PLAN), Plan, "plan")

    assert record.explain is None
    assert record.memory.fits_probability is None
    assert "explain" not in json.loads(to_json(record))  # absent means none; null is not written


def test_reasons_survive_a_round_trip():
    record = validate(explained(), Plan, "plan")

    assert validate(json.loads(to_json(record)), Plan, "plan") == record
    assert record.explain.time_waterfall[1].time_s == -0.1
    assert record.memory.fits_probability == 0.97


def test_every_reason_may_be_left_out():
    record = validate(copy.deepcopy(PLAN) | {"explain": {}}, Plan, "plan")

    assert record.explain.limits == ()
    assert record.explain.interval is None


@pytest.mark.parametrize(
    "changes",
    [
        {"limits": [EXPLAIN["limits"][0] | {"gain": -0.1}]},
        {"limits": [EXPLAIN["limits"][0] | {"gain": float("nan")}]},
        {"curves": [EXPLAIN["curves"][0] | {"provenance": "heard"}]},
        {"interval": EXPLAIN["interval"] | {"p10_s": 0.0}},
        {"memory_by_stage": [{"stage": -1, "peak_bytes": 1.0}]},
        {"unknown": 1},
    ],
)
def test_impossible_reasons_are_refused(changes):
    with pytest.raises(InputError):
        validate(explained(**changes), Plan, "plan")


def test_a_layout_in_words_leaves_out_what_is_not_used():
    plain = LayoutPart(
        tp=1, pp=1, dp=8, zero=1, micro_batch=2, global_batch=64, recompute="none"
    )  # fmt: skip
    rich = plain.model_copy(
        update={
            "tp": 4, "pp": 2, "shard": 4, "schedule": "dual-pipe-v", "recompute": "full",
            "recompute_share": 0.25,
        }
    )  # fmt: skip

    assert plain.in_words() == ("DP 8", "ZeRO-1", "micro-batch 2")
    assert rich.in_words() == (
        "TP 4", "PP 2", "DP 8", "ZeRO-1 over 4", "micro-batch 2", "dual-pipe-v",
        "full recompute of 25%",
    )  # fmt: skip
