"""Metered energy: read it, judge it, compare it with the model, verify a saving."""
