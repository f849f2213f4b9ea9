"""Measuring: what this machine really does, and curves fitted to it."""
