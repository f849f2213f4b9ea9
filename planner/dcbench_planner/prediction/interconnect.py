"""The network's line rate per accelerator, from the words of a published table."""

from __future__ import annotations

import re

NAMED_GBPS_PER_NODE = {"tcpxo": 1600.0, "tcpx": 800.0}
"""Google Cloud A3 Mega and A3 High: eight and four adapters of 200 Gb/s (recalled)."""
NODE_FROM_GBPS = 800.0
"""A rate that nobody qualified is a node's from here on; no adapter was faster before 2025."""

_RATE = re.compile(
    r"(?:(?P<links>\d+) ?[x*\u00d7] ?)?(?P<rate>\d+(?:\.\d+)?) ?(?P<unit>[GT])b(?:ps|/s|it/s|E)?\b"
    r"(?P<rest>[^;,+]*)"
)
_PER_ACCELERATOR = re.compile(r"per (?:gpu|accelerator|chip)|/gpu", re.IGNORECASE)
_PER_NODE = re.compile(r"per (?:node|server|host)|node-node|/node", re.IGNORECASE)


def scaleout_bytes_per_s(text: str, per_node: int) -> float | None:
    """Read a line rate from words such as `8x200Gb/s HDR per node` or `400 Gb/s RDMA per GPU`.

    Several links, or 800 Gb/s and more, are a node's where the text does not say.

    Args:
        text: what the table says; rates in bits; bytes are usually those of the scale-up link.
        per_node: accelerators that share a node's network.

    Returns:
        Bytes per second and accelerator; None where the text states no rate.
    """
    for found in _RATE.finditer(text):
        gbps = float(found["rate"]) * (1000 if found["unit"] == "T" else 1)
        gbps *= int(found["links"] or 1)
        if _PER_ACCELERATOR.search(found["rest"]):
            return gbps * 1e9 / 8
        if _PER_NODE.search(found["rest"]) or found["links"] or gbps >= NODE_FROM_GBPS:
            return gbps * 1e9 / 8 / per_node
    named = (gbps for name, gbps in NAMED_GBPS_PER_NODE.items() if name in text.lower())
    gbps = next(named, 0.0)
    return gbps * 1e9 / 8 / per_node if gbps else None
