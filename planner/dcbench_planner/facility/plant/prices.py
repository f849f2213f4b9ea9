"""What plant costs: installed price per unit of rating, from the catalog or the book."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dcbench.catalog import Catalog
from dcbench.errors import Fault, InputError
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.plant.bill import Plant
from dcbench_planner.facility.plant.units import Fleet, unit_sizes

_BOOK = "plant."


def plant_usd(plant: Plant, catalog: Catalog, book: AssumptionBook) -> float:
    """Give the installed cost of all units, spares included.

    Prices of attached kinds are in their host's: batteries in the UPS's, tanks in the generators',
    HV/MV transformers in the feed's.
    """
    return math.fsum(fleet_usd(plant.fleets, catalog, book).values())


def fleet_usd(
    fleets: Mapping[str, Fleet], catalog: Catalog, book: AssumptionBook
) -> dict[str, float]:
    """Give the installed cost by kind; kinds whose price is in another's are left out."""
    priced = {kind: fleet for kind, fleet in fleets.items() if _source(kind)}
    return {
        kind: usd_per_rating(kind, catalog, book) * fleet.total_rating
        for kind, fleet in priced.items()
    }


def usd_per_rating(kind: str, catalog: Catalog, book: AssumptionBook) -> float:
    """Give USD per kW, kVA, L/s or m3 of rating; a kVA is taken to cost what a kW does.

    Raises:
        InputError: a catalog of the user's has no price for it.
    """
    source = _source(kind)
    if source.startswith(_BOOK):
        return float(book[source])
    price = catalog.equipment.resolve(source, where="equipment").mid
    if price is None:
        fix = "give its price in the column mid"
        raise InputError(Fault(where="equipment", field=source, problem="has no price", fix=fix))
    return price


def _source(kind: str) -> str:
    sizes = unit_sizes().get(kind)
    return "" if sizes is None else sizes.usd_from
