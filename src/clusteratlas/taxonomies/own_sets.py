"""A category set of one's own, from the text of a CSV file: checked line by line, then used like the others."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clusteratlas.errors import ClusteratlasError, InputError, nearest
from clusteratlas.taxonomies.aggregates import members
from clusteratlas.taxonomies.categories import Category, CategorySet, category_sets
from clusteratlas.taxonomies.industries import NACE_2, industry
from clusteratlas.taxonomies.slugs import slug

COLUMNS = ("category", "industry", "weight", "name")
NEEDED = ("category", "industry")
SEPARATORS = ",;\t"
MOST_ROWS = 100_000

Weights = dict[str, dict[str, float]]


@dataclass(frozen=True)
class OwnSet:
    """A user's category set: its facts, its categories by id, and by class of NACE Rev. 2 the weight of each."""

    facts: CategorySet
    categories: dict[str, Category]
    weights: Weights

    @property
    def category_set(self) -> str:
        """The id of the set."""
        return self.facts.category_set


@dataclass(frozen=True)
class Row:
    """A row of the file: the line it begins on, and its cells."""

    line: int
    category: str
    industry: str
    weight: str
    name: str


def parse_category_set(text: str, name: str, where: str | None = None) -> OwnSet:
    """The category set that a CSV text describes; ``name`` becomes its name and id, ``where`` stands in messages.

    Columns: `category` (the id, or the name), `industry` (a NACE Rev. 2 section, division, group, class or
    aggregate), and if wanted `weight` (0 to 1; 1 when empty) and `name` of the category. Separated by comma,
    semicolon or tab. A group or division stands for all its classes; the weights of a class add up to at most 1.

    Raises InputError with the line and the remedy.

    >>> own = parse_category_set("category,industry,weight\\nHydrogen,20.11,0.5\\nHydrogen,D35,", "Green energy")
    >>> own.category_set, own.weights["C2011"], list(own.categories)
    ('green-energy', {'hydrogen': 0.5}, ['hydrogen'])
    """
    where = where or name
    facts = _facts(name, where)
    rows = list(_rows(text, where))
    if not rows:
        raise InputError(
            "the category set is empty", where=where, remedy="write one line for each industry of a category"
        )
    _refuse_repeated(rows, where)
    return OwnSet(facts, _categories(facts.category_set, rows, where), _weights(rows, where))


def _facts(name: str, where: str) -> CategorySet:
    own = slug(name)
    if not own:
        raise InputError(
            f"{name!r} is no name for a category set", where=where, remedy="use letters or digits"
        )
    if own in category_sets():
        raise InputError(f"there is a category set {own!r} already", where=where, remedy="rename the file")
    return CategorySet(
        category_set=own,
        name=name,
        description=f"A category set of its user's own, from {where}.",
        source=where,
        confidence="own",
        version="1",
    )


def _rows(text: str, where: str) -> Iterator[Row]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = [cell.strip().casefold() for cell in next(reader, [])]
    _check_header(header, where)
    try:
        for cells in reader:
            if reader.line_num > MOST_ROWS:
                raise InputError(
                    f"more than {MOST_ROWS:,} lines", where=where, remedy="is this the right file?"
                )
            if any(cell.strip() for cell in cells):
                found = dict(zip(header, (cell.strip() for cell in cells), strict=False))
                yield Row(reader.line_num, *(found.get(column, "") for column in COLUMNS))
    except csv.Error as fault:
        raise InputError(
            f"this is no CSV text ({fault})",
            where=f"{where}, line {reader.line_num}",
            remedy="save it as CSV",
        ) from fault


def _check_header(header: list[str], where: str) -> None:
    for column in NEEDED:
        if column not in header:
            raise InputError(f"column '{column}' is missing", where=where, remedy=nearest(column, header))
    for column in header:
        if column not in COLUMNS:
            raise InputError(f"column '{column}' is not known", where=where, remedy=nearest(column, COLUMNS))
    if len(set(header)) < len(header):
        raise InputError("two columns have one name", where=where, remedy="leave one of them out")


def _refuse_repeated(rows: Iterable[Row], where: str) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (_category_id(row, where), row.industry.casefold())
        if key in seen:
            raise _fault(row, where, f"{row.industry!r} is in {row.category!r} already (line {seen[key]})")
        seen[key] = row.line


def _category_id(row: Row, where: str) -> str:
    found = slug(row.category)
    if not found:
        raise _fault(row, where, "the category is empty", "write its name")
    return found


def _fault(row: Row, where: str, what: str, remedy: str = "leave one of the lines out") -> InputError:
    return InputError(what, where=f"{where}, line {row.line}", remedy=remedy)


def _categories(own: str, rows: Iterable[Row], where: str) -> dict[str, Category]:
    """The categories in the order in which the file names them first."""
    written: dict[str, str] = {}
    names: dict[str, tuple[str, int]] = {}
    for row in rows:
        category_id = _category_id(row, where)
        written.setdefault(category_id, row.category)
        known, line = names.setdefault(category_id, (row.name, row.line)) if row.name else ("", 0)
        if row.name != known:
            what = f"category {category_id!r} is called {row.name!r} here and {known!r} in line {line}"
            raise _fault(row, where, what, "give it one name")
    return {
        category_id: Category(own, category_id, names.get(category_id, (label, 0))[0], "", position)
        for position, (category_id, label) in enumerate(written.items(), start=1)
    }


def _weights(rows: Iterable[Row], where: str) -> Weights:
    """By class, the weight of each category; raises where they add up to more than 1."""
    found: Weights = defaultdict(lambda: defaultdict(float))
    for row in rows:
        weight, category_id = _weight(row, where), _category_id(row, where)
        for code in _classes(row, where):
            found[code][category_id] += weight
            if sum(found[code].values()) > 1 + 1e-9:
                raise _fault(
                    row,
                    where,
                    f"with {row.industry!r} the weights of class {code} add up to {sum(found[code].values()):g}",
                    "let the weights of an industry, of its parts and of what it is part of add up to at most 1",
                )
    return {code: {c: w for c, w in own.items() if w > 0} for code, own in found.items()}


def _weight(row: Row, where: str) -> float:
    try:
        weight = float(row.weight.replace(",", ".") or 1)
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= 1:
        raise _fault(
            row, where, f"weight {row.weight!r} is not between 0 and 1", "write a share, such as 0.25"
        )
    return weight


def _classes(row: Row, where: str) -> tuple[str, ...]:
    if not row.industry:
        raise _fault(row, where, "the industry is empty", "write a NACE code, such as C10 or 62.01")
    try:
        return members(row.industry, level="class")
    except ClusteratlasError as fault:
        raise _fault(row, where, f"{NACE_2} has no industry {row.industry!r}", _hint(row.industry)) from fault


def _hint(written: str) -> str:
    """The nearest industry to what is written, or how to write one."""
    try:
        return f"write {industry(written).industry_code!r}"
    except ClusteratlasError as fault:
        return fault.remedy or "write a NACE code, such as C10 or 62.01"
