"""The annual dPUE and WUE that the facility model gives for published sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dcbench.catalog import Catalog, Site
from dcbench.records.scenario import Cooling
from dcbench_planner.assumptions import AssumptionBook
from dcbench_planner.facility.design import checked_design, default_cooling
from dcbench_planner.facility.simulation import Simulation, simulate
from dcbench_planner.prediction.cells import CellError
from dcbench_planner.validation.facility.places import Place, place_of, suits_outside_air
from dcbench_planner.validation.facility.rows import PueRow, SkippedError, pue_row, row_id
from dcbench_planner.validation.facility.words import Worded, read_words

IT_KW = 20_000.0
LOAD_FACTOR = 0.7
REDUNDANCY = "N+1"
RACK_KW = 15.0
"""Of a row that says nothing of its cooling: racks of general servers, cooled by air."""


@dataclass(frozen=True, kw_only=True)
class Modelled:
    """A published row and what the model says of it."""

    row: PueRow
    place: Place
    cooling: Cooling
    why: str
    """What the cooling system was chosen from."""
    left_open: Worded | None
    """Words that name two systems and leave the choice to the climate."""
    dpue: float
    wue_l_per_kwh: float

    @property
    def site_key(self) -> tuple[str, str]:
        """Operator and climate: rows with the same are left out together."""
        return self.row.operator.casefold(), self.place.site.id


@dataclass(frozen=True, kw_only=True)
class Unmodelled:
    """A row that gets no number."""

    id: str
    reason: str
    source: str


@dataclass(frozen=True)
class FacilityModel:
    """The model at one size, load and redundancy; every site and system is simulated once."""

    catalog: Catalog
    book: AssumptionBook
    _done: dict[tuple[str, Cooling], tuple[float, float]] = field(default_factory=dict)

    def annual(self, site: Site, cooling: Cooling) -> tuple[float, float]:
        """Give annual dPUE and WUE in L/kWh."""
        key = (site.id, cooling)
        if key not in self._done:
            totals = self._simulated(site, cooling).totals
            self._done[key] = totals.dpue, totals.wue_l_per_kwh
        return self._done[key]

    def _simulated(self, site: Site, cooling: Cooling) -> Simulation:
        design = checked_design(
            it_kw=IT_KW, load_factor=LOAD_FACTOR, site=site, cooling=cooling, redundancy=REDUNDANCY
        )
        return simulate(design, self.book)


def model_rows(
    cells: Sequence[Mapping[str, str]], model: FacilityModel, known: Sequence[Modelled] = ()
) -> tuple[list[Modelled], list[Unmodelled]]:
    """Simulate every row that is an annual figure of one site with a known climate.

    Args:
        cells: rows as text.
        model: at one size and load.
        known: other rows, from which a row without words on its cooling takes them.
    """
    placed, without = [], []
    for text in cells:
        try:
            row = _published(text)
            placed.append((row, place_of(row, model.catalog)))
        except CellError as error:
            source = (text.get("source") or "").strip()
            without.append(Unmodelled(id=row_id(text), reason=str(error), source=source))
    usual = usual_words([*((each.row, each.place) for each in known), *placed])
    return [modelled(row, place, model, usual) for row, place in placed], without


UsualWords = Mapping[tuple[str, str], str]
"""Words by operator and catalogued site; with an empty site those the operator uses most."""


def modelled(row: PueRow, place: Place, model: FacilityModel, usual: UsualWords) -> Modelled:
    """Choose the row's cooling system and simulate it."""
    cooling, why, worded = _cooling(row, place.site, usual)
    dpue, wue = model.annual(place.site, cooling)
    return Modelled(
        row=row, place=place, cooling=cooling, why=why, dpue=dpue, wue_l_per_kwh=wue,
        left_open=worded if worded and worded.otherwise else None,
    )  # fmt: skip


def _cooling(row: PueRow, site: Site, usual: UsualWords) -> tuple[Cooling, str, Worded | None]:
    operator = row.operator.casefold()
    for words, why in (
        (row.words, "its words"),
        (usual.get((operator, site.id), ""), "words of its other rows"),
        (usual.get((operator, ""), ""), "words of its operator's other sites"),
    ):
        worded = read_words(words)
        if worded is None:
            continue
        if worded.otherwise and not suits_outside_air(site):
            return worded.otherwise, f"{why} and the climate", worded
        return worded.cooling, why, worded
    usual_there = default_cooling(liquid_cooled=False, rack_kw=RACK_KW, site=site)
    return usual_there, "usual in the climate", None


def usual_words(rows: Sequence[tuple[PueRow, Place]]) -> UsualWords:
    """Count what the rows say of their cooling systems."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row, place in rows:
        if read_words(row.words):
            for site in (place.site.id, ""):
                counts.setdefault((row.operator.casefold(), site), Counter())[row.words] += 1
    return {key: count.most_common(1)[0][0] for key, count in counts.items()}


def _published(text: Mapping[str, str]) -> PueRow:
    row = pue_row(text)
    if row.pue is None and row.wue_l_per_kwh is None:
        raise SkippedError("has neither PUE nor WUE")
    return row
