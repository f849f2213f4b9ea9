"""The question that the flags of `dcbench facility` ask together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dcbench.catalog import Catalog
from dcbench.cli.settings import assumption_settings, parsed
from dcbench.errors import Fault, InputError
from dcbench.units import parse_number
from dcbench_planner.assumptions import AssumptionBook, load_assumptions
from dcbench_planner.facility.power.kinds import (
    checked_distribution,
    checked_ups,
    with_distribution,
    with_ups,
)
from dcbench_planner.facility.question import FacilityQuestion, HeatReuseAsk
from dcbench_planner.facility.renewables.ask import RenewablesAsk, checked_ask
from dcbench_planner.facility.savings.ranked import parse_target
from dcbench_planner.facility.sites.filters import SiteFilters, checked_filters

EXAMPLES = {
    "--it-kw": "1000", "--load-factor": "0.8", "--reuse-share": "0.3", "--reuse-supply-c": "60",
    "--pv-kw": "5000", "--pv-yield": "1400", "--wind-kw": "5000", "--wind-speed": "7",
    "--ppa-kw": "5000", "--battery-kwh": "20000", "--battery-kw": "5000", "--seismic-limit": "2",
}  # fmt: skip
REUSE_SUPPLY_C = 60.0
"""A low-temperature district heating network."""


@dataclass(frozen=True, kw_only=True)
class FacilityFlags:
    """The flags as they were typed; None where a flag was left out."""

    numbers: Mapping[str, str | None]
    """By flag."""
    taken: Mapping[str, Any]
    """Fields of the question that are taken as they are; None where a flag was left out."""
    ppa_shape: str
    allow_moratorium: bool
    data_law: str | None
    ups: str | None
    distribution: str | None
    settings: tuple[str, ...]
    """KEY=VALUE of each --set."""
    site_risk: Path | None

    def given(self) -> list[str]:
        """List the flags that say something about the design, without those that any book takes."""
        values = {f"--{name.replace('_', '-')}": value for name, value in self.taken.items()}
        values |= dict(self.numbers) | {"--site-risk": self.site_risk, "--data-law": self.data_law}
        values["--compressors"] = None if self.taken["compressors"] else True
        values["--register"] = values.pop("--risk-register")
        return [flag for flag, value in values.items() if value is not None]


def build_question(flags: FacilityFlags) -> FacilityQuestion:
    """Read the numbers and put the question together.

    Raises:
        InputError: with every fault in the flags.
    """
    faults = [
        Fault(where=flag, problem="is missing", fix=f"give {what}")
        for flag, value, what in (
            ("--it-kw", flags.numbers["--it-kw"], "the design peak of the IT load, such as 1000"),
            ("--site", flags.taken["site"], "a site of `dcbench catalog list sites`, or any"),
        )
        if value is None
    ]
    numbers = {
        flag: parsed(flag, text, parse_number, faults, EXAMPLES)
        for flag, text in flags.numbers.items()
        if text is not None
    }
    if faults:
        raise InputError(faults)
    given = {name: value for name, value in flags.taken.items() if value is not None}
    if "saving_target" in given:
        given["saving_target"] = parse_target(given["saving_target"])
    return FacilityQuestion(
        it_kw=numbers["--it-kw"], load_factor=numbers["--load-factor"],
        heat_reuse=_heat_reuse(numbers),
        supply=_supply(numbers, flags.ppa_shape), filters=_filters(numbers, flags),
        **given,
    )  # fmt: skip


def asked_book(flags: FacilityFlags, catalog: Catalog) -> AssumptionBook:
    """Give the assumptions with the kinds of UPS and distribution, and the values of --set.

    Raises:
        InputError: an unknown kind or key.
    """
    faults: list[Fault] = []
    values = assumption_settings(flags.settings, faults)
    if faults:
        raise InputError(faults)
    book = load_assumptions()
    if flags.ups is not None:
        book = with_ups(book, checked_ups(flags.ups), catalog)
    if flags.distribution is not None:
        book = with_distribution(book, checked_distribution(flags.distribution), catalog)
    return book.with_user_values(values, "--set") if values else book


def _heat_reuse(numbers: Mapping[str, float]) -> HeatReuseAsk | None:
    share, supply_c = numbers.get("--reuse-share"), numbers.get("--reuse-supply-c")
    if share is None and supply_c is not None:
        fix = "add --reuse-share"
        raise InputError(Fault(where="--reuse-supply-c", problem="acts on reused heat", fix=fix))
    if share is None:
        return None
    return HeatReuseAsk(share=share, supply_c=REUSE_SUPPLY_C if supply_c is None else supply_c)


def _supply(numbers: Mapping[str, float], ppa_shape: str) -> RenewablesAsk:
    return checked_ask(
        pv_kw=numbers.get("--pv-kw"), pv_yield_kwh_per_kw=numbers.get("--pv-yield"),
        wind_kw=numbers.get("--wind-kw"), wind_speed_m_per_s=numbers.get("--wind-speed"),
        ppa_kw=numbers.get("--ppa-kw"), ppa_shape=ppa_shape,
        battery_kwh=numbers.get("--battery-kwh"), battery_kw=numbers.get("--battery-kw"),
    )  # fmt: skip


def _filters(numbers: Mapping[str, float], flags: FacilityFlags) -> SiteFilters:
    limit = numbers.get("--seismic-limit")
    return checked_filters(
        SiteFilters(
            highest_seismic_class=None if limit is None else int(limit),
            allow_moratorium=flags.allow_moratorium, data_law=flags.data_law,
        )
    )  # fmt: skip
