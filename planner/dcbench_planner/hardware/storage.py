"""Storage: bytes to keep, and how fast a checkpoint is written and read back."""

from __future__ import annotations

import numpy as np

from dcbench.units import GB
from dcbench_planner.assumptions import AssumptionBook, Number


def checkpoint_bytes(params_total: float, book: AssumptionBook) -> Number:
    """Give one checkpoint: 14 B per parameter.

    16-bit weights (2), fp32 master weights (4) and two fp32 Adam moments (8); 16 B when gradients
    or 32-bit weights are kept too.
    """
    return params_total * book["storage.checkpoint_bytes_per_param"]


def storage_bytes(tokens: float, checkpoint: Number, book: AssumptionBook) -> Number:
    """Give the usable capacity for the data set and the checkpoints that are kept."""
    dataset = tokens * book["storage.dataset_bytes_per_token"]
    kept = checkpoint * book["storage.checkpoints_kept"]
    return (dataset + kept) / book["storage.fill_share"]


def write_bytes_per_s(servers: int, book: AssumptionBook) -> Number:
    """Give the write bandwidth of the storage that comes with so many servers."""
    return _bandwidth(servers, book, "write")


def read_bytes_per_s(servers: int, book: AssumptionBook) -> Number:
    """Give the read bandwidth of the storage that comes with so many servers."""
    return _bandwidth(servers, book, "read")


def storage_w(capacity: float, book: AssumptionBook) -> Number:
    """Give the power of storage servers and drives."""
    return capacity / 1e12 * book["storage.w_per_tb"]


def storage_usd(capacity: float, book: AssumptionBook) -> Number:
    """Give the price of the storage, at least one terabyte."""
    return max(capacity, 1e12) / 1e15 * book["price.storage_usd_per_pb"]


def _bandwidth(servers: int, book: AssumptionBook, direction: str) -> Number:
    per_node = book[f"storage.{direction}_gb_per_s_per_node"]
    least = book[f"storage.{direction}_gb_per_s_min"]
    return np.maximum(servers * per_node, least) * GB
