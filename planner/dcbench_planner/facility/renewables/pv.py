"""Photovoltaics: power per kilowatt of modules, by the model of PVWatts version 5.

Dobos 2014, NREL/TP-6A20-62641; module temperature Faiman 2008; sky Hay and Davies 1980.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.renewables.sky import Sunshine, load_pvlib


def pv_share(sun: Sunshine, dry_bulb_c: Array, latitude: float, book: AssumptionBook) -> Array:
    """Give alternating-current power over module rating for each hour, 0 to 1/dc_per_ac.

    Fixed modules that face the equator, tilted by a share of the latitude.

    Args:
        sun: of the same hours.
        dry_bulb_c: air, shape (8760,).
        latitude: degrees north.
        book: `renewables.pv_*`.

    Raises:
        EnvironmentUnfitError: pvlib is not installed.
    """
    pvlib = load_pvlib()
    plane, angle = _on_modules(sun, latitude, book)
    direct = plane["poa_direct"] * pvlib.iam.physical(angle)
    effective = np.nan_to_num(np.maximum(direct, 0.0) + plane["poa_diffuse"])
    total = np.nan_to_num(plane["poa_global"])
    cell = pvlib.temperature.faiman(total, dry_bulb_c, book["renewables.pv_wind_m_per_s"])
    per_k = book["renewables.pv_power_per_k"]
    modules = pvlib.pvsystem.pvwatts_dc(effective, cell, 1.0, per_k)
    modules = np.maximum(modules, 0.0) * (1 - book["renewables.pv_losses"])
    efficiency = book["renewables.pv_inverter_efficiency"]
    inverter_input = 1 / book["renewables.pv_dc_per_ac"] / efficiency
    power = pvlib.inverter.pvwatts(modules, inverter_input, efficiency)
    return np.asarray(np.maximum(power, 0.0), dtype=np.float64)


def _on_modules(
    sun: Sunshine, latitude: float, book: AssumptionBook
) -> tuple[dict[str, Array], Array]:
    """Give irradiance on the tilted plane, W/m², and the angle of incidence, degrees."""
    irradiance = load_pvlib().irradiance
    tilt = book["renewables.pv_tilt_per_latitude"] * abs(latitude)
    facing = 180.0 if latitude >= 0 else 0.0
    plane = irradiance.get_total_irradiance(
        tilt, facing, sun.zenith_deg, sun.azimuth_deg, sun.direct_w_per_m2, sun.global_w_per_m2,
        sun.diffuse_w_per_m2, dni_extra=sun.above_air_w_per_m2, model="haydavies",
        albedo=book["renewables.pv_albedo"],
    )  # fmt: skip
    angle = irradiance.aoi(tilt, facing, sun.zenith_deg, sun.azimuth_deg)
    return {part: np.asarray(plane[part]) for part in plane}, np.asarray(angle)
