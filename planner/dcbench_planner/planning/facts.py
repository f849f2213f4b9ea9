"""Catalog facts as entries of the book: prices, rates and intensities of one case.

What the catalog knows replaces the general default of the same key; what the user set stays.
"""

from __future__ import annotations

from dcbench.catalog import Accelerator, Catalog, Node, Price, Row, Site
from dcbench.records.base import Provenance
from dcbench_planner.assumptions import AssumptionBook, Entry

NODE_PRICE_RANGE = (0.8, 1.25)
CLOUD_PRICE_RANGE = (0.6, 1.6)
EMBODIED_RANGE = (0.3, 1.2)
"""For an H100 the sources say 164 (vendor), 273 (ecologits) and 575 kg (BoaviztAPI, catalog)."""


def provenance_of(row: Row, cell: str) -> Provenance:
    """Say how far one cell of a catalog row can be trusted."""
    if row.evidence == "user":
        return "user"
    weak = row.evidence != "read" or cell in row.recalled_cells
    return "assumed" if weak else "published"


def with_site(book: AssumptionBook, site: Site) -> AssumptionBook:
    """Enter the site's electricity price; without one the general default stays."""
    price = site.elec_price_industrial_usd_kwh
    if price is None:
        return book
    default = book.entries["price.electricity_usd_per_kwh"]
    source = f"{site.name}: {site.price_source or site.source}"
    provenance: Provenance = "published" if site.price_evidence == "read" else "assumed"
    return _scaled(book, default, price, source, provenance)


def with_accelerator(
    book: AssumptionBook, accelerator: Accelerator, catalog: Catalog
) -> AssumptionBook:
    """Enter rental price, embodied carbon and interruption rate of an accelerator."""
    book = _with_embodied(book, accelerator)
    book = _with_cloud_price(book, accelerator, catalog)
    return _with_interruptions(book, accelerator, catalog)


def with_prices(book: AssumptionBook, catalog: Catalog) -> AssumptionBook:
    """Enter what the price table says about storage and colocation."""
    rows = {
        "price.storage_usd_per_pb": "storage-flash",
        "price.colocation_usd_per_kw_month": "colo-wholesale-2024h2",
    }
    for key, name in rows.items():
        row = catalog.prices.find(name)
        if row is not None:
            default = book.entries[key]
            book = _scaled(book, default, row.value, _cell_source(row), provenance_of(row, "value"))
    return book


def with_node_price(
    book: AssumptionBook, node: Node | None, accelerator: Accelerator, catalog: Catalog
) -> AssumptionBook | None:
    """Enter the price of a node; None when neither it nor its accelerator has a published one."""
    key = "price.node_usd"
    if node is not None and node.price_usd_estimate is not None:
        listed = _listed_price(node, catalog)
        low, high = (node.price_usd_estimate * factor for factor in NODE_PRICE_RANGE)
        entry = Entry(
            key=key, value=node.price_usd_estimate, unit="USD",
            low=(listed.low if listed else None) or low,
            high=(listed.high if listed else None) or high,
            provenance=provenance_of(node, "price_usd_estimate"),
            source=f"{node.name}, {node.price_year or 'year unknown'}: {node.source}",
        )  # fmt: skip
        return book.with_entry(entry)
    return _with_price_of_parts(book, node, accelerator)


def _with_price_of_parts(
    book: AssumptionBook, node: Node | None, accelerator: Accelerator
) -> AssumptionBook | None:
    price = accelerator.price_usd_estimate
    if price is None:
        return None
    size = node.accelerators_per_node if node else int(book["cluster.node_accelerators_default"])
    ratio = book.entries["price.node_over_accelerators"]
    entry = Entry(
        key="price.node_usd", unit="USD", provenance="assumed",
        value=size * price * ratio.value, low=size * price * ratio.low,
        high=size * price * ratio.high,
        source=f"{size} x {price:,.0f} USD x price.node_over_accelerators",
    )  # fmt: skip
    return book.with_entry(entry)


def _listed_price(node: Node, catalog: Catalog) -> Price | None:
    rows = (row for row in catalog.prices if row.category == "server_price")
    return next((row for row in rows if row.name == node.name), None)


def _with_embodied(book: AssumptionBook, accelerator: Accelerator) -> AssumptionBook:
    """Take the catalog's figure, else estimate it from the memory, on the same basis."""
    kilograms = accelerator.embodied_kgco2e
    trust, source = provenance_of(accelerator, "embodied_kgco2e"), _cell_source(accelerator)
    if kilograms is None:
        kilograms = accelerator.memory_gb * book["carbon.accelerator_kgco2e_per_gb"]
        trust, source = "assumed", "carbon.accelerator_kgco2e_per_gb x memory"
    low, high = (kilograms * factor for factor in EMBODIED_RANGE)
    entry = Entry(
        key="carbon.accelerator_embodied_kgco2e", value=kilograms, low=low, high=high, unit="kg",
        provenance=trust, source=source,
    )  # fmt: skip
    return book.with_entry(entry)


def _with_cloud_price(
    book: AssumptionBook, accelerator: Accelerator, catalog: Catalog
) -> AssumptionBook:
    value = accelerator.cloud_usd_per_hour_estimate
    if value is None:
        return book
    offers = [
        node.cloud_usd_per_hour_ondemand / node.accelerators_per_node
        for node in catalog.nodes
        if node.accelerator == accelerator.id and node.cloud_usd_per_hour_ondemand
    ]
    entry = Entry(
        key="price.cloud_usd_per_gpu_hour", unit="USD/(GPU h)", value=value,
        low=min([*offers, value * CLOUD_PRICE_RANGE[0]]),
        high=max([*offers, value * CLOUD_PRICE_RANGE[1]]),
        provenance=provenance_of(accelerator, "cloud_usd_per_hour_estimate"),
        source=f"{_cell_source(accelerator)}; range over {len(offers)} on-demand list prices",
    )  # fmt: skip
    return book.with_entry(entry)


def _with_interruptions(
    book: AssumptionBook, accelerator: Accelerator, catalog: Catalog
) -> AssumptionBook:
    """Take the largest published run on the same accelerator; the range stays the default's."""
    default = book.entries["reliability.interruptions_per_1000_gpu_days"]
    own = [row for row in catalog.failures if row.accelerator == accelerator.id]
    rates = [row for row in own if row.per_1000_gpu_days and (row.n_gpus or 0) >= 1000]
    if not rates:
        return book
    row = max(rates, key=lambda r: (r.n_gpus or 0) * (r.duration_days or 1.0))
    rate = row.per_1000_gpu_days or default.value
    entry = Entry(
        key=default.key, unit=default.unit, value=rate, low=min(default.low, rate),
        high=max(default.high, rate), provenance=provenance_of(row, "per_1000_gpu_days"),
        source=f"{row.name}, {row.n_gpus} accelerators; range over published clusters",
    )  # fmt: skip
    return book.with_entry(entry)


def _scaled(
    book: AssumptionBook, default: Entry, value: float, source: str, provenance: Provenance
) -> AssumptionBook:
    """Enter a value with the default's relative range; what the user set stays."""
    if default.provenance == "user":
        return book
    ratio = value / default.value
    entry = Entry(
        key=default.key, unit=default.unit, value=value, low=default.low * ratio,
        high=default.high * ratio, provenance=provenance, source=source,
    )  # fmt: skip
    return book.with_entry(entry)


def _cell_source(row: Row) -> str:
    return f"{row.name}: {row.source}"[:2000]
