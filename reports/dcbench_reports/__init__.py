"""Showing: records and plans as one HTML file."""
