"""The unit of each numeric column, for showing rows to people."""

from __future__ import annotations

_UNITS = {
    "memory_gbps": "GB/s",
    "scaleup_gbps_per_direction": "GB/s",
    "pcie_gbps_per_direction": "GB/s",
    "memory_mib_reported": "MiB",
    "scaleout_nic_gbps": "Gbit/s",
    "scaleout_gbps_total": "Gbit/s",
    "gbps_per_port": "Gbit/s",
    "total_tbps": "Tbit/s",
    "embodied_kgco2e": "kgCO2e",
    "price_usd_estimate": "USD",
    "cloud_usd_per_hour_estimate": "USD/h",
    "cloud_usd_per_hour_ondemand": "USD/h",
    "cloud_usd_per_hour_reserved": "USD/h",
    "elec_price_industrial_usd_kwh": "USD/kWh",
    "grid_ci_gco2_kwh": "gCO2e/kWh",
    "grid_ci_lca_gco2_kwh": "gCO2e/kWh",
    "grid_saidi_min_per_year": "min/year",
    "rtt_ms_to_nearest_hub": "ms",
    "latitude": "degrees north",
    "longitude": "degrees east",
    "daily_range_c": "K",
    "sd_daily_mean_c": "K",
    "train_compute_published": "FLOP",
    "train_energy_mwh_published": "MWh",
    "train_gpu_hours_published": "h",
    "train_tokens_published": "tokens",
    "max_seq": "tokens",
    "per_1000_gpu_days": "1/(1000 GPU days)",
    "mttf_hours_at_scale": "h",
    "lifetime_years": "years",
    "duration_days": "days",
}
_SUFFIXES = {"_kw": "kW", "_gb": "GB", "_mb": "MB", "_mhz": "MHz", "_w": "W", "_c": "°C",
             "_m": "m", "_ns": "ns", "_min": "min", "_s": "s"}  # fmt: skip


def unit_of(column: str) -> str:
    """Give the unit of a column; empty for counts, shares and text.

    The values of prices and equipment have their unit in the row's own `unit`.
    """
    if column in _UNITS:
        return _UNITS[column]
    if column.startswith("peak_tflops_"):
        return "TFLOP/s"
    if column.startswith("power_w"):
        return "W"
    return next((unit for end, unit in _SUFFIXES.items() if column.endswith(end)), "")
