"""Annuities, capital and operating cost, dollars per accelerator-hour."""
