"""Renewable supply hour by hour: photovoltaics, wind, contracts and a battery against the load."""
