"""The scale-out fabric: switches and cables of a rail-optimised fat tree, by one rule.

The rule reproduces all 16 published rows of NVIDIA's DGX SuperPOD reference architectures (B200;
B300 with 64-node and with 72-node scalable units).
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FabricKind:
    """What the rule needs to know of a network generation."""

    radix: int
    """Ports of one switch, at the speed of one plane."""
    planes: int
    """Independent copies of the tree."""
    ports_per_nic: int
    """Switch ports that one network card takes, over all planes."""


@dataclass(frozen=True, kw_only=True)
class Fabric:
    """Counts over all planes."""

    leaf_switches: int
    spine_switches: int
    core_switches: int
    cables_per_tier: tuple[int, ...]
    """Host to leaf, leaf to spine, spine to core; as many as there are tiers."""

    @property
    def switches(self) -> int:
        """All switches."""
        return self.leaf_switches + self.spine_switches + self.core_switches

    @property
    def cables(self) -> int:
        """All cables."""
        return sum(self.cables_per_tier)


NO_FABRIC = Fabric(leaf_switches=0, spine_switches=0, core_switches=0, cables_per_tier=())
"""One node needs none."""


def fat_tree(nics: int, kind: FabricKind) -> Fabric:
    """Size a non-blocking tree with full bisection bandwidth.

    Per plane H = cards × ports / planes hosts and radix R: leaf = ceil(H / (R/2)). Up to
    H = R the leaf alone, up to R²/2 two tiers, beyond that three. Two tiers: spine is the smallest
    divisor of R/2 that is at least leaf/2, so that each leaf stripes its uplinks evenly over the
    spines. Three tiers: spine = leaf, core = leaf/2. Each tier has H cables.

    Source: NVIDIA DGX SuperPOD reference architectures for B200 and B300; the rule was found here
    and holds on all their printed rows.
    """
    hosts = math.ceil(nics * kind.ports_per_nic / kind.planes)
    leaf, spine, core = _switches_per_plane(hosts, kind.radix)
    tiers = 1 + (spine > 0) + (core > 0)
    return Fabric(
        leaf_switches=leaf * kind.planes,
        spine_switches=spine * kind.planes,
        core_switches=core * kind.planes,
        cables_per_tier=(hosts * kind.planes,) * tiers,
    )


def _switches_per_plane(hosts: int, radix: int) -> tuple[int, int, int]:
    if hosts <= radix:
        return 1, 0, 0
    half = radix // 2
    leaf = math.ceil(hosts / half)
    if hosts <= radix * half:
        spine = next(d for d in range(math.ceil(leaf / 2), half + 1) if half % d == 0)
        return leaf, spine, 0
    return leaf, leaf, math.ceil(leaf / 2)
