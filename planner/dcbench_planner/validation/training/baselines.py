"""Two models with nothing but a utilisation, fitted and scored under the same rules.

Step time = seconds that the executed FLOPs take at the peak of the number format, over one
utilisation for each class of number format; the second counts the pipeline bubble too.
"""

from __future__ import annotations

import numpy as np

from dcbench_planner.training.columns import Column
from dcbench_planner.training.step.constants import prior_constants
from dcbench_planner.training.step.step import step_time
from dcbench_planner.validation.training.fitting import source_weights
from dcbench_planner.validation.training.prepared import Prepared
from dcbench_planner.validation.training.scores import weighted_quantile


def constant_utilisation(training: Prepared, test: Prepared) -> Column:
    """Log errors of one hardware-FLOP utilisation times a factor for 8 and 4 bit."""
    return _errors(training, _peak_s(training), test, _peak_s(test))


def utilisation_and_bubble(training: Prepared, test: Prepared) -> Column:
    """The same with the idle share of the pipeline, (p - 1) / (v m), counted apart.

    Narayanan et al. 2021 (arXiv:2104.04473), section 2.2.
    """
    return _errors(training, _piped_s(training), test, _piped_s(test))


def _peak_s(prepared: Prepared) -> Column:
    """Seconds at full utilisation of the number format's peak."""
    step = step_time(prepared.job, prior_constants())
    return np.asarray(step.hfu * step.time_s)


def _piped_s(prepared: Prepared) -> Column:
    layout = prepared.job.layout
    return _peak_s(prepared) * (1 + (layout.pp - 1) / (layout.vpp * layout.num_micro_batches))


def _errors(training: Prepared, known_s: Column, test: Prepared, test_s: Column) -> Column:
    """ln(predicted / published) with the median utilisation of each class of number format."""
    slowdown = np.log(training.step_s / known_s)
    weights = source_weights([run.source for run in training.runs])
    formats = np.array([run.precision for run in training.runs])
    typical = {
        name: weighted_quantile(slowdown[formats == name], weights[formats == name], 0.5)
        for name in set(formats)
    }
    unknown = weighted_quantile(slowdown, weights, 0.5)
    factor = np.array([typical.get(run.precision, unknown) for run in test.runs])
    errors: Column = np.log(test_s / test.step_s) + factor
    return errors
