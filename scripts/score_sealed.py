"""Score the sealed sources once, when the model is final: docs/decisions/0013.

    python scripts/score_sealed.py --unseal

Writes validation/training/sealed_score.csv with the commit it was made at; refuses where there is
one. Afterwards set `sealed` to 0 in sources.csv beside it: the sources become ordinary ones.
"""

from __future__ import annotations

import csv
import io
import math
import subprocess
import sys

from dcbench.catalog import load_catalog
from dcbench_planner.validation.training.runs import sealed_sources
from dcbench_planner.validation.training.sealed import score_file, score_sealed


def main() -> None:
    """Score and write."""
    if sys.argv[1:] != ["--unseal"]:
        sys.exit("nothing done; see the docstring")
    if score_file().exists():
        sys.exit(f"scored already: {score_file()}")
    command = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    figures = score_sealed(load_catalog(), sealed_sources())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["figure", "value", "commit"])
    writer.writerows(
        [name, f"{value:.6g}", commit] for name, value in figures.items() if math.isfinite(value)
    )
    score_file().write_text(text.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
