"""`python -m dcbench` is the `dcbench` command."""

from dcbench.cli.main import main

if __name__ == "__main__":
    main()
