"""The catalog: facts about accelerators, models, nodes, networks, sites, prices and equipment.

Every row keeps its source and how it was taken (`evidence`). Users lay their own facts over it.

    rows        one frozen dataclass per table: the columns and their meaning
    reading     typed reading of CSV files
    packaged    the tables that come with dcbench
    table       look-up by id, name or alias
    accelerators  look-up that also knows family names such as "A100" with a memory size
    overlay     the user's own rows and fields, from TOML (overlay_table, overlay_values)
    site_risk_file  the user's own site risks, from CSV
    loading     `Catalog` and `load_catalog`
    columns     the unit of each column
"""

from dcbench.catalog.accelerators import AcceleratorTable
from dcbench.catalog.loading import Catalog, load_catalog
from dcbench.catalog.rows import (
    Accelerator,
    Equipment,
    Failure,
    Model,
    Network,
    Node,
    Price,
    Row,
    Site,
    SiteRisk,
)
from dcbench.catalog.table import Table

__all__ = [
    "Accelerator",
    "AcceleratorTable",
    "Catalog",
    "Equipment",
    "Failure",
    "Model",
    "Network",
    "Node",
    "Price",
    "Row",
    "Site",
    "SiteRisk",
    "Table",
    "load_catalog",
]
