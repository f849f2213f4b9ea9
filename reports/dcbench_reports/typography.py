"""Signs that look like others, by their names."""

from __future__ import annotations

DASH = "\N{EN DASH}"
TIMES = "\N{MULTIPLICATION SIGN}"
