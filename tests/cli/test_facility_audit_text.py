"""The audit in words: label, months, saving and what to look at, each with its number."""

from __future__ import annotations

from dcbench.cli.facility_audit_text import lines
from tests.reports.facility_samples import audit


def test_the_lines_say_what_the_record_holds():
    text = "\n".join(lines(audit()))

    for words in (
        "PUE2                1.1900", "DCiE", "Category 1 1.1780", "1 gap, 78 h",
        "4 rows twice, 2 daylight-saving changes", "2025-07     1.2400    1.2160",
        "above the band", "cooling          6,300,000 kWh  59.0% of the losses",
        "+9.8% of what was expected: significant at 90 %", "90%: 430,000 to 570,000 kWh",
        "look at       step, 2025-07-01 to 2025-12-31", "- PUE2: measured annual PUE",
    ):  # fmt: skip
        assert words in text, words


def test_parts_that_the_record_lacks_are_not_mentioned():
    record = audit().model_copy(
        update={"expected": None, "saving": None, "baseline": None, "trend": None, "anomalies": ()}
    )
    text = "\n".join(lines(record))

    assert not {"saving ", "model ", "look at", "drift", "regression"} & {
        line[:7].rstrip() + " " for line in text.splitlines()
    }
