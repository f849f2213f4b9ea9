"""A few hundred hours hold every largest figure of the year."""

from __future__ import annotations

import pytest

from dcbench_planner.facility.climate.typical_year import typical_year
from dcbench_planner.facility.cooling.peak_hours import peak_hours
from dcbench_planner.facility.cooling.systems import SYSTEMS, cool


@pytest.mark.parametrize(
    "place", ["phoenix", "singapore", "ashburn", "lulea", "dublin", "tampa", "madrid", "mumbai"]
)
def test_the_largest_power_and_duties_of_a_year_are_among_them(place, book, sites, heat_of):
    year = typical_year(sites.resolve(place))
    few = peak_hours(year)
    assert len(few) < 450
    for cooling in SYSTEMS:
        whole, part = (cool(cooling, heat_of(len(w), 1.0), w, book) for w in (year, few))
        assert part.total_power_kw.max() == pytest.approx(whole.total_power_kw.max(), rel=1e-12)
        for kind, duty in whole.duties_kw.items():
            assert part.duties_kw[kind].max() == pytest.approx(duty.max(), rel=1e-12), cooling
        largest = whole.mechanical_kw.max()
        assert part.mechanical_kw.max() == pytest.approx(largest, rel=1e-12), cooling
        # sprays and humidifiers take most at temperatures in between
        assert part.water_l.max() >= 0.95 * whole.water_l.max(), cooling
        for name in ("room_fans", "pumps"):
            largest = whole.power_kw[name].max()
            assert part.power_kw[name].max() == pytest.approx(largest, rel=1e-12), cooling


def test_a_short_weather_is_taken_whole(weather_at):
    assert len(peak_hours(weather_at([10.0, 30.0]))) == 2
