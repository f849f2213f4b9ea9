"""The tables' columns: one frozen dataclass per table; an empty cell is None.

A field without a default must be given when a user adds a row. Units are in the names or in
`dcbench.catalog.columns`; GB is 1e9 bytes, peaks are dense (no structured sparsity).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """What every row has."""

    id: str
    """Short, stable name."""
    name: str
    """Name as the source prints it."""
    aliases: tuple[str, ...] = ()
    """Further names that resolve, such as those nvidia-smi and torch print."""
    source: str
    evidence: str
    """`read` in the source, `recalled` from it by memory (weaker), or `user`."""
    recalled_cells: tuple[str, ...] = ()
    """Fields that are recalled although the row as a whole was read."""
    notes: str | None = None


@dataclass(frozen=True, kw_only=True)
class Accelerator(Row):
    """One accelerator as software sees it (GB200: one GPU, not the superchip)."""

    vendor: str
    arch: str
    memory_gb: float
    """Capacity that the vendor sells; `memory_mib_reported` is what the driver shows."""
    memory_gbps: float
    """GB/s."""
    year: int | None = None
    memory_mib_reported: float | None = None
    peak_tflops_fp64: float | None = None
    peak_tflops_fp32: float | None = None
    """Vector rate; the matrix units' rate is `peak_tflops_tf32`."""
    peak_tflops_tf32: float | None = None
    peak_tflops_bf16: float | None = None
    peak_tflops_fp16: float | None = None
    peak_tflops_fp8: float | None = None
    peak_tflops_fp6: float | None = None
    peak_tflops_fp4: float | None = None
    peak_tflops_int8: float | None = None
    l2_mb: float | None = None
    sm_count: int | None = None
    """Streaming multiprocessors, compute units, or TPU and Neuron cores."""
    boost_mhz: float | None = None
    tensor_peak_clock_mhz: float | None = None
    """Clock at which the published matrix peaks hold; the boost clock can be higher."""
    scaleup_kind: str | None = None
    scaleup_gbps_per_direction: float | None = None
    """GB/s in one direction; vendors print both directions together."""
    scaleup_domain_size: int | None = None
    pcie_gbps_per_direction: float | None = None
    """GB/s."""
    tdp_w: float | None = None
    idle_w: float | None = None
    price_usd_estimate: float | None = None
    price_year: int | None = None
    cloud_usd_per_hour_estimate: float | None = None
    embodied_kgco2e: float | None = None

    def peak_flops(self, precision: str) -> float | None:
        """Dense peak in FLOP/s for `bf16`, `fp8`, `tf32` ...; None where the part has no such unit.

        Args:
            precision: fp64, fp32, tf32, bf16, fp16, fp8, fp6, fp4 or int8.
        """
        peak: float | None = getattr(self, f"peak_tflops_{precision}", None)
        return None if peak is None else peak * 1e12


@dataclass(frozen=True, kw_only=True)
class Model(Row):
    """A transformer's shape, and what was published about its training."""

    family: str | None = None
    params_total: int
    params_active: int
    """Parameters that a token passes through; equals `params_total` when dense."""
    n_layers: int
    """Per stack for encoder-decoder models; of all kinds together for hybrid ones."""
    d_model: int
    n_heads: int
    n_kv_heads: int
    head_dim: int
    d_ff: int | None = None
    """Of the dense layers; None when every layer is a mixture of experts."""
    gated_mlp: bool
    vocab: int | None = None
    """None for vision transformers."""
    tied_embeddings: bool
    max_seq: int
    attention_kind: str
    """mha, gqa, mqa or mla, then `+` and what deviates, such as `swa(4096)`."""
    q_lora_rank: int | None = None
    kv_lora_rank: int | None = None
    qk_nope_head_dim: int | None = None
    qk_rope_head_dim: int | None = None
    v_head_dim: int | None = None
    n_experts: int | None = None
    """Routed experts per layer."""
    experts_per_token: int | None = None
    n_shared_experts: int | None = None
    d_ff_expert: int | None = None
    d_ff_shared_expert: int | None = None
    """Of one shared expert."""
    n_dense_layers_first: int | None = None
    moe_layer_step: int | None = None
    """Every so many layers is a mixture of experts."""
    attention_layers: int | None = None
    """Layers with attention; None when all have it."""
    ssm_layers: int | None = None
    """Layers with a state-space mixer."""
    mlp_layers: int | None = None
    """Layers with an MLP or a mixture of experts; None when all have one."""
    ssm_inner: int | None = None
    """Channels of a state-space mixer."""
    ssm_state: int | None = None
    ssm_groups: int | None = None
    ssm_heads: int | None = None
    ssm_conv: int | None = None
    ssm_dt_rank: int | None = None
    """Mamba-1 only."""
    expert_latent: int | None = None
    """Width that routed experts read and write; None when it is d_model."""
    mtp_layers: int | None = None
    """Multi-token prediction passes in training; their parameters are not in `params_total`."""
    patch_size: int | None = None
    """Pixels along one side of a patch, three colours; vision transformers."""
    classes: int | None = None
    """Outputs of a classifier."""
    train_tokens_published: float | None = None
    train_compute_published: float | None = None
    """FLOP."""
    train_hardware_published: str | None = None
    train_gpu_hours_published: float | None = None
    train_energy_mwh_published: float | None = None
    evidence_training: str | None = None


@dataclass(frozen=True, kw_only=True)
class Node(Row):
    """A server, a rack sold as one, or a cloud instance."""

    kind: str
    """`system`, `rack` or `cloud`."""
    accelerator: str
    """Id in the accelerator table."""
    accelerators_per_node: int
    gpus_per_os_node: int | None = None
    cpu: str | None = None
    cpu_sockets: int | None = None
    ram_gb: float | None = None
    scaleout_nics: int | None = None
    scaleout_nic_gbps: float | None = None
    """Gbit/s."""
    scaleout_gbps_total: float | None = None
    """Gbit/s."""
    frontend_nics: str | None = None
    scaleup_topology: str | None = None
    scaleup_domain: int | None = None
    local_nvme: str | None = None
    rack_units: float | None = None
    max_power_kw: float | None = None
    typical_training_power_kw: float | None = None
    typical_power_basis: str | None = None
    idle_kw: float | None = None
    cooling: str | None = None
    liquid_fraction: float | None = None
    """Share of the heat that leaves in liquid."""
    price_usd_estimate: float | None = None
    price_year: int | None = None
    cloud_usd_per_hour_ondemand: float | None = None
    cloud_usd_per_hour_reserved: float | None = None


@dataclass(frozen=True, kw_only=True)
class Network(Row):
    """A switch, network card, transceiver or cable."""

    category: str
    vendor: str | None = None
    fabric: str | None = None
    ports: int | None = None
    gbps_per_port: float | None = None
    """Gbit/s."""
    total_tbps: float | None = None
    """Tbit/s in one direction."""
    rack_units: float | None = None
    power_w_typical: float | None = None
    power_w_max: float | None = None
    price_usd_estimate: float | None = None
    price_year: int | None = None
    latency_ns: float | None = None
    reach_m: float | None = None


@dataclass(frozen=True, kw_only=True)
class Site(Row):
    """A place: climate normals by month, electricity price, grid carbon.

    `source` is that of the climate; `evidence` is the weakest of the four groups.
    """

    country: str | None = None
    """ISO 3166-1 alpha-2."""
    region: str | None = None
    latitude: float
    """Degrees north."""
    longitude: float
    """Degrees east."""
    elevation_m: float
    dry_bulb_c: tuple[float, ...]
    """Monthly means, shape (12,)."""
    dew_point_c: tuple[float, ...]
    """Monthly means, shape (12,)."""
    daily_range_c: tuple[float, ...]
    """Mean daily maximum minus minimum of the dry bulb, K, shape (12,)."""
    sd_daily_mean_c: tuple[float, ...] | None = None
    """Standard deviation of daily means within the month, K, shape (12,)."""
    climate_evidence: str | None = None
    design_db_0p4_c: float | None = None
    """Dry bulb exceeded 0.4 % of the year."""
    design_db_1_c: float | None = None
    design_wb_0p4_c: float | None = None
    design_wb_1_c: float | None = None
    design_source: str | None = None
    design_evidence: str | None = None
    elec_price_industrial_usd_kwh: float | None = None
    price_source: str | None = None
    price_evidence: str | None = None
    grid_ci_gco2_kwh: float | None = None
    """Grid carbon intensity on the basis that `ci_basis` names."""
    grid_ci_lca_gco2_kwh: float | None = None
    """The same over the life cycle of the power plants, where published."""
    ci_basis: str | None = None
    """`direct` (at the stack) or `lifecycle`."""
    ci_source: str | None = None
    ci_evidence: str | None = None


@dataclass(frozen=True, kw_only=True)
class SiteRisk(Row):
    """What threatens a site; the id is that of the site.

    Classes run from 0 (best) to 4 (worst), carriers the other way round. None is unknown, never
    zero. A row is as weak as its weakest cell, so `read_cells` names what was read in a source.
    """

    grid_saidi_min_per_year: float | None = None
    """Mean interruption of a customer, System Average Interruption Duration Index (IEEE 1366)."""
    grid_saidi_basis: str | None = None
    """Whose network, which years, with or without exceptional events."""
    seismic_class: int | None = None
    """475-year peak ground acceleration on rock: < 0.05 g, < 0.1, < 0.2, < 0.4, 4: more."""
    flood_class: int | None = None
    """None, local, parts in a 100-year zone, large parts or behind defences, frequent or surge."""
    tropical_cyclone_class: int | None = None
    """100-year one-minute wind: < 18 m/s, < 33, < 43, < 50, 4: more."""
    wildfire_class: int | None = None
    """0 urban or non-burnable to 4 extreme."""
    tornado_class: int | None = None
    """0 negligible to 4 core of a tornado alley."""
    water_stress_class: int | None = None
    """Baseline water stress, WRI Aqueduct 4.0: low, low-medium, medium-high, high, 4 extreme."""
    heat_extreme_c: float | None = None
    """Highest dry bulb on record."""
    internet_exchange: str | None = None
    rtt_ms_to_nearest_hub: float | None = None
    """Round trip to the nearest network hub; estimated from the distance unless read."""
    carriers_class: int | None = None
    """0 no carrier, 1 few, 2 regional, 3 national hub, 4 global hub: more is better."""
    data_residency: str | None = None
    """Laws on personal and other data."""
    power_availability_note: str | None = None
    incentives_note: str | None = None
    read_cells: tuple[str, ...] = ()
    """Fields read in a source, or given by the user, although the row as a whole is recalled."""


@dataclass(frozen=True, kw_only=True)
class Price(Row):
    """A price or cost anchor with its year and basis."""

    category: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    year: int
    region: str | None = None


@dataclass(frozen=True, kw_only=True)
class Failure(Row):
    """Interruptions published for one cluster or run."""

    accelerator: str
    n_gpus: int | None = None
    duration_days: float | None = None
    interruptions: int | None = None
    interruption_scope: str | None = None
    per_1000_gpu_days: float | None = None
    mttf_hours_at_scale: float | None = None
    cause_breakdown: str | None = None
    detect_time_min: float | None = None
    checkpoint_interval_min: float | None = None
    checkpoint_time_s: float | None = None
    restart_time_min: float | None = None
    goodput_or_ettr: str | None = None


@dataclass(frozen=True, kw_only=True)
class Equipment(Row):
    """One figure about facility equipment: an efficiency, cost, lead time or failure rate."""

    category: str
    quantity: str
    unit: str
    """Of `low`, `mid`, `high` and the values at part load."""
    low: float | None = None
    mid: float | None = None
    high: float | None = None
    at_25pct: float | None = None
    at_50pct: float | None = None
    at_75pct: float | None = None
    at_100pct: float | None = None
    lifetime_years: str | None = None
