"""A case whose parts contradict each other is refused."""

from __future__ import annotations

import pytest

from dcbench.errors import InputError
from dcbench.records.files import validate
from dcbench.records.run import RunRecord, headline, headline_interval

from .examples import CASE, RUN


def fault_of(**changes: object) -> str:
    case = {key: value for key, value in (CASE | changes).items() if value is not None}
    with pytest.raises(InputError) as caught:
        validate(RUN | {"cases": [case]}, RunRecord, "f.json")
    return str(caught.value)


def test_contradictions_are_named():
    assert "key has no op" in fault_of(key={"dtype": "fp32"})
    assert "status timeout needs a reason" in fault_of(status="timeout", samples=[], value=None)
    assert "status ok needs samples" in fault_of(samples=[], value=None)
    assert "does not go with work in B" in fault_of(work_unit="B")
    assert "is not what the samples give" in fault_of(value=CASE["value"] * 1.001)


def test_value_is_work_over_the_median_sample():
    # By hand: the median of 1, 2, 4 is 2; 10 / 2 = 5.
    assert headline((4.0, 1.0, 2.0), 10.0) == 5.0
    assert headline((4.0, 1.0, 2.0), None) == 2.0


def test_interval_of_a_rate_is_the_reversed_interval_of_the_time():
    samples = tuple(float(value) for value in range(1, 11))
    low_s, high_s = headline_interval(samples, None)

    assert headline_interval(samples, 6.0) == (6.0 / high_s, 6.0 / low_s)
    assert headline_interval(samples[:5], 6.0) is None
