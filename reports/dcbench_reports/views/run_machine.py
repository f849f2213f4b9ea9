"""The machine and software around a run."""

from __future__ import annotations

from dcbench.records.run import RunRecord
from dcbench_reports.blocks import Block, Code, Column, Row, Section, Table
from dcbench_reports.facts import Facts
from dcbench_reports.views.common import MAX_ROWS, texts


def machine_section(record: RunRecord, facts: Facts, prefix: str) -> Section:
    """Show devices, environment, package versions, variables and the command."""
    environment = record.environment
    machine = texts(
        "Machine",
        (
            ("Host", environment.hostname),
            ("Operating system", environment.operating_system),
            ("Kernel", environment.kernel),
            ("Processor", environment.cpu_model),
            ("Processor cores", facts.number("environment.cpu_cores")),
            ("Memory", facts.number("environment.memory_bytes")),
            ("Python", environment.python),
            ("dcbench", environment.dcbench_version),
        ),
    )
    software = (
        texts("Packages", environment.packages.items()),
        texts("Environment variables", environment.variables.items()),
    )
    blocks: list[Block] = [machine, *(table for table in software if table.pairs)]
    blocks.append(_devices(record, facts))
    blocks.append(Code(caption="Command that made this run", text=environment.command))
    return Section(slug=f"{prefix}-machine", title="Machine and software", blocks=tuple(blocks))


def _devices(record: RunRecord, facts: Facts) -> Table:
    columns = (
        Column(label="Device"), Column(label="Name"), Column(label="Catalog id"),
        Column(label="Memory", numeric=True), Column(label="Power limit", numeric=True),
        Column(label="Compute capability"), Column(label="Driver"),
    )  # fmt: skip
    rows = tuple(
        Row(
            cells=(
                f"{device.kind} {device.index}", device.name, device.accelerator_id,
                facts.number("devices", place, "memory_bytes"),
                facts.number("devices", place, "power_limit_w"),
                device.compute_capability, device.driver,
            )
        )
        for place, device in enumerate(record.devices[:MAX_ROWS])
    )  # fmt: skip
    return Table(caption="Devices", columns=columns, rows=rows)
