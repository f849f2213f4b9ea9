"""Parts of the facility record about choosing a site and saving energy."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dcbench.records.base import Finite, Name, NonNegative, Positive, Record, Share, Text
from dcbench.records.facility_standards import Verdict

Criterion = Literal["cost", "carbon", "water", "pue", "risk"]
Rank = Annotated[int, Field(ge=1, le=10_000)]


class SiteScore(Record):
    """One criterion of one site; 0 is best, 1 worst of the compared."""

    criterion: Name
    value: Finite | None = None
    """None: unknown."""
    unit: Name
    score: Share | None = None
    score_low: Share = 0.0
    """With what is unknown at its best."""
    score_high: Share = 1.0
    """With what is unknown at its worst."""
    weight: Share
    known_share: Share = 1.0
    """How much of the criterion's own weight rests on known cells."""
    source: Text = ""


class RankedSite(Record):
    """One site of the comparison."""

    site: Name
    name: Name
    rank: Rank
    """Sites that a hard filter leaves out come after all others."""
    rank_best: Rank
    """If one recalled hazard class is better by one than the table says."""
    rank_worst: Rank
    """If one is worse by one."""
    excluded_by: Text = ""
    """The hard filters that leave the site out; empty when it stays."""
    score: Share
    """Weighted over what is known; 0 is best."""
    score_low: Share
    """With every unknown cell at its best."""
    score_high: Share
    """With every unknown cell at its worst."""
    known_share: Share
    is_tied_with_best: bool
    """The interval reaches that of the first site."""
    cooling: Name
    dpue_annual: Positive
    wue_site_l_per_kwh: NonNegative
    water_stress_class: Annotated[int, Field(ge=0, le=4)] | None = None
    """Baseline water stress, 0 low to 4 extreme; None: unknown."""
    scores: tuple[SiteScore, ...]
    """By criterion."""
    risk_items: tuple[SiteScore, ...] = ()
    """What the criterion `risk` is made of; weights within it."""
    notes: tuple[Text, ...] = ()


class RegisterItem(Record):
    """One line of the risk register; only a person can tick it."""

    id: Name
    step: Annotated[int, Field(ge=1, le=5)]
    title: Name
    item: Text
    verdict: Verdict = "not checked"
    hint: Text = ""
    """What the catalog knows; no evidence."""
    checked_on: Name | None = None
    owner: Name | None = None
    evidence: Text = ""


class Worth(Record):
    """What a changed design saves in a year; negative costs."""

    kwh_per_year: Finite
    water_l_per_year: Finite
    kgco2e_per_year: Finite
    usd_per_year: Finite
    """Electricity and water, less the worth of work that is not done."""
    lost_work_usd_per_year: NonNegative = 0.0
    """Yearly cost of the IT equipment times the speed that is lost."""
    capital_usd: NonNegative
    payback_years: NonNegative | None = None
    """None: it never pays back."""
    dpue_annual: Positive
    throughput_factor: Positive = 1.0
    """Speed of the IT work with the change over without."""


class Saving(Worth):
    """One change of the design."""

    measure: Name
    change: Text
    unmet_h_per_year: NonNegative = 0.0
    """Hours in which some heat is not removed with the change."""
    note: Text = ""
    provenance: Name = "assumed"


class SavingsPackage(Worth):
    """Measures taken together, simulated together."""

    target_share: Share
    """Of the energy that was asked to be saved."""
    reached_share: Finite
    is_met: bool
    measures: tuple[Name, ...]
    sum_of_singles_kwh_per_year: Finite
    """What adding the single savings up would have claimed."""


class SavingsPart(Record):
    """Ranked measures, best first, and a package."""

    facility_kwh_per_year: Positive
    """Of the design as it is."""
    electricity_usd_per_kwh: NonNegative
    electricity_source: Text
    water_usd_per_m3: NonNegative
    kgco2e_per_kwh: NonNegative
    carbon_basis: Name
    """`direct` or `lifecycle`."""
    measures: tuple[Saving, ...]
    package: SavingsPackage | None = None
