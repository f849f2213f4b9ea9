"""The plan as text: its sections, their width, and what they leave to `--json`."""

from __future__ import annotations

import pytest

from dcbench.cli.plan_text import WIDTH, lines
from tests.reports import samples


def text(**changes):
    return "\n".join(lines(samples.plan(**changes)))


def labelled(label, shown):
    """Give the entry with a label, its lines joined."""
    found, inside = [], False
    for line in shown.splitlines():
        inside = line.startswith(label) or (inside and line.startswith(" " * 13))
        if inside:
            found.append(line[13:].strip())
    return " ".join(found)


def test_every_line_fits():
    assert max(len(line) for line in lines(samples.plan())) <= WIDTH


def test_a_plan_is_at_most_66_lines():
    assert len(lines(samples.plan())) <= 66


def test_time_and_memory_stand_beside_each_other_with_shares():
    shown = text()

    # 1.2026 s of 2.914 s is 41 %; 1.4e10 B of 8e10 B is 18 %
    assert any("ideal" in line and "1.2 s  41% #######" in line and "weights" in line
               and "14 GB  18% ###" in line for line in shown.splitlines())  # fmt: skip
    assert "time of a step: 2.91 s" in shown
    assert "memory, of 80 GB" in shown
    assert "room left" in shown


def test_small_parts_are_told_together_and_nothing_is_lost():
    explain = samples.explain()
    explain["time_waterfall"] += [
        {"key": key, "label": key, "time_s": 0.005, "share": 0.0017} for key in ("one", "two")
    ]
    shown = text(explain=explain)

    assert "  one  " not in shown
    assert any("the rest" in line and "10 ms" in line for line in shown.splitlines())


def test_what_limits_it_and_what_it_rests_on():
    shown = text()

    assert (
        labelled("limit", shown) == "Compute: twice the rate +61 %; then twice the memory +3.4 %."
    )
    assert labelled("rates", shown) == "1 measured here, 2 guessed: attention, overlap"
    assert labelled("interval", shown) == (
        "2.54 to 3.34 s a step with 80 % probability; dense, calibrated rates: 156 published "
        "runs, median error 6 %"
    )


def test_a_prior_is_called_one():
    explain = samples.explain()
    explain["interval"] |= {"runs": 0, "median_error": None}

    assert "a prior, no published run" in labelled("interval", text(explain=explain))


def test_the_probability_that_it_fits_is_shown_where_known():
    memory = samples.parts()["memory"] | {"fits_probability": 0.934}

    assert "93.4% probability" in text(memory=memory)
    assert "fits with" not in text()


def test_without_reasons_the_peak_is_said():
    shown = text(explain=None)

    assert labelled("memory", shown) == "61.2 of 80.0 GB on the fullest accelerator"
    assert "limit " not in shown


@pytest.mark.parametrize("count", [2, 9])
def test_many_alternatives_are_cut_with_a_hint(count):
    other = {**samples.parts("H200-SXM", 56, 29.2), "why": "dearer"}
    shown = text(alternatives=[other] * count)

    assert shown.count("not taken") == min(count, 3)
    assert ("6 more in --json" in shown) == (count == 9)


def test_long_notes_are_cut_to_two_lines():
    shown = text(notes=["word " * 100])

    assert labelled("note", shown).endswith("...")
    assert len(labelled("note", shown)) <= 2 * WIDTH
