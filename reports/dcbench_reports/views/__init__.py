"""Records as chapters of plain data, one module per topic."""
