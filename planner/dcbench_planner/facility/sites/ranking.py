"""Sites ranked by cost, carbon, water, PUE and risk, with what the ranking is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dcbench.catalog import Catalog, Site
from dcbench.errors import NoAnswerError
from dcbench.records.facility_sites import Criterion, RankedSite, SiteScore
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.design import checked_design
from dcbench_planner.facility.sites.candidates import (
    Candidate,
    candidates,
    risk_measure,
    sensible_cooling,
)
from dcbench_planner.facility.sites.comparison import Scale, Total, rank_of, scales, total
from dcbench_planner.facility.sites.filters import SiteFilters, checked_filters, reasons_out
from dcbench_planner.facility.sites.notes import ranked_notes
from dcbench_planner.facility.sites.risk import one_class_off, risk_score
from dcbench_planner.facility.sites.weights import Weights, default_weights


@dataclass(frozen=True, kw_only=True)
class _Compared:
    """One site at its best cooling system, on the common scale."""

    candidate: Candidate
    total: Total
    reasons_out: tuple[str, ...]

    @property
    def order(self) -> tuple[bool, float, str]:
        """Kept sites first, then by score; the id breaks ties."""
        return bool(self.reasons_out), self.total.score, self.candidate.site.id


def rank_sites(
    *, it_kw: float, load_factor: float, redundancy: str, book: AssumptionBook, catalog: Catalog,
    cooling: str | None = None, liquid_cooled: bool = False, rack_kw: float = 0.0,
    weights: Weights | None = None, filters: SiteFilters | None = None, training: bool = True,
) -> tuple[RankedSite, ...]:  # fmt: skip
    """Rank every site of the catalog, best first; about 3 s for 99 sites and four systems.

    Each criterion is scaled from 0 at the best of the sites that pass the filters to 1 at their
    95th percentile, and the scores are added by weight (simple additive weighting). A site stands
    for its best cooling system by the same weights.

    Args:
        it_kw, load_factor, redundancy: of the facility, see `checked_design`.
        book: prices and defaults; entries read are marked as used.
        catalog: sites and their risks, the user's own included.
        cooling: the system of every site; the best of the suitable ones if None.
        liquid_cooled, rack_kw: what is suitable, see `sensible_cooling`.
        weights: of the criteria; those of the book if None.
        filters: what leaves a site out.
        training: leaves the round-trip time out of the risk.

    Raises:
        InputError: with every fault in the arguments.
        NoAnswerError: the filters leave no site.
    """
    chosen = weights or default_weights(book)
    kept_by = checked_filters(filters or SiteFilters())
    systems = sensible_cooling(liquid_cooled=liquid_cooled, rack_kw=rack_kw)
    first = checked_design(
        it_kw=it_kw, load_factor=load_factor, site=_with_grid(catalog),
        cooling=cooling or systems[0], redundancy=redundancy,
    )  # fmt: skip
    tried = list(
        candidates(
            first, systems if cooling is None else (first.cooling,), catalog=catalog,
            weights=chosen, training=training, book=book,
        )
    )  # fmt: skip
    compared, on = _compared(tried, chosen, kept_by)
    if compared[0].reasons_out:
        raise NoAnswerError(_none_left(compared))
    return tuple(
        _record(place, one, compared, on=on, weights=chosen, training=training, book=book)
        for place, one in enumerate(compared, start=1)
    )


def _with_grid(catalog: Catalog) -> Site:
    """Give a site that any design can be checked with."""
    rows = catalog.sites.rows
    return next((site for site in rows if site.grid_ci_gco2_kwh is not None), rows[0])


def _compared(
    tried: Sequence[Candidate], weights: Weights, filters: SiteFilters
) -> tuple[list[_Compared], Mapping[Criterion, Scale]]:
    """Keep the best system of each site, then compare what was kept, best first."""
    out = {one.site.id: reasons_out(one.hazards, filters) for one in tried}
    staying = [one for one in tried if not out[one.site.id]] or tried
    on = _scales(staying, weights)
    best: dict[str, Candidate] = {}
    for one in sorted(tried, key=lambda one: total(one.measures, weights.criteria, on).score):
        best.setdefault(one.site.id, one)
    on = _scales([one for one in staying if best[one.site.id] is one], weights)
    compared = [
        _Compared(
            candidate=one, total=total(one.measures, weights.criteria, on), reasons_out=out[place]
        )
        for place, one in best.items()
    ]
    return sorted(compared, key=lambda one: one.order), on


def _scales(found: Iterable[Candidate], weights: Weights) -> dict[Criterion, Scale]:
    return scales((one.measures for one in found), weights.criteria)


def _none_left(compared: Sequence[_Compared]) -> str:
    nearest = compared[0]
    reasons = "; ".join(nearest.reasons_out)
    return f"--site any: the filters leave no site; at {nearest.candidate.site.id}: {reasons}"


def _record(
    place: int, one: _Compared, compared: Sequence[_Compared], *, on: Mapping[Criterion, Scale],
    weights: Weights, training: bool, book: AssumptionBook,
) -> RankedSite:  # fmt: skip
    run, hazards = one.candidate.simulation, one.candidate.hazards
    others = [o.total.score for o in compared if o is not one and not o.reasons_out]
    turned = [one.total.score]
    for row in [] if hazards is None else one_class_off(hazards):
        water = run.totals.water_l > 0
        risk = risk_score(row, weights.risks, book, takes_water=water, training=training)
        measures = {**one.candidate.measures, "risk": risk_measure(risk)}
        turned.append(total(measures, weights.criteria, on).score)
    return RankedSite(
        site=one.candidate.site.id, name=one.candidate.site.name, rank=place,
        rank_best=min(place, rank_of(min(turned), others)),
        rank_worst=max(place, rank_of(max(turned), others)),
        excluded_by="; ".join(one.reasons_out),
        score=_share(one.total.score), score_low=_share(one.total.low),
        score_high=_share(one.total.high), known_share=_share(one.total.known_share),
        is_tied_with_best=not one.reasons_out and one.total.low <= compared[0].total.high,
        cooling=run.design.cooling, dpue_annual=run.totals.dpue,
        wue_site_l_per_kwh=run.totals.wue_l_per_kwh,
        water_stress_class=None if hazards is None else hazards.water_stress_class,
        scores=_scores(one, weights), risk_items=_risk_items(one),
        notes=ranked_notes(run, hazards),
    )  # fmt: skip


def _scores(one: _Compared, weights: Weights) -> tuple[SiteScore, ...]:
    return tuple(
        SiteScore(
            criterion=name, value=measure.value, unit=measure.unit,
            score=one.total.by_criterion[name].score,
            score_low=one.total.by_criterion[name].low,
            score_high=one.total.by_criterion[name].high,
            weight=weights.criteria[name], known_share=_share(measure.known_share),
            source=measure.source,
        )
        for name, measure in one.candidate.measures.items()
    )  # fmt: skip


def _risk_items(one: _Compared) -> tuple[SiteScore, ...]:
    return tuple(
        SiteScore(
            criterion=item.name, unit="0 best, 1 worst", weight=item.weight, source=item.basis,
            value=item.low if item.is_known else None, score=item.low if item.is_known else None,
            score_low=item.low, score_high=item.high, known_share=float(item.is_known),
        )
        for item in one.candidate.risk.items
    )  # fmt: skip


def _share(value: float) -> float:
    """Cut what rounding adds beyond 0-1."""
    return min(max(value, 0.0), 1.0)
