"""Facility and audit records with every part filled; plausible numbers, none a measurement."""

from __future__ import annotations

import json
from typing import Any

from dcbench.records.audit import AuditRecord
from dcbench.records.facility import FacilityRecord
from tests.reports import samples

_SEASON = (0.0, 0.03, 0.2, 0.4, 0.65, 0.9, 1.0, 0.95, 0.7, 0.4, 0.15, 0.05)


def facility_with_all_parts(**changes) -> FacilityRecord:
    """Make a record of version 2 with all its parts."""
    data = json.loads(samples.facility().model_dump_json(by_alias=True, exclude_none=True))
    it_kwh = [70_080_000.0 / 12] * 12
    data |= {
        "version": 2,
        "weather": {
            "source": "8760 h generated from monthly normals of Ashburn", "is_file": False,
            "provenance": "published", "mean_dry_bulb_c": 12.6, "design_dry_bulb_c": 34.1,
            "design_wet_bulb_c": 25.4, "extreme_dry_bulb_c": 38.7,
        },
        "dcie_annual": 0.8237, "dpue_by_category": {"1": 1.201, "2": 1.209, "3": 1.214},
        "bands": {"dpue_annual": {"p10": 1.16, "p50": 1.22, "p90": 1.34},
                  "wue_site_l_per_kwh": {"p10": 0.8, "p50": 1.1, "p90": 1.7}},
        "monthly": {
            "it_kwh": it_kwh,
            "facility_kwh": [it * (1.17 + 0.1 * s) for it, s in zip(it_kwh, _SEASON, strict=True)],
            "water_l": [it * (0.6 + s) for it, s in zip(it_kwh, _SEASON, strict=True)],
        },
        "unmet_h_per_year": 3.0,
        "availability_parts": [
            {"block": "utility_and_generators", "needed": 6, "installed": 7,
             "unit_availability": 0.987, "availability": 0.99999},
            {"block": "ups", "needed": 11, "installed": 12, "unit_availability": 0.9998,
             "availability": 0.999985},
            {"block": "cooling", "needed": 4, "installed": 5, "unit_availability": 0.9991,
             "availability": 0.999975},
        ],
        "standby": {"generator_heaters_kwh_per_year": 61_000.0,
                    "battery_charging_kwh_per_year": 18_000.0,
                    "generator_test_fuel_l_per_year": 42_000.0,
                    "generator_test_kgco2e_per_year": 112_000.0},
        "carbon": {
            "location_kgco2e_per_year": 2.67e7, "market_kgco2e_per_year": 1.1e7,
            "generators_kgco2e_per_year": 1.12e5, "refrigerants_kgco2e_per_year": 8.0e4,
            "embodied_building_kgco2e": 1.0e7, "embodied_building_kgco2e_per_year": 5.0e5,
            "grid_basis": "direct",
        },
        "heat_reuse": {"heat_kwh_per_year": 9.0e6, "supply_c": 65.0,
                       "heat_pump_kwh_per_year": 2.4e6, "erf": 0.106, "ere": 1.085,
                       "note": "A district network takes the heat from October to April."},
        "requirements": _requirements(),
        "redundancy_options": [
            _option("N", 0.99941, 5.2, 1.209, 3.1e7, 2.4e6, 1.9e6),
            _option("N+1", 0.99995, 0.44, 1.214, 3.5e7, 2.7e6, 1.6e5, is_cheapest=True),
            _option("2N", 0.99999, 0.09, 1.231, 5.2e7, 4.0e6, 3.3e4),
            _option("4N/3", 0.99997, 0.26, 1.219, 4.2e7, 3.2e6, 9.6e4),
        ],
        "savings": _savings(), "renewables": _renewables(),
        "sites": [_site(i, name) for i, name in enumerate(("Luleå", "Oslo", "Ashburn", "Dublin"))],
        "risk_register": [
            {"id": f"item-{step}", "step": step, "title": title, "item": "Ask for the document.",
             "verdict": verdict, "hint": "the catalog knows class 2 of 4"}
            for step, title, verdict in (
                (1, "Two grid feeds", "met"), (1, "Fibre routes", "not checked"),
                (2, "Flood map", "not met"), (5, "Walk round the site", "not checked"),
            )
        ],
        **changes,
    }  # fmt: skip
    for item in data["plant"].values():
        item |= {"duty": 0.8 * item["rating"] * item["units"], "derate": 0.93,
                 "sized_by": "peak heat in the worst hour, N+1"}  # fmt: skip
    return FacilityRecord.model_validate_json(json.dumps(data))


def _requirements() -> list[dict[str, Any]]:
    rows = [
        ("GB 40879-2021 grade 2", "China", "2022", True, 1.30, "met"),
        ("EnEfG section 11", "Germany", "2026", True, 1.2, "not met"),
        ("EU Delegated Regulation 2024/1364", "EU", "2024", True, None, "not checked"),
        ("Green DC roadmap", "Singapore", "2024", False, 1.3, "not checked"),
    ]
    return [
        {
            "rule": rule, "jurisdiction": where, "year": year, "applies": applies,
            "quantity": "annual PUE", "limit": "see the text" if limit is None else f"<= {limit}",
            "value": 1.214, "unit": "1", "verdict": verdict, "note": "design figure",
            "source": "text of the rule", "evidence": "read",
        }
        for rule, where, year, applies, limit, verdict in rows
    ]  # fmt: skip


def _option(name: str, *numbers: float, is_cheapest: bool = False) -> dict[str, Any]:
    keys = ("availability", "outage_h_per_year", "dpue_annual", "plant_usd", "usd_per_year",
            "lost_usd_per_year")  # fmt: skip
    found = dict(zip(keys, numbers, strict=True))
    return {"redundancy": name, "is_cheapest": is_cheapest, **found}


def _savings() -> dict[str, Any]:
    def measure(name: str, kwh: float, **extra) -> dict[str, Any]:
        return {
            "measure": name, "change": f"{name}, one step", "kwh_per_year": kwh,
            "water_l_per_year": 0.4 * kwh, "kgco2e_per_year": 0.31 * kwh,
            "usd_per_year": 0.08 * kwh, "capital_usd": 2e5, "payback_years": 2.0,
            "dpue_annual": 1.214 - kwh / 7.008e7, **extra,
        }  # fmt: skip

    both = {"water_l_per_year": 1e6, "kgco2e_per_year": 9e5, "usd_per_year": 2.3e5}
    return {
        "facility_kwh_per_year": 85_077_120.0, "electricity_usd_per_kwh": 0.08,
        "electricity_source": "site", "water_usd_per_m3": 3.0, "kgco2e_per_kwh": 0.31,
        "carbon_basis": "direct",
        "measures": [
            measure("warmer-water", 2.1e6), measure("ups-eco-mode", 1.2e6),
            measure("power-cap", 9e5, throughput_factor=0.96),
            measure("dry-cooling", -4e5, payback_years=None),
        ],
        "package": {
            "target_share": 0.05, "reached_share": 0.0362, "is_met": False,
            "measures": ["warmer-water", "ups-eco-mode"], "kwh_per_year": 3.08e6,
            "sum_of_singles_kwh_per_year": 3.3e6, "capital_usd": 4e5, "payback_years": 1.7,
            "dpue_annual": 1.171, **both,
        },
    }  # fmt: skip


def _renewables() -> dict[str, Any]:
    def supply(kind: str, size: float, unit: str, kwh: float, factor: float | None) -> dict:
        found = {"kind": kind, "size": size, "size_unit": unit, "kwh_per_year": kwh,
                 "used_kwh_per_year": 0.8 * kwh, "source": "model year"}  # fmt: skip
        return found if factor is None else {**found, "capacity_factor": factor}

    return {
        "supplies": [supply("pv", 20_000.0, "kW", 2.8e7, 0.16),
                     supply("wind", 10_000.0, "kW", 3.0e7, 0.34),
                     supply("battery", 40_000.0, "kWh", 6e6, None)],
        "load_kwh_per_year": 8.5e7, "matched_annual_share": 0.68, "cfe_247_share": 0.55,
        "grid_kwh_per_year": 3.8e7, "exported_kwh_per_year": 1.1e7,
        "location_kgco2e_per_year": 2.6e7, "market_kgco2e_per_year": 1.2e7, "usd_per_year": 4.1e6,
        "note": "Exports count for nothing.",
    }  # fmt: skip


def _site(place: int, name: str) -> dict[str, Any]:
    score = 0.2 + 0.1 * place
    return {
        "site": name.lower(), "name": name, "rank": place + 1, "rank_best": 1,
        "rank_worst": place + 2, "score": score, "score_low": score - 0.06,
        "score_high": score + 0.12, "known_share": 0.83, "is_tied_with_best": place < 2,
        "cooling": "air-economizer", "dpue_annual": 1.07 + 0.03 * place,
        "wue_site_l_per_kwh": 0.2,
        "scores": [
            {"criterion": "cost", "value": 6.1e6, "unit": "USD/year", "score": 0.2, "weight": 0.3},
            {"criterion": "carbon", "value": 0.03 + 0.1 * place, "unit": "kg/kWh", "score": 0.1,
             "weight": 0.3},
            {"criterion": "risk", "unit": "1", "weight": 0.4, "known_share": 0.5},
        ],
        "notes": ["land price unknown"] if place == 1 else [],
    }  # fmt: skip


def audit(**changes) -> AuditRecord:
    """Make an audit of a year with a saving."""
    baseline = {
        "form": "3P: kW = a + c max(0, T - T1); T is the daily mean wet bulb",
        "temperature": "wet bulb", "change_points_c": [11.2], "days": 181, "mean_kw": 1260.0,
        "r_squared": 0.93, "cv_rmse": 0.041, "nmbe": 1e-15, "autocorrelation": 0.31,
    }  # fmt: skip
    data = {
        "schema": "dcbench.audit", "version": 1, **samples.BASE, "file": "meters/2025.csv",
        "is_synthetic": False, "label": "PUE", "category": "2", "resolution": "advanced",
        "headline": {**_month(0, 1.19), "name": "2025-01-01 to 2025-12-31", "label": "PUE",
                     "it_kwh": 5.6e7, "total_kwh": 6.66e7},
        "pue_by_category": {"1": 1.178, "2": 1.19},
        "meter": {
            "rows": 35_040, "first": "2025-01-01T00:00", "last": "2026-01-01T00:00",
            "interval_s": 900.0, "days": 365.0, "coverage": 0.991, "has_offset": False,
            "columns": [{"name": "total_kwh", "quantity": "total", "unit": "kwh", "kind": "energy",
                         "coverage": 0.991}],
            "unused_columns": ["operator"], "num_gaps": 1, "missing_h": 78.0,
            "gaps": [{"start": "2025-02-10T00:00", "end": "2025-02-13T06:00", "hours": 78.0}],
            "duplicate_rows": 4, "clock_changes": 2,
        },
        "months": [_month(i, 1.15 + 0.09 * s) for i, s in enumerate(_SEASON)],
        "years": [{**_month(0, 1.19), "name": "2025", "label": "PUE"}],
        "losses": [
            {"part": "cooling", "kwh": 6.3e6, "share": 0.59, "pue_points": 0.1125,
             "worst_months": ["2025-07", "2025-08"], "expected_kwh": 5.6e6},
            {"part": "power_losses", "kwh": 3.6e6, "share": 0.34, "pue_points": 0.0643,
             "worst_months": ["2025-01"], "expected_kwh": 3.5e6},
            {"part": "not metered", "kwh": 7.5e5, "share": 0.07, "pue_points": 0.0134,
             "worst_months": []},
        ],
        "expected": {
            "site": "ashburn", "cooling": "water-economizer", "redundancy": "N+1",
            "it_kw": 8000.0, "it_kw_from": "user", "weather": "the file: dry and wet bulb",
            "weather_is_measured": True, "hours": 8682, "pue": 1.171, "measured_pue": 1.19,
            "overhead_ratio": 1.11, "band_low": 0.75, "band_high": 1.8, "hours_above": 21,
            "months_above": ["2025-07"],
        },
        "baseline": baseline,
        "trend": {"column": "cooling", "share_per_year": 0.02, "low": -0.01, "high": 0.05,
                  "is_significant": False},
        "anomalies": [{"kind": "step", "column": "cooling", "start": "2025-07-01",
                       "end": "2025-12-31", "size": -120.0, "size_unit": "kW",
                       "text": "cooling power falls by 120 kW at the same weather and load"}],
        "saving": {
            "change_date": "2025-07-01", "before_days": 181, "after_days": 184,
            "compared_days": 169, "expected_kwh": 5.1e6, "measured_kwh": 4.6e6,
            "saving_kwh": 5.0e5, "saving_share": 0.098,
            "intervals": [
                {"confidence": 0.8, "low_kwh": 4.5e5, "high_kwh": 5.5e5,
                 "fractional_uncertainty": 0.1},
                {"confidence": 0.9, "low_kwh": 4.3e5, "high_kwh": 5.7e5,
                 "fractional_uncertainty": 0.14},
            ],
            "is_significant": True, "baseline": baseline, "form_error": 0.009,
            "notes": ["15 of 184 days are left out"],
        },
        "assumptions": samples.assumptions()[:1],
        "provenance": {"headline": {"unit": "1", "provenance": "measured",
                                    "source": "meters/2025.csv"}},
        "notes": ["PUE2: measured annual PUE, ISO/IEC 30134-2"],
        **changes,
    }  # fmt: skip
    return AuditRecord.model_validate_json(json.dumps(data))


def _month(place: int, pue: float) -> dict[str, Any]:
    return {
        "name": f"2025-{place + 1:02d}", "start": f"2025-{place + 1:02d}-01T00:00",
        "end": "2026-01-01T00:00", "label": "iPUE", "coverage": 0.991, "it_kwh": 4.67e6,
        "total_kwh": 4.67e6 * pue, "pue": pue, "dcie": 1 / pue, "water_l": 5.6e6,
        "wue_l_per_kwh": 1.2, "dry_bulb_c": 12.0, "expected_pue": 1 + 0.9 * (pue - 1),
        "expected_low": 1 + 0.7 * (pue - 1), "expected_high": 1 + 1.6 * (pue - 1),
        "is_above_expected": place == 6,
    }  # fmt: skip
