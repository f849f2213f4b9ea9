"""Small tables for the tests of published PUE."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from dcbench_planner.validation.facility.calibration import Samples


def cells(**given: str) -> dict[str, str]:
    """A row of an operator that nobody has published."""
    return {
        "operator": "Nimbus", "site": "Hall 1", "latitude": "50.1", "longitude": "8.7",
        "year_or_period": "2024", "metric_type": "annual, site", "pue": "1.2",
        "wue_l_per_kwh": "", "nearest_sites_csv_name": "", "cooling_type": "",
        "source": "test", "evidence": "read",
    } | given  # fmt: skip


def samples(*rows: tuple[str, str, float, float]) -> Samples:
    """Samples of operator, site, modelled and published overhead."""
    operator, site, modelled, published = zip(*rows, strict=True)
    keys = [f"{name}/{place}" for name, place in zip(operator, site, strict=True)]
    return Samples(
        rows=tuple(SimpleNamespace() for _ in rows), modelled=np.array(modelled),
        published=np.array(published), operator=np.array(operator), site=np.array(keys),
    )  # fmt: skip
