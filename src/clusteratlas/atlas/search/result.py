"""What a search gives back: the hits of a page, the counts, what was understood, and all ids for downloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from clusteratlas.atlas.search.counting import FacetCounts
from clusteratlas.atlas.search.placing import PlaceRead
from clusteratlas.atlas.search.snippets import Part

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from clusteratlas.atlas.search.organisations import OrganisationsBehind


@dataclass(frozen=True, slots=True)
class Correction:
    """A query taken for another: the words that were mistyped, and what they were taken for."""

    original: str
    corrected: str
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A found project as a list shows it. ``snippet`` and ``title_parts`` are text with a mark of what was sought.

    ``eu_contribution_eur`` is None where none was published; ``cluster`` is core, related, none or None
    (not judged); ``score`` has a meaning only beside other scores of the same query.
    """

    project_id: str
    acronym: str
    title: str
    programme_id: str | None
    status: str | None
    start_date: date | None
    end_date: date | None
    eu_contribution_eur: float | None
    coordinator_name: str | None
    coordinator_country: str | None
    cluster: str | None
    participants: int
    snippet: tuple[Part, ...]
    title_parts: tuple[Part, ...]
    score: float


@dataclass(frozen=True)
class SearchResult:
    """The found projects: a page of hits, and what holds for all of them.

    ``query`` is the query as understood, ``filters`` the values by facet (those written in the query among
    them). ``timeline`` counts by start year, ``countries`` by country of any participant (ISO code),
    ``eu_contribution_eur`` sums what was published (None: nothing was), which ``projects_with_amount`` of them
    state, ``organisations`` counts different participants (`organisations_behind` names them).
    ``correction`` is None when nothing was taken for mistyped; ``warnings`` say what was repaired. ``places`` are
    the countries and regions that the words name, and whether they were read as filters; ``rest`` is what was typed
    without them, ``literal`` with them in quotes, which keeps them words.
    """

    query: str
    filters: dict[str, tuple[str, ...]]
    sort: str
    total: int
    page: int
    page_size: int
    hits: tuple[Hit, ...]
    facets: tuple[FacetCounts, ...]
    timeline: tuple[tuple[int, int], ...]
    countries: dict[str, int]
    eu_contribution_eur: float | None
    projects_with_amount: int
    organisations: int
    correction: Correction | None
    explanation: str
    warnings: tuple[str, ...]
    places: tuple[PlaceRead, ...]
    rest: str
    literal: str
    _all: Callable[[], pa.Table] = field(repr=False, compare=False)
    _behind: Callable[..., OrganisationsBehind] = field(repr=False, compare=False)

    @property
    def pages(self) -> int:
        """Number of pages; 1 when nothing was found."""
        return max(1, -(-self.total // self.page_size))

    def facet(self, name: str) -> FacetCounts:
        """The counts of one facet; raises KeyError when it was not counted."""
        return next(counts for counts in self.facets if counts.facet.name == name)

    def project_ids(self) -> list[str]:
        """Ids of all found projects, in order."""
        return self.to_arrow()["project_id"].to_pylist()

    def to_arrow(self) -> pa.Table:
        """All found projects, in order, with the columns of a hit that are not about the query."""
        return self._all()

    def to_rows(self) -> list[dict[str, Any]]:
        """All found projects as dictionaries, in order."""
        return self.to_arrow().to_pylist()

    def organisations_behind(self, **options: Any) -> OrganisationsBehind:
        """The organisations that take part in the found projects, a page of them, most projects first.

        Options: ``sort`` (projects, money, coordinations, name), ``page``, ``page_size`` (at most 200), and the
        filters ``country``, ``region``, ``type`` (each a value or several), ``is_sme``, ``is_cluster``. They are
        about the organisations; those of the search are about the projects. All organisations at once:
        ``.to_arrow()``, ``.pl()``, ``.df()`` of what is given back.

        Raises `UsageError` for an order, a value or a page that does not exist.

        >>> import clusteratlas
        >>> atlas = clusteratlas.open()  # doctest: +SKIP
        >>> found = atlas.search("photonics", country="DE")  # doctest: +SKIP
        >>> found.organisations_behind(country="DE", sort="money").items[0].name  # doctest: +SKIP
        'FRAUNHOFER GESELLSCHAFT ZUR FORDERUNG DER ANGEWANDTEN FORSCHUNG EV'
        """
        return self._behind(**options)

    def pl(self) -> pl.DataFrame:
        """All found projects as a Polars frame."""
        import polars

        return polars.from_arrow(self.to_arrow())

    def df(self) -> pd.DataFrame:
        """All found projects as a pandas frame."""
        return self.to_arrow().to_pandas()

    def to_dict(self) -> dict[str, Any]:
        """The page and its counts, ready to be written as JSON."""
        return {
            "query": self.query,
            "explanation": self.explanation,
            "filters": {name: list(values) for name, values in self.filters.items()},
            "sort": self.sort,
            "total": self.total,
            "page": self.page,
            "page_size": self.page_size,
            "pages": self.pages,
            "eu_contribution_eur": self.eu_contribution_eur,
            "projects_with_amount": self.projects_with_amount,
            "organisations": self.organisations,
            "correction": _correction(self.correction),
            "warnings": list(self.warnings),
            "places": [asdict(place) for place in self.places],
            "hits": [_hit(hit) for hit in self.hits],
            "facets": {counts.facet.name: _facet(counts) for counts in self.facets},
            "timeline": [{"year": year, "projects": count} for year, count in self.timeline],
            "countries": dict(self.countries),
        }


def _correction(correction: Correction | None) -> dict[str, Any] | None:
    if correction is None:
        return None
    return {
        "original": correction.original,
        "corrected": correction.corrected,
        "words": dict(correction.words),
    }


def _hit(hit: Hit) -> dict[str, Any]:
    plain = {name: getattr(hit, name) for name in Hit.__slots__}
    for name in ("start_date", "end_date"):
        plain[name] = plain[name].isoformat() if plain[name] else None
    for name in ("snippet", "title_parts"):
        plain[name] = [{"text": text, "is_match": is_match} for text, is_match in plain[name]]
    return plain


def _facet(counts: FacetCounts) -> dict[str, Any]:
    values = [{name: getattr(value, name) for name in value.__slots__} for value in counts.values]
    return {"label": counts.facet.label, "values": values, "more": counts.more}
