"""Known terms found again in other texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.observatory.arguments import check_texts
from clusteratlas.observatory.trends.terms import Tokens, once, read_texts, tokens
from clusteratlas.observatory.trends.vocabulary import WEAK, plain


def find_terms(
    frame: Any,
    terms: Iterable[str],
    *,
    project: str = "project_id",
    texts: Sequence[str] = ("title", "keywords", "objective"),
) -> Any:
    """Which projects say which of the ``terms``, in singular or plural, with or without capitals.

    ``frame`` has one row for each project with ``texts`` (missing values are empty). One row for each project and
    term: ``project_id``, ``term`` as it was given; in the order of projects and terms.

    Raises `InputError` for columns that are absent and projects that are there twice.

    >>> import polars as pl
    >>> projects = pl.DataFrame({"project_id": ["1", "2"], "title": ["New batteries for cars", "A new car"]})
    >>> find_terms(projects, ["battery", "car"], texts=["title"]).rows()
    [('1', 'battery'), ('1', 'car'), ('2', 'car')]
    """
    check_texts(texts=texts)
    check_texts(
        terms=terms if isinstance(terms, Sequence) or not isinstance(terms, Iterable) else list(terms)
    )
    rows, kind = read_texts(frame, project, list(texts))
    known = pl.Series(sorted(set(terms)), dtype=pl.String)
    split = known.str.extract_all(r"\S+").list.eval(plain(pl.element())).to_list()
    found = tokens(rows, [], list(texts), also=[word for words in split for word in words])
    document, term = _found(found, split)
    table = pl.DataFrame({project: rows[project].gather(document), "term": known.gather(term)})
    return kind.frame(table.sort(project, "term"))


def _found(found: Tokens, split: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
    """The documents that have each term, both as numbers: words are followed from one to the next."""
    codes = {word: code for code, word in enumerate(found.plain)}
    coded = [tuple(codes.get(word, -1) for word in words) for words in split]
    goes_on = found.document[:-1] == found.document[1:]
    there = np.flatnonzero(found.worth[found.word] >= WEAK)
    begun = np.zeros(len(there), np.int64)
    beginnings: dict[tuple[int, ...], int] = {(): 0}
    hits = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for length in range(1, max(map(len, coded), default=0) + 1):
        longer = sorted({words[:length] for words in coded if len(words) >= length and min(words) >= 0})
        if length > 1:
            there, begun = _next(there, begun, length, goes_on)
        keys = np.array([beginnings[words[:-1]] * (len(codes) + 1) + words[-1] for words in longer], np.int64)
        there, begun = _matched(begun * (len(codes) + 1) + found.word[there + length - 1], there, keys)
        beginnings = {words: number for number, words in enumerate(longer)}
        for number, words in enumerate(coded):
            if len(words) == length and min(words) >= 0:
                said = there[begun == beginnings[words]]
                hits.append((np.full(len(said), number), found.document[said]))
    return once(*(np.concatenate(part) for part in zip(*hits, strict=True)))


def _next(
    there: np.ndarray, begun: np.ndarray, length: int, goes_on: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The beginnings after which the text goes on by a word."""
    last = there + length - 2
    fits = last < len(goes_on)
    fits[fits] = goes_on[last[fits]]
    return there[fits], begun[fits]


def _matched(key: np.ndarray, there: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where one of the ``keys`` begins, and which."""
    if not len(keys):
        return there[:0], there[:0]
    order = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys[order], key), len(keys) - 1)
    hit = keys[order][at] == key
    return there[hit], order[at[hit]]
