"""Known terms found again in other texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.observatory.trends.terms import WEAK, Tokens, once, plain, read_texts, tokens


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
    rows, kind = read_texts(frame, project, list(texts))
    known = pl.Series(sorted(set(terms)), dtype=pl.String)
    split = [[plain(word) for word in term.split()] for term in known.to_list()]
    found = tokens(rows, [], list(texts), also=[word for words in split for word in words])
    document, term = _found(found, split)
    table = pl.DataFrame({project: rows[project].gather(document), "term": known.gather(term)})
    return kind.frame(table.sort(project, "term"))


def _found(found: Tokens, split: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
    """The documents that have each term, both as numbers."""
    codes = {word: code for code, word in enumerate(found.plain)}
    coded = [[codes.get(word, -1) for word in words] for words in split]
    same = found.document[:-1] == found.document[1:]
    there = np.flatnonzero(found.worth[found.word] >= WEAK)
    prefix = np.zeros(len(there), np.int64)
    width, documents, terms = len(found.plain) + 1, [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    prefixes: dict[tuple[int, ...], int] = {(): 0}
    for length in range(1, max(map(len, coded), default=0) + 1):
        longer = sorted({tuple(c[:length]) for c in coded if len(c) >= length and min(c) >= 0})
        keys = np.array([prefixes[words[:-1]] * width + words[-1] for words in longer], dtype=np.int64)
        order = np.argsort(keys, kind="stable")
        last = there + length - 1
        fits = last < len(found.word)
        if length > 1:
            fits[fits] = same[last[fits] - 1]
        there, prefix, last = there[fits], prefix[fits], last[fits]
        key = prefix * width + found.word[last]
        at = np.searchsorted(keys[order], key)
        hit = (
            (at < len(keys)) & (keys[order][np.minimum(at, len(keys) - 1)] == key)
            if len(keys)
            else np.zeros(len(key), bool)
        )
        there, prefix = there[hit], order[at[hit]]
        prefixes = {words: number for number, words in enumerate(longer)}
        whole = np.full(len(longer), -1)
        for number, words in enumerate(coded):
            if len(words) == length and min(words) >= 0:
                whole[prefixes[tuple(words)]] = number
        said = whole[prefix] if len(longer) else np.zeros(0, np.int64)
        documents.append(found.document[there][said >= 0])
        terms.append(said[said >= 0])
    return once(np.concatenate(terms), np.concatenate(documents))
