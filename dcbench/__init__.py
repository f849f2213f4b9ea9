"""dcbench: measure GPUs, calibrate, plan the data centre, report, gate.

This package imports nothing; the parts are `dcbench.cli`, `dcbench.records`, `dcbench.catalog`,
and the sibling packages `dcbench_benchmarks`, `dcbench_planner` and `dcbench_reports`.
"""
