"""The spread of published sites around the model, nothing calibrated."""

from __future__ import annotations

import numpy as np

from dcbench_planner.validation.facility.calibration import Samples
from dcbench_planner.validation.training.scores import weighted_quantile

ROUNDED_TO = 0.05


def overhead_factors(samples: Samples) -> tuple[float, float, float]:
    """Give P10, P50 and P90 of published over modelled overhead, to 0.05.

    One value a site, the median of its years. An operator counts by the square root of its number
    of sites: neither as if its sites were strangers nor as if they were one.

    Args:
        samples: metered years of any operators.
    """
    ratio, weight = [], []
    for site in np.unique(samples.site):
        rows = samples.site == site
        operator = samples.operator[rows][0]
        ratio.append(np.median(samples.published[rows] / samples.modelled[rows]))
        weight.append(len(np.unique(samples.site[samples.operator == operator])) ** -0.5)
    values, weights = np.array(ratio), np.array(weight)
    low, middle, high = (
        round(weighted_quantile(values, weights, share) / ROUNDED_TO) * ROUNDED_TO
        for share in (0.1, 0.5, 0.9)
    )
    return round(low, 2), round(middle, 2), round(high, 2)
