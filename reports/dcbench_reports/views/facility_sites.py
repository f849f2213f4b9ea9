"""Section of a facility record about other sites: their rank with what is unknown left open."""

from __future__ import annotations

from dcbench.records.facility import FacilityRecord
from dcbench_reports.blocks import Column, Figure, Prose, Row, Section, Table
from dcbench_reports.charts import Axis, Range, Ranges
from dcbench_reports.facts import Facts
from dcbench_reports.views.common import sentence, span

MOST_DRAWN = 12
MOST_ROWS = 100


def site_sections(record: FacilityRecord, facts: Facts, prefix: str) -> list[Section]:
    """Give the ranking; none without compared sites."""
    if not record.sites:
        return []
    drawn = record.sites[:MOST_DRAWN]
    chart = Ranges(
        title="Score of the first sites", axis=Axis(label="Score, 0 is best"),
        rows=tuple(
            Range(label=site.name, low=min(site.score_low, site.score),
                  middle=site.score, high=max(site.score_high, site.score))
            for site in drawn
        ),
        description=f"One row for each of {len(drawn)} sites: the score, and the scores with "
        f"everything unknown at its best and at its worst. First is {drawn[0].name}.",
    )  # fmt: skip
    caption = "The bar spans the scores with every unknown cell at its best and at its worst."
    tied = sum(site.is_tied_with_best for site in record.sites[1:])
    lead = sentence(
        facts.count("sites"), " sites compared. ",
        f"{tied} cannot be told from the first by what is known." if tied else "",
    )  # fmt: skip
    return [
        Section(
            slug=f"{prefix}-sites", title="Sites compared", lead=lead,
            blocks=(Figure(chart=chart, caption=caption), _table(record, facts)),
        )
    ]  # fmt: skip


def _table(record: FacilityRecord, facts: Facts) -> Table:
    criteria = list(
        dict.fromkeys(score.criterion for site in record.sites for score in site.scores)
    )
    rows = []
    for i, site in enumerate(record.sites[:MOST_ROWS]):
        place = {score.criterion: k for k, score in enumerate(site.scores)}
        values = []
        for criterion in criteria:
            k = place.get(criterion)
            unit = "" if k is None else site.scores[k].unit
            values.append(
                None if k is None
                else facts.number("sites", i, "scores", k, "value", unit=unit)
            )  # fmt: skip
        low = facts.number("sites", i, "score_low", digits=2)
        high = facts.number("sites", i, "score_high", digits=2)
        interval: Prose | None = None if low is None or high is None else span(low, high)
        remark = "tied with the first" if site.is_tied_with_best and site.rank > 1 else ""
        notes = "; ".join(text for text in (remark, getattr(site, "excluded_by", ""),
                                            *site.notes) if text)  # fmt: skip
        rows.append(
            Row(
                cells=(
                    site.name, facts.number("sites", i, "rank"),
                    facts.number("sites", i, "score", digits=2), interval,
                    facts.number("sites", i, "known_share"), site.cooling,
                    facts.number("sites", i, "dpue_annual"), *values, notes,
                ),
                strong=site.site == record.site,
            )
        )  # fmt: skip
    columns = (
        Column(label="Site"), Column(label="Rank", numeric=True),
        Column(label="Score", numeric=True), Column(label="Best to worst case", numeric=True),
        Column(label="Known", numeric=True), Column(label="Cooling"),
        Column(label="Design PUE", numeric=True),
        *(Column(label=name[:1].upper() + name[1:], numeric=True) for name in criteria),
        Column(label="Note"),
    )  # fmt: skip
    return Table(caption="Sites by rank", columns=columns, rows=tuple(rows))
