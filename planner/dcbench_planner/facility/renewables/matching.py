"""Supply against load, hour by hour: what is used, stored, sold and bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dcbench_planner.facility.climate.psychrometrics import Array
from dcbench_planner.facility.renewables.battery import Battery, Cycled, cycle


@dataclass(frozen=True, kw_only=True, eq=False)
class Matched:
    """One year of hours; arrays in kW, shape (n,).

    `load = on-site direct + contract direct + discharge + uncovered`, and
    `on-site = direct + charged + exported`, `contract = direct + charged + unused`.
    """

    load_kw: Array
    on_site_kw: Array
    contract_kw: Array
    on_site_direct_kw: Array
    contract_direct_kw: Array
    on_site_charged_kw: Array
    contract_charged_kw: Array
    battery: Cycled

    @property
    def uncovered_kw(self) -> Array:
        """Load met neither by clean supply of the hour nor from the battery."""
        covered = self.on_site_direct_kw + self.contract_direct_kw + self.battery.discharge_kw
        return np.maximum(self.load_kw - covered, 0.0)

    @property
    def grid_kw(self) -> Array:
        """Through the utility meter, contract energy included."""
        return self.uncovered_kw + self.contract_direct_kw + self.contract_charged_kw

    @property
    def exported_kw(self) -> Array:
        """On-site surplus that the battery did not take."""
        return self.on_site_kw - self.on_site_direct_kw - self.on_site_charged_kw

    @property
    def cfe_share(self) -> float:
        """Sum of min(load, clean supply) over the load; delivered from the battery counts."""
        return float(1 - self.uncovered_kw.sum() / self.load_kw.sum())


def matched(load_kw: Array, on_site_kw: Array, contract_kw: Array, battery: Battery) -> Matched:
    """Serve the load from the site first, then from contracts, then from the battery.

    The battery takes the on-site surplus first, then the contract's.

    Args:
        load_kw: facility at the utility meter, one value an hour.
        on_site_kw: photovoltaics and wind behind the meter.
        contract_kw: contracted clean energy delivered over the grid.
        battery: with zero energy it does nothing.
    """
    on_site_direct = np.minimum(load_kw, on_site_kw)
    contract_direct = np.minimum(load_kw - on_site_direct, contract_kw)
    own_surplus = on_site_kw - on_site_direct
    surplus = own_surplus + (contract_kw - contract_direct)
    cycled = cycle(surplus, load_kw - on_site_direct - contract_direct, battery)
    own_charged = np.minimum(cycled.charge_kw, own_surplus)
    return Matched(
        load_kw=load_kw, on_site_kw=on_site_kw, contract_kw=contract_kw,
        on_site_direct_kw=on_site_direct, contract_direct_kw=contract_direct,
        on_site_charged_kw=own_charged, contract_charged_kw=cycled.charge_kw - own_charged,
        battery=cycled,
    )  # fmt: skip
