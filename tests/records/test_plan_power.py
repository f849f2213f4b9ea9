from dcbench.records.plan import PowerPart

OLD = {
    "it_avg_kw": 8.0, "it_peak_kw": 10.0, "facility_avg_kw": 10.0, "facility_peak_kw": 13.0,
    "node_avg_kw": 8.0, "network_kw": 0.0, "storage_kw": 0.0,
}  # fmt: skip


def test_plans_from_before_the_swing_still_load():
    part = PowerPart(**OLD)

    assert part.swing_kw is None
    assert PowerPart(**OLD, it_idle_kw=2.0, swing_kw=3.0, swing_hz=0.1).swing_kw == 3.0
