"""The organisations behind a search: who takes part in the found projects, ranked, filtered, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clusteratlas import taxonomies
from clusteratlas.arrow import numbers, one_array, strings, whole_numbers
from clusteratlas.atlas.places import region_asked
from clusteratlas.atlas.search.collection import NUMBERED
from clusteratlas.atlas.search.columns import Mask
from clusteratlas.errors import UsageError, nearest

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

PAGE_SIZE, LARGEST_PAGE, LAST_PAGE = 50, 200, 100_000
SORTS = {
    "projects": "most projects",
    "money": "most EU money",
    "coordinations": "most coordinated",
    "name": "name",
}
FILTERS = {
    "participant_country": "Country of the organisation (ISO 3166-1)",
    "participant_region": "NUTS region of the organisation, of any version, with all inside it",
    "participant_type": "Kind of the organisation: HES, REC, PRC, PUB or OTH",
    "participant_sme": "Whether it is a small or medium-sized enterprise: yes or no",
    "participant_cluster": "Whether it is a cluster organisation: yes or no",
}
"""Filters on the organisations behind a search, as addresses, the API and the command line name them."""

NAMES = {
    "participant_country": "country",
    "participant_region": "region",
    "participant_type": "activity_type",
    "participant_sme": "is_sme",
    "participant_cluster": "is_cluster",
}
"""The same filters as options in Python."""

YES_OR_NO = {"yes": True, "no": False}

FACTS = """
  SELECT organisation_id, coalesce(name, organisation_id) AS name, short_name, city, country_code, region_code,
    activity_type, is_sme, is_cluster_organisation FROM organisation ORDER BY organisation_id"""
PARTS = f"""
  SELECT p.row, o.place, coalesce(t.role = 'coordinator', false)::TINYINT AS is_led,
    coalesce(t.net_eu_contribution_eur, 'nan'::DOUBLE) AS net
  FROM participation t JOIN {NUMBERED} p USING (project_id)
  JOIN (SELECT organisation_id, row_number() OVER (ORDER BY organisation_id) - 1 AS place FROM organisation) o
    USING (organisation_id)"""


@dataclass(frozen=True, slots=True)
class OrganisationBehind:
    """An organisation with its part in the found projects.

    ``projects`` it takes part in, ``coordinations`` it leads, ``participations`` of which
    ``participations_with_amount`` have a net EU contribution; their sum is in EUR (None: none was published).
    """

    organisation_id: str
    name: str
    short_name: str | None
    city: str | None
    country_code: str | None
    country_name: str | None
    region_code: str | None
    region_name: str | None
    activity_type: str | None
    activity_label: str | None
    is_sme: bool | None
    is_cluster_organisation: bool | None
    projects: int
    coordinations: int
    participations: int
    participations_with_amount: int
    net_eu_contribution_eur: float | None


@dataclass(frozen=True)
class OrganisationsBehind:
    """A page of the organisations behind a search, and all of them as a table.

    ``countries`` and ``types`` count organisations by code, under all filters but their own.
    """

    items: tuple[OrganisationBehind, ...]
    total: int
    page: int
    page_size: int
    sort: str
    countries: dict[str, int]
    types: dict[str, int]
    _all: Callable[[], pa.Table] = field(repr=False, compare=False)

    @property
    def pages(self) -> int:
        """Number of pages; 1 when there is none."""
        return max(1, -(-self.total // self.page_size))

    def to_arrow(self) -> pa.Table:
        """All organisations under the filters, in order, with the columns of `OrganisationBehind`."""
        return self._all()

    def to_rows(self) -> list[dict[str, Any]]:
        """All of them as dictionaries."""
        return self.to_arrow().to_pylist()

    def pl(self) -> pl.DataFrame:
        """All of them as a Polars frame."""
        import polars

        return polars.from_arrow(self.to_arrow())

    def df(self) -> pd.DataFrame:
        """All of them as a pandas frame."""
        return self.to_arrow().to_pandas()

    def to_dict(self) -> dict[str, Any]:
        """The page and its counts, ready to be written as JSON."""
        names = ("total", "page", "page_size", "pages", "sort", "countries", "types")
        return {name: getattr(self, name) for name in names} | {"items": [asdict(one) for one in self.items]}


def read_filters(given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The filters of `FILTERS` as `Organisations.behind` takes them.

    Raises `UsageError` for a filter or value that does not exist, `NotFoundError` for a country.

    >>> read_filters({"participant_country": ["EL"], "participant_sme": ["yes"]})
    {'country': ('GR',), 'is_sme': True}
    """
    for name in given:
        if name not in FILTERS:
            raise UsageError(f"there is no filter '{name[:60]}'", remedy=nearest(name[:60], FILTERS))
    return {
        NAMES[name]: tuple(dict.fromkeys(map(_READ[name], words)))
        if name in _READ
        else _yes_or_no(name, words[-1])
        for name, words in given.items()
        if words
    }


def _country(word: str) -> str:
    return taxonomies.country(word).country_code


def _activity_type(word: str) -> str:
    known = taxonomies.activity_types()
    if word.upper() not in known:
        raise UsageError(
            f"there is no type '{word[:40]}'", where="participant_type", remedy=nearest(word, known)
        )
    return word.upper()


_READ = {
    "participant_country": _country,
    "participant_region": region_asked,
    "participant_type": _activity_type,
}


def _yes_or_no(name: str, word: str) -> bool:
    if word.lower() not in YES_OR_NO:
        raise UsageError(f"'{word[:40]}' is no value of '{name}'", remedy="write yes or no")
    return YES_OR_NO[word.lower()]


class Organisations:
    """The participations of a release as arrays, for ranking the organisations behind any of its projects."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        facts = cursor.sql(FACTS).to_arrow_table()
        self._facts = {name: one_array(facts[name]) for name in facts.column_names}
        parts = cursor.sql(PARTS).to_arrow_table()
        self._row, self._place, self._is_led, self._net = (
            numbers(one_array(parts[name])) for name in ("row", "place", "is_led", "net")
        )

    def __len__(self) -> int:
        return len(self._facts["organisation_id"])

    def behind(
        self,
        mask: Mask,
        *,
        sort: str = "projects",
        page: int = 1,
        page_size: int = PAGE_SIZE,
        country: Iterable[str] = (),
        region: Iterable[str] = (),
        activity_type: Iterable[str] = (),
        is_sme: bool | None = None,
        is_cluster: bool | None = None,
    ) -> OrganisationsBehind:
        """The organisations that take part in the projects of ``mask``; raises `UsageError`."""
        _check(sort, page, page_size)
        counted = self._counted(mask)
        there = counted["projects"] > 0
        kept = {
            "country": self._has("country_code", tuple(country)),
            "region": self._lies_in(tuple(region)),
            "type": self._has("activity_type", tuple(activity_type)),
            "rest": self._is("is_sme", is_sme) & self._is("is_cluster_organisation", is_cluster) & there,
        }
        found = np.flatnonzero(np.logical_and.reduce(list(kept.values())))
        order = found[self._order(found, counted, sort)]
        shown = self._table(order[(page - 1) * page_size : page * page_size], counted)
        return OrganisationsBehind(
            items=tuple(OrganisationBehind(**row) for row in shown.to_pylist()),
            total=len(order),
            page=page,
            page_size=page_size,
            sort=sort,
            countries=self._tally("country_code", kept, "country"),
            types=self._tally("activity_type", kept, "type"),
            _all=lambda: self._table(order, counted),
        )

    def _counted(self, mask: Mask) -> dict[str, np.ndarray]:
        """For each organisation its projects, those it leads, its participations and its money."""
        part = mask[self._row]
        row, place, is_led, net = self._row[part], self._place[part], self._is_led[part], self._net[part]
        stated = ~np.isnan(net)
        size = len(self)
        return {
            "projects": _different(row, place, len(mask), size),
            "coordinations": _different(row[is_led == 1], place[is_led == 1], len(mask), size),
            "participations": np.bincount(place, minlength=size),
            "participations_with_amount": np.bincount(place[stated], minlength=size),
            "net_eu_contribution_eur": np.bincount(place[stated], net[stated], minlength=size),
        }

    def _order(self, found: np.ndarray, counted: dict[str, np.ndarray], sort: str) -> np.ndarray:
        """What was found from the first to the last; those without a published amount come after zero."""
        projects, led = -counted["projects"][found], -counted["coordinations"][found]
        stated = counted["participations_with_amount"][found] > 0
        money = np.where(stated, -counted["net_eu_contribution_eur"][found], np.inf)
        name = self._name_rank[found]
        keys = {
            "projects": (name, money, projects),
            "money": (name, projects, money),
            "coordinations": (name, money, projects, led),
            "name": (name,),
        }
        return np.lexsort(keys[sort])

    @cached_property
    def _name_rank(self) -> np.ndarray:
        names = [name.lower() for name in self._facts["name"].to_pylist()]
        rank = np.empty(len(names), np.int64)
        rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        return rank

    def _has(self, column: str, values: tuple[str, ...]) -> Mask:
        if not values:
            return np.ones(len(self), bool)
        return _truths(pc.is_in(self._facts[column], strings(values).cast(pa.string())))

    def _lies_in(self, regions: tuple[str, ...]) -> Mask:
        column = self._facts["region_code"]
        masks = [_truths(pc.starts_with(column, code)) for code in regions]
        return np.logical_or.reduce(masks) if masks else np.ones(len(self), bool)

    def _is(self, column: str, wanted: bool | None) -> Mask:
        """Those of which a fact is so; what is not known counts as no."""
        return np.ones(len(self), bool) if wanted is None else _truths(self._facts[column]) == wanted

    def _tally(self, column: str, kept: dict[str, Mask], own: str) -> dict[str, int]:
        masks = [mask for name, mask in kept.items() if name != own]
        values = self._facts[column].take(whole_numbers(np.flatnonzero(np.logical_and.reduce(masks))))
        counts = {one["values"]: one["counts"] for one in pc.value_counts(values).to_pylist()}
        counts.pop(None, None)
        return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))

    def _table(self, places: np.ndarray, counted: dict[str, np.ndarray]) -> pa.Table:
        at = whole_numbers(places)
        columns = {name: values.take(at) for name, values in self._facts.items()}
        types = taxonomies.activity_types()
        names = {
            "country_name": (columns["country_code"], taxonomies.country_name),
            "region_name": (columns["region_code"], _region_name),
            "activity_label": (
                columns["activity_type"],
                lambda code: types[code].label if code in types else code,
            ),
        }
        for name, (codes, said) in names.items():
            columns[name] = pa.array(
                [said(code) if code else None for code in codes.to_pylist()], pa.string()
            )
        whole = ("projects", "coordinations", "participations", "participations_with_amount")
        columns |= {name: whole_numbers(counted[name][places]) for name in whole}
        money = zip(
            counted["net_eu_contribution_eur"][places].tolist(), columns[whole[-1]].to_pylist(), strict=True
        )
        columns["net_eu_contribution_eur"] = pa.array(
            [round(eur, 2) if stated else None for eur, stated in money], pa.float64()
        )
        order = OrganisationBehind.__dataclass_fields__
        return pa.table({name: columns[name] for name in order})


def _different(row: np.ndarray, place: np.ndarray, rows: int, places: int) -> np.ndarray:
    """How many different rows each place has.

    >>> _different(np.array([0, 0, 1]), np.array([1, 1, 1]), 2, 3).tolist()
    [0, 2, 0]
    """
    keys = np.sort(place.astype(np.int64) * rows + row)
    keys = keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
    return np.bincount(keys // rows if rows else keys, minlength=places)


def _truths(values: pa.Array) -> Mask:
    """Truth values as an array; what is not known counts as no."""
    return numbers(values.fill_null(False).cast(pa.int8())) == 1


def _region_name(code: str) -> str:
    region = taxonomies.regions().get(code)
    return region.name if region and region.level else taxonomies.country_name(code) or code


def _check(sort: str, page: int, page_size: int) -> None:
    if sort not in SORTS:
        raise UsageError(f"there is no order '{sort[:40]}'", where="sort", remedy=nearest(sort, SORTS))
    if not 1 <= page_size <= LARGEST_PAGE:
        raise UsageError(
            f"a page cannot have {page_size} organisations", remedy=f"ask for 1 to {LARGEST_PAGE}"
        )
    if not 1 <= page <= LAST_PAGE:
        raise UsageError(f"there is no page {page}", remedy="pages count from 1")
