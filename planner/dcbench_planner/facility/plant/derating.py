"""What heat and altitude leave of a rating: generators, transformers, UPS, air-cooled plant.

Each rule is linear beyond the service conditions that a rating holds for. Coefficients are entries
`plant.*_derate_*` of the book.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.climate.psychrometrics import pressure_at
from dcbench_planner.facility.climate.site_climate import SiteClimate

_HOT_C = 40.0
"""Highest service temperature of engines and electrical plant (ISO 3046-1, IEC 60076-1)."""
_MEAN_C = 20.0
"""Yearly mean of the service conditions of transformers (IEC 60076-1)."""
_HIGH_M = 1000.0
"""Altitude up to which ratings of electrical plant hold (IEC 60076-1, IEC 62040-3)."""
_AIR_CHILLER_C = 35.0
"""Outside air at the rating point of air-cooled machines (AHRI 550/590)."""
_WATER_CHILLER_C = 29.4
"""Condenser water at the rating point of water-cooled machines (AHRI 550/590)."""
_SMALLEST = 0.3
"""No machine is sold for a site where less of it is left."""


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The air that plant is sized for."""

    hottest_c: float
    """Dry bulb at the coolers and engines, recirculated exhaust included."""
    wettest_c: float
    """Wet bulb likewise."""
    mean_c: float
    elevation_m: float


Rule = Callable[[Conditions, AssumptionBook], float]


def conditions(climate: SiteClimate, book: AssumptionBook) -> Conditions:
    """Give the worst of the design conditions of a site."""
    recirculated = book["cooling.recirculation_k"]
    return Conditions(
        hottest_c=float(climate.design.dry_bulb_c.max()) + recirculated,
        wettest_c=float(climate.design.wet_bulb_c.max()) + recirculated,
        mean_c=float(climate.year.dry_bulb_c.mean()), elevation_m=climate.elevation_m,
    )  # fmt: skip


def derate(kind: str, at: Conditions, book: AssumptionBook) -> float:
    """Give the usable share of a rating of one kind of plant; 1 where no rule is known."""
    rule = _RULES.get(kind)
    return 1.0 if rule is None else float(min(max(rule(at, book), _SMALLEST), 1.0))


def air_share(elevation_m: float) -> float:
    """Give the density of air at an altitude over that at sea level, at equal temperature."""
    return float(pressure_at(elevation_m) / pressure_at(0.0))


def _generator(at: Conditions, book: AssumptionBook) -> float:
    hot = book["plant.generator_derate_per_k"] * max(at.hottest_c - _HOT_C, 0)
    return float(1 - hot - book["plant.generator_derate_per_m"] * _height(at))


def _transformer(at: Conditions, book: AssumptionBook) -> float:
    hot = max(at.mean_c - _MEAN_C, at.hottest_c - _HOT_C, 0)
    lost = book["plant.transformer_derate_per_k"] * hot
    return float(1 - lost - book["plant.transformer_derate_per_m"] * _height(at))


def _ups(at: Conditions, book: AssumptionBook) -> float:
    """UPS rooms are cooled: only the altitude counts."""
    return float(1 - book["plant.ups_derate_per_m"] * _height(at))


def _air_chiller(at: Conditions, book: AssumptionBook) -> float:
    hot = book["plant.air_chiller_derate_per_k"] * max(at.hottest_c - _AIR_CHILLER_C, 0)
    return float(1 - hot - book["plant.air_chiller_derate_per_m"] * max(at.elevation_m, 0))


def _water_chiller(at: Conditions, book: AssumptionBook) -> float:
    water_c = at.wettest_c + book["cooling.tower_approach_k"]
    return float(1 - book["plant.water_chiller_derate_per_k"] * max(water_c - _WATER_CHILLER_C, 0))


def _dry_cooler(at: Conditions, book: AssumptionBook) -> float:
    """Thin air; the design temperature is in the hours, where compressors take the shortfall."""
    return float(air_share(at.elevation_m) ** book["cooling.dry_cooler_air_exponent"])


def _air_mover(at: Conditions, book: AssumptionBook) -> float:  # noqa: ARG001 one signature
    """Fans move volume: the heat it carries falls with the density."""
    return air_share(at.elevation_m)


def _height(at: Conditions) -> float:
    return max(at.elevation_m - _HIGH_M, 0.0)


_RULES: dict[str, Rule] = {
    "generators": _generator,
    "transformers": _transformer,
    "hv_transformers": _transformer,
    "ups": _ups,
    "mechanical_ups": _ups,
    "air_cooled_chillers": _air_chiller,
    "dx_units": _air_chiller,
    "water_cooled_chillers": _water_chiller,
    "dry_coolers": _dry_cooler,
    "adiabatic_coolers": _dry_cooler,
    "indirect_evaporative_units": _air_mover,
    "room_units": _air_mover,
}
