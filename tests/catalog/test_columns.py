from __future__ import annotations

from dataclasses import fields

from dcbench.catalog.columns import unit_of
from dcbench.catalog.packaged import TABLES
from dcbench.catalog.reading import field_types

# Counts, years, shares and sizes of a network that have no unit; prices, equipment: `unit` column.
UNITLESS = {
    "year", "price_year", "sm_count", "scaleup_domain_size", "params_total", "params_active",
    "n_layers", "d_model", "n_heads", "n_kv_heads", "head_dim", "d_ff", "gated_mlp", "vocab",
    "tied_embeddings", "q_lora_rank", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim",
    "v_head_dim", "n_experts", "experts_per_token", "n_shared_experts", "d_ff_expert",
    "d_ff_shared_expert", "n_dense_layers_first", "moe_layer_step", "accelerators_per_node",
    "gpus_per_os_node", "cpu_sockets", "scaleout_nics", "scaleup_domain", "rack_units",
    "liquid_fraction", "ports", "n_gpus", "interruptions", "value", "low", "mid", "high",
    "at_25pct", "at_50pct", "at_75pct", "at_100pct", "attention_layers", "ssm_layers", "mlp_layers",
    "ssm_inner", "ssm_state", "ssm_groups", "ssm_heads", "ssm_conv", "ssm_dt_rank",
    "expert_latent", "mtp_layers", "patch_size", "classes", "seismic_class", "flood_class",
    "tropical_cyclone_class", "wildfire_class", "tornado_class", "water_stress_class",
    "carriers_class",
}  # fmt: skip


def test_every_numeric_column_has_a_unit_or_is_known_to_have_none():
    numeric = {float, float | None, int, int | None, tuple[float, ...], tuple[float, ...] | None}
    for kind in TABLES.values():
        types = field_types(kind)
        for field in fields(kind):
            if types[field.name] in numeric:
                assert bool(unit_of(field.name)) != (field.name in UNITLESS), field.name


def test_units_that_look_alike_are_told_apart():
    # Memory and NVLink are quoted in bytes, network ports in bits.
    assert unit_of("memory_gbps") == unit_of("scaleup_gbps_per_direction") == "GB/s"
    assert unit_of("scaleout_nic_gbps") == unit_of("gbps_per_port") == "Gbit/s"
