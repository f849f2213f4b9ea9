"""The parts of a facility record that take further simulations of the same design."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dcbench.catalog import Catalog
from dcbench.records.facility import FacilityRecord
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.plant.redundancy import redundancy_options
from dcbench_planner.facility.record import with_parts
from dcbench_planner.facility.savings.ranked import savings
from dcbench_planner.facility.simulation import Simulation
from dcbench_planner.facility.sites.register import risk_register
from dcbench_planner.facility.standards.checklist import requirements


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What the comparisons need beyond the design."""

    many_jobs: bool = True
    """Whether the nodes are shared by jobs that come and go."""
    own_plant: bool = True
    """The building is the reader's own: savings and other topologies are worth comparing."""
    saving_target: float | None = None
    """Share of the facility's energy to save."""
    risk_register: Path | None = None
    it_usd_per_hour: float | None = None
    """Value of an hour of all the IT; assumed if None."""
    checkpoint_interval_h: float | None = None


def completed(
    record: FacilityRecord, simulation: Simulation, book: AssumptionBook, catalog: Catalog,
    compared: Compared,
) -> FacilityRecord:  # fmt: skip
    """Add rules and the risk register; of an own plant other topologies and ways to save.

    Args:
        record: of the simulation.
        simulation: of the design.
        book: the assumptions it was simulated with; entries read are marked as used.
        catalog: prices and site risks.
        compared: targets and values.

    Raises:
        InputError: the user's risk register has faults.
    """
    parts: dict[str, object] = {
        "requirements": requirements(
            simulation, book, plant=record.plant, heat_reuse=record.heat_reuse,
            renewables=record.renewables,
        ),
        "risk_register": risk_register(
            simulation.design.site, catalog, compared.risk_register
        ),
    }  # fmt: skip
    if compared.own_plant:
        parts["redundancy_options"] = redundancy_options(
            simulation,
            book,
            catalog=catalog,
            it_usd_per_hour=compared.it_usd_per_hour,
            checkpoint_interval_h=compared.checkpoint_interval_h,
        )
        parts["savings"] = savings(
            simulation, book, target_share=compared.saving_target, many_jobs=compared.many_jobs
        )
    return with_parts(record, simulation, book, parts)
