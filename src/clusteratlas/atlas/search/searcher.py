"""Answering searches over the projects of one release."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from clusteratlas.arrow import map_table, whole_numbers
from clusteratlas.atlas.search import collection
from clusteratlas.atlas.search.collection import UNKNOWN_DAY, Collection
from clusteratlas.atlas.search.columns import Mask
from clusteratlas.atlas.search.counting import count_facets
from clusteratlas.atlas.search.explain import explain
from clusteratlas.atlas.search.facets import facet, read_filters
from clusteratlas.atlas.search.filters import Filters
from clusteratlas.atlas.search.index import ROWS, TEXT, WORDS
from clusteratlas.atlas.search.matching import Matches, Texts, evaluate
from clusteratlas.atlas.search.organisations import NAMES, Organisations, OrganisationsBehind
from clusteratlas.atlas.search.organisations import read_filters as read_participants
from clusteratlas.atlas.search.placing import PlaceRead, PlacesFound, find_places, said_of
from clusteratlas.atlas.search.related import Related, similar
from clusteratlas.atlas.search.result import Correction, Hit, SearchResult
from clusteratlas.atlas.search.snippets import marked, passage, sought
from clusteratlas.atlas.search.suggest import Suggestion, suggest
from clusteratlas.atlas.search.syntax import LONGEST_QUERY, parse
from clusteratlas.atlas.search.tree import And, Filter, Node, Not, Or, Phrase, Word, written
from clusteratlas.atlas.search.words import Vocabulary, sound, split
from clusteratlas.errors import ReleaseError, UsageError, nearest

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

PAGE_SIZE_AT_MOST = 100
PAGE_AT_MOST = 100_000
PLACE_FACETS = ("country", "region")
SORTS = {
    "relevance": "most relevant first",
    "newest": "newest start first",
    "oldest": "oldest start first",
    "budget": "largest EU contribution first",
    "budget-asc": "smallest EU contribution first",
    "title": "by title",
    "partners": "most participants first",
}
CORRECTED_FIELDS = (None, "title", "objective", "keyword", "topic", "theme", "participant")
EXPORTED = (
    *("project_id", "acronym", "title", "programme_id", "status", "start_date", "end_date"),
    *("eu_contribution_eur", "coordinator_name", "coordinator_country", "participants"),
    "cluster",
)


@dataclass(frozen=True)
class _Understood:
    """A query as a tree and filters, and the projects that it lets through: by words, by filter, and by all."""

    node: Node | None
    filters: dict[str, tuple[str, ...]]
    correction: Correction | None
    warnings: tuple[str, ...]
    matches: Matches
    masks: dict[str, Mask]
    full: Mask


class Searcher:
    """Full-text search with facets over an opened release. Loads at the first search; safe between threads."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._lock = threading.RLock()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the release."""
        with self._lock:
            return Vocabulary(self._file(WORDS))

    @cached_property
    def collection(self) -> Collection:
        """The projects as arrays."""
        with self._lock:
            return collection.load(self._atlas.cursor)

    @cached_property
    def texts(self) -> Texts:
        """The index of the texts."""
        with self._lock:
            return Texts(self._file(TEXT), len(self.collection), self.vocabulary)

    @cached_property
    def filters(self) -> Filters:
        """The filters."""
        with self._lock:
            return Filters(self.collection)

    @cached_property
    def shown(self) -> pa.Table:
        """What hits show, mapped into memory."""
        with self._lock:
            table = map_table(self._file(ROWS))
            if table["project_id"].to_pylist() != self.collection.project_ids:
                raise ReleaseError(
                    "the search index is of other projects than the database",
                    where=str(self._file(ROWS)),
                    remedy="build the release again",
                )
            return table.append_column("cluster", self.collection.clusters)

    @cached_property
    def _orders(self) -> dict[str, np.ndarray]:
        """The rows in each order; what is not known comes last."""
        of = self.collection
        unknown = of.start == UNKNOWN_DAY
        budget, start = of.budget, of.start.astype(np.int64)
        titles = np.array([title.lower() if title else "\U0010ffff" for title in of.titles], object)
        return {
            "newest": np.lexsort((np.where(unknown, 0, -start), unknown)),
            "oldest": np.lexsort((start, unknown)),
            "budget": np.lexsort((-np.nan_to_num(budget), np.isnan(budget))),
            "budget-asc": np.lexsort((np.nan_to_num(budget), np.isnan(budget))),
            "title": np.argsort(titles, kind="stable"),
            "partners": np.argsort(-of.partners, kind="stable"),
        }

    def text_of(self, row: int) -> str:
        """Title and objective of a project."""
        title, objective = (self.shown[name][row].as_py() for name in ("title", "objective"))
        return f"{title}\n{objective}"

    def shown_rows(self, rows: np.ndarray, names: list[str] | None = None) -> list[dict[str, Any]]:
        """What hits show of some projects, in the order of ``rows``."""
        table = self.shown.select(names) if names else self.shown
        return table.take(whole_numbers(rows)).to_pylist()

    @cached_property
    def organisations(self) -> Organisations:
        """Who takes part in what."""
        with self._lock:
            return Organisations(self._atlas.cursor)

    def _organisations_behind(self, mask: Mask, **options: Any) -> OrganisationsBehind:
        """The organisations behind the projects of ``mask``; see `SearchResult.organisations_behind`."""
        for option in options:
            if option not in (*NAMES.values(), "sort", "page", "page_size"):
                raise UsageError(f"there is no option '{option}'", remedy=nearest(option, NAMES.values()))
        given = {
            name: [word] if isinstance(word, str) else [*word]
            for name, option in NAMES.items()
            if (word := options.get(option)) is not None and not isinstance(word, bool)
        }
        plain = {name: value for name, value in options.items() if value is not None}
        return self.organisations.behind(mask, **{**plain, **read_participants(given)})

    def similar(self, project_id: str, n: int = 6) -> tuple[Related, ...]:
        """Projects like one, and why; see `clusteratlas.atlas.Atlas.similar`."""
        return similar(self, project_id, n)

    def suggest(self, beginning: str, n: int = 8) -> tuple[Suggestion, ...]:
        """What may be about to be typed; see `clusteratlas.atlas.Atlas.suggest`."""
        return suggest(self, sound(beginning), n)

    def warm(self) -> None:
        """Load everything that the first search would load, so that nobody waits for it."""
        self.search("warm wrmm")
        self.search("", page_size=1)
        self.suggest("warm")

    def _file(self, name: str) -> Any:
        path = self._atlas.release.search / name
        if not path.exists():
            raise ReleaseError(
                "the search index is missing", where=str(path), remedy="build the release again"
            )
        return path

    def search(
        self,
        text: str = "",
        *,
        page: int = 1,
        page_size: int = 25,
        sort: str = "relevance",
        facets: bool = True,
        **filters: Any,
    ) -> SearchResult:
        """The projects that match; see `clusteratlas.atlas.Atlas.search`."""
        _check(text, page, page_size, sort)
        given = read_filters(filters)
        found = find_places(sound(text))
        asked, places = self._with_places(sound(text), given, found)
        corrected, chosen, matches = asked.node, asked.filters, asked.matches
        order = self._order(asked.full, matches.scores, sort, corrected is not None)
        hits = self._found(order[(page - 1) * page_size : page * page_size], matches.scores, corrected)
        counts = self._counts(asked) if facets else _NOTHING
        return SearchResult(
            query=written(corrected),
            filters=chosen,
            sort=sort,
            total=len(order),
            page=page,
            page_size=page_size,
            hits=hits,
            correction=asked.correction,
            explanation=explain(corrected, chosen, self.filters.label, len(order)) + said_of(places),
            warnings=asked.warnings,
            places=places,
            rest=found.rest if found else text,
            literal=found.literal if found else text,
            eu_contribution_eur=_published_sum(self.collection.budget[asked.full]),
            projects_with_amount=int(np.count_nonzero(~np.isnan(self.collection.budget[asked.full]))),
            _all=lambda: self._exported(order),
            _behind=partial(self._organisations_behind, asked.full),
            **counts,
        )

    def _understood(self, text: str, given: Mapping[str, tuple[str, ...]]) -> _Understood:
        """A query and filters as the release understands them, and what they let through."""
        parsed = parse(text, split, _is_filter)
        warnings = list(parsed.repairs)
        node, written_filters = self._lift(parsed.node, warnings)
        chosen = self.filters.resolve(given)
        for one in written_filters:
            chosen[one.name] = tuple(dict.fromkeys((*chosen.get(one.name, ()), one.value)))
        corrected, words = self._corrected(node)
        correction = Correction(written(node), written(corrected), words) if words else None
        matches = evaluate(corrected, self.texts, self.filters.mask)
        masks = self.filters.masks(chosen)
        full = np.logical_and.reduce([matches.mask, *masks.values()])
        return _Understood(corrected, chosen, correction, tuple(warnings), matches, masks, full)

    def _with_places(
        self, text: str, given: Mapping[str, tuple[str, ...]], found: PlacesFound | None
    ) -> tuple[_Understood, tuple[PlaceRead, ...]]:
        """The query with the places among its words as filters, where that finds more than the words do.

        What the words say is kept when they are the name of an organisation, or when another place is chosen.
        """
        literal = self._understood(text, given)
        if found is None:
            return literal, ()
        places = {name: tuple(p.value for p in found.places if p.facet == name) for name in PLACE_FACETS}
        wanted = {**given, **{name: values for name, values in places.items() if values}}
        chosen = [name for name in PLACE_FACETS if places[name] and literal.filters.get(name)]
        read = self._understood(found.rest, wanted)
        is_applied = bool(
            not any(set(read.filters[name]) - set(literal.filters[name]) for name in chosen)
            and not (found.is_naming and found.rest and self._is_organisation(text))
            and np.count_nonzero(read.full) > np.count_nonzero(literal.full)
        )
        told = tuple(
            replace(place, label=self.filters.label(place.facet, place.value), is_applied=is_applied)
            for place in found.places
        )
        return (read if is_applied else literal), told

    def _is_organisation(self, text: str) -> bool:
        """Whether words stand in this order in the name of a participant."""
        words = split(text)
        return len(self.texts.find(Phrase(" ".join(words), "participant")).rows) > 0

    def _lift(self, node: Node | None, warnings: list[str]) -> tuple[Node | None, list[Filter]]:
        """The tree without the filters that must hold anyway, and these; values that do not exist are left out."""
        node = self._checked(node, warnings)
        parts = node.parts if isinstance(node, And) else (node,)
        lifted = [part for part in parts if isinstance(part, Filter)]
        rest = tuple(part for part in parts if part is not None and not isinstance(part, Filter))
        return (And(rest) if len(rest) > 1 else (rest[0] if rest else None)), lifted

    def _checked(self, node: Node | None, warnings: list[str]) -> Node | None:
        match node:
            case Filter(name, value):
                try:
                    return Filter(name, self.filters.value(facet(name), value))
                except UsageError as fault:
                    warnings.append(f"{fault.what}, so it was left out; {fault.remedy}")
                    return None
            case Not(part):
                inner = self._checked(part, warnings)
                return Not(inner) if inner else None
            case And(parts) | Or(parts):
                there = tuple(p for p in (self._checked(part, warnings) for part in parts) if p)
                return type(node)(there) if len(there) > 1 else (there[0] if there else None)
        return node

    def _corrected(self, node: Node | None) -> tuple[Node | None, dict[str, str]]:
        """The tree with mistyped words replaced, and which by which."""
        match node:
            case Word(text, of) if of in CORRECTED_FIELDS:
                meant = self.vocabulary.meant(text)
                return (Word(meant, of), {text: meant}) if meant else (node, {})
            case Not(part):
                inner, words = self._corrected(part)
                return (Not(inner) if inner else None), words
            case And(parts) | Or(parts):
                several = [self._corrected(part) for part in parts]
                merged = {wrong: right for _, words in several for wrong, right in words.items()}
                return type(node)(tuple(part for part, _ in several if part)), merged
        return node, {}

    def _order(self, full: Mask, scores: np.ndarray, sort: str, is_worded: bool) -> np.ndarray:
        """The found rows in order; without words the most relevant are the newest."""
        if sort == "relevance" and is_worded:
            rows = np.flatnonzero(full)
            return rows[np.argsort(-scores[rows], kind="stable")]
        order = self._orders["newest" if sort == "relevance" else sort]
        return order[full[order]]

    def _found(self, rows: np.ndarray, scores: np.ndarray, node: Node | None) -> tuple[Hit, ...]:
        marked_words = sought(node, self.vocabulary)
        hits = []
        for row, shown in zip(rows.tolist(), self.shown_rows(rows), strict=True):
            objective = shown.pop("objective") or ""
            hits.append(
                Hit(
                    **shown,
                    snippet=passage(objective, marked_words),
                    title_parts=marked(shown["title"], marked_words),
                    score=round(float(scores[row]), 4),
                )
            )
        return tuple(hits)

    def _counts(self, asked: _Understood) -> dict[str, Any]:
        columns, full = self.collection.columns, asked.full
        years = columns["year"]
        country = columns["country"]
        return {
            "facets": count_facets(self.collection, asked.matches.mask, asked.masks, full, asked.filters),
            "timeline": tuple(
                (int(y), int(n)) for y, n in zip(years.values, years.counts(full), strict=True) if n
            ),
            "countries": {c: int(n) for c, n in zip(country.values, country.counts(full), strict=True) if n},
            "organisations": int(np.count_nonzero(columns["organisation"].counts(full))),
        }

    def _exported(self, order: np.ndarray) -> pa.Table:
        return self.shown.select(EXPORTED).take(whole_numbers(order))


_NOTHING: dict[str, Any] = {"facets": (), "timeline": (), "countries": {}, "organisations": 0}


def _is_filter(name: str) -> bool:
    try:
        return bool(facet(name))
    except UsageError:
        return False


def _check(text: str, page: int, page_size: int, sort: str) -> None:
    if not isinstance(text, str):
        raise UsageError(
            f"a query is a text, and {text!r:.60} is {type(text).__name__}",
            remedy=f'write it in quotes: "{text!s:.40}"',
        )
    for name, value in (("page", page), ("page_size", page_size)):
        if not isinstance(value, int):
            raise UsageError(f"{value!r:.60} is no number", where=name, remedy=f"write {name}=1")
    if len(text) > LONGEST_QUERY:
        raise UsageError(
            f"the query has {len(text):,} characters", remedy=f"shorten it to {LONGEST_QUERY} or fewer"
        )
    if not 1 <= page_size <= PAGE_SIZE_AT_MOST:
        raise UsageError(
            f"a page cannot have {page_size} projects", remedy=f"ask for 1 to {PAGE_SIZE_AT_MOST}"
        )
    if not 1 <= page <= PAGE_AT_MOST:
        raise UsageError(f"there is no page {page}", remedy="pages count from 1")
    if sort not in SORTS:
        raise UsageError(f"there is no order '{sort}'", remedy=nearest(sort, SORTS))


def _published_sum(amounts: np.ndarray) -> float | None:
    """The sum of the amounts that were published; None when none was."""
    there = amounts[~np.isnan(amounts)]
    return float(there.sum()) if len(there) else None
