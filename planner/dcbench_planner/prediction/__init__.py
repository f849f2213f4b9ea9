"""Step time and memory of configurations that somebody lists in a table, a row each."""
