"""Rows of models beyond decoder-only transformers, and structure that only notes state."""

from __future__ import annotations

import pytest

from dcbench.catalog import load_catalog
from dcbench_planner.prediction.cells import CellError, UnsupportedError
from dcbench_planner.prediction.predict import predict_rows
from dcbench_planner.prediction.structure import row_shape
from tests.planner.training.builders import catalog_shape

CATALOG = load_catalog()
RUN = {
    "id": "a", "seq_len": "4096", "accelerator": "H100", "accel_mem_gb": "80", "per_node": "8",
    "n_accelerators": "64", "dtype": "bf16", "global_batch": "128", "year": "2026",
}  # fmt: skip
HYBRID = {
    "arch": "hybrid", "n_layers": "52", "d_model": "4096", "n_heads": "32", "n_kv_heads": "8",
    "d_ff": "21504", "vocab": "131072", "notes": "head_dim=128 ssm_inner=8192 ssm_groups=8"
    " mamba_layers=24 attention_layers=4 mlp_layers=24",
}  # fmt: skip
DEEPSEEK = {
    "arch": "moe-mla", "model_name": "mine", "n_layers": "61", "d_model": "7168",
    "n_heads": "128", "d_ff": "18432", "vocab": "129280", "n_experts": "256",
    "experts_per_token": "8", "d_ff_expert": "2048",
}  # fmt: skip
T5 = {
    "arch": "t5", "n_layers": "24", "d_model": "1024", "n_heads": "128", "d_ff": "65536",
    "vocab": "32128", "notes": "head_dim=128", "seq_len": "512",
}  # fmt: skip
BERT = {"arch": "bert", "n_layers": "24", "d_model": "1024", "n_heads": "16", "d_ff": "4096",
        "vocab": "30522", "seq_len": "512"}  # fmt: skip
VIT = {"arch": "vit", "n_layers": "24", "d_model": "1024", "n_heads": "16", "d_ff": "4096",
       "seq_len": "197", "notes": "patch_size=16 classes=1000"}  # fmt: skip


def shape(**cells):
    return row_shape(cells, CATALOG)


@pytest.mark.parametrize(
    "name",
    ["Nemotron-3-Nano", "Nemotron-3-Super", "Nemotron-3-Ultra", "Nemotron-3.5-Lightning",
     "jamba", "mamba2-2.7b", "bert-base", "t5-3b", "vit-l-16"],
)  # fmt: skip
def test_a_row_with_only_a_name_is_the_catalogs_model(name):
    known = catalog_shape(name)

    assert shape(model_name=name).params_total == known.params_total


@pytest.mark.parametrize(
    ("cells", "model"),
    [(HYBRID, "nemotron-h-8b"), (T5, "t5-11b"), (BERT, "bert-large-uncased"), (VIT, "vit-l-16")],
)
def test_cells_and_notes_give_the_shape_of_the_catalog(cells, model):
    described, known = shape(**cells), catalog_shape(model)

    assert described.params_total == known.params_total
    assert described.causal == known.causal
    assert described.output_token_share == pytest.approx(known.output_token_share)


def test_a_mamba_row_needs_no_counts_of_layers():
    cells = {"arch": "mamba", "n_layers": "64", "d_model": "2560", "n_heads": "80",
             "vocab": "50288", "notes": "ssm_inner=5120", "params_total": "2702599680"}  # fmt: skip

    assert shape(**cells).params_total == catalog_shape("mamba2-2.7b").params_total


TOKENS = (
    "q_lora_rank=1536 kv_lora_rank=512 qk_nope_head_dim=128 qk_rope_head_dim=64 v_head_dim=128"
    " n_shared_experts=1 d_ff_shared_expert=2048 n_dense_layers_first=3 mtp_layers=1"
)
PHRASES = (
    "MLA: q_lora 1536, kv_lora 512, qk_nope 128, qk_rope 64, v_head 128; 1 shared expert (2048);"
    " first 3 layers dense (d_ff); MTP layer status inferred enabled"
)


def test_dense_layers_of_a_truncated_model_are_read():
    # SimuMax's tables: "1 dense layer then MoE", where the whole model has three
    cut = DEEPSEEK | {"n_layers": "4", "model_name": "deepseekv3-4L"}

    assert shape(**cut, notes="1 dense layer then MoE").n_dense_layers_first == 1


@pytest.mark.parametrize("notes", [TOKENS, PHRASES])
def test_structure_is_read_from_tokens_and_from_the_phrases_of_published_tables(notes):
    described, known = shape(**DEEPSEEK, notes=notes), catalog_shape("deepseek-v3")

    assert described.params_total == known.params_total
    assert described.params_mtp == known.params_mtp


@pytest.mark.parametrize(
    ("notes", "passes"),
    [("", 0), ("MTP layer enabled", 1), ("MTP layer disabled", 0), ("mtp_layers=2", 2)],
)
def test_multi_token_prediction_of_a_described_model_is_what_the_notes_say(notes, passes):
    cells = DEEPSEEK | {"model_name": "DeepSeek-V3"}

    assert shape(**cells, notes=notes).mtp_layers == passes


def test_a_named_model_fills_cells_that_its_row_leaves_empty():
    cells = {"model_name": "Qwen3-30B-A3B", "arch": "moe", "n_layers": "48", "d_model": "2048",
             "n_heads": "32", "n_kv_heads": "4"}  # fmt: skip

    # but for the norms of queries and keys, 48 x 256 parameters, which no cell tells of
    assert shape(**cells).params_total == catalog_shape("qwen3-30b-a3b").params_total - 48 * 256


def test_a_head_size_in_the_notes_is_that_of_values_too():
    described = shape(arch="gpt", n_layers="8", d_model="6144", n_heads="24", d_ff="24576",
                      vocab="32768", notes="head_dim=128")  # fmt: skip

    assert (described.head_dim, described.v_head_dim) == (128, 128)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"notes": ""}, "missing ssm_inner"),
        ({"notes": "ssm_inner=8192"}, "missing ssm_layers"),
        ({"notes": "ssm_inner=8192 ssm_layers=60"}, "do not fit 52 layers"),
        ({"n_layers": "", "model_name": "Nemotron-9"}, "Nemotron-9 is not in the catalog"),
        ({"d_ff": ""}, "missing d_ff"),
    ],
)
def test_what_a_hybrid_row_lacks_is_named(changes, reason):
    with pytest.raises(CellError, match=reason):
        shape(**(HYBRID | {"d_model": "4160"} | changes))


def test_unknown_architectures_are_named():
    with pytest.raises(UnsupportedError, match="retnet"):
        shape(arch="RetNet")


@pytest.mark.parametrize(
    "changes",
    [
        HYBRID, BERT, VIT | {"global_batch": "4096"}, T5,
        {"model_name": "Nemotron-3-Nano", "dtype": "fp8"}, {"model_name": "jamba"},
        {"model_name": "mamba2-2.7b"},
    ],
)  # fmt: skip
def test_rows_of_every_kind_get_a_time(changes):
    answer = predict_rows([RUN | changes], CATALOG)[0]

    assert answer["status"] == "ok", answer["reason"]
    assert float(answer["step_time_s"]) > 0
    assert 0 < float(answer["mfu"]) < 1
