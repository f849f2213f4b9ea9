"""The command line: one thin module per command; see `dcbench.cli.main`."""
