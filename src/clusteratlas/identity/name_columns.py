"""Names in columns: their words as numbers, with the rarity of each, and the texts that are compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl
import pyarrow as pa

from clusteratlas.identity.names import Name

Floats = np.ndarray

BACKGROUND = 30_000
"""Names that ``background`` was counted in; the logarithm of it is the most that a word can weigh."""
FEWEST_INITIALS = 3
"""Initials of fewer words tell nothing."""


@dataclass(frozen=True)
class Words:
    """Things (words, parts) of all names as numbers: those ``of`` each name, and what each number stands for."""

    of: pl.Series
    number: dict[object, int]


@dataclass(frozen=True)
class NameColumns:
    """A row for each name.

    ``concepts`` are its distinct words, generic ones as concepts, with ``rarity``, ``has_digit`` and ``text`` by
    number; ``written`` its words as they are, ``initials`` the number of the word that its initials are in some
    name (-1: in none); ``parts`` its parts and, last, the whole, with ``part_letters``. ``run``, ``ordered`` and
    ``concept_run`` are its words run together, in alphabetical order, and run together as concepts.
    """

    concepts: Words
    rarity: Floats
    has_digit: Floats
    text: pl.Series
    written: Words
    initials: np.ndarray
    parts: Words
    part_letters: Floats
    has_parts: np.ndarray
    whole: np.ndarray
    legal_form: np.ndarray
    run: np.ndarray
    ordered: np.ndarray
    concept_run: np.ndarray
    size: Floats
    letters: Floats
    initials_text: list[str]


def in_columns(names: Sequence[Name]) -> NameColumns:
    """``names`` in columns; each word weighed by its rarity here and usually.

    Method: inverse document frequency, Spärck Jones 1972, Journal of Documentation 28.
    """
    concepts = _numbered([dict.fromkeys(name.concepts) for name in names])
    written = _numbered([name.words for name in names])
    parts = _numbered([(*name.parts, name.words) for name in names])
    run = ["".join(name.words) for name in names]
    forms: dict[object, int] = {"": 0}
    initials = [name.initials if len(name.initials) >= FEWEST_INITIALS else "" for name in names]
    return NameColumns(
        concepts,
        _rarity(concepts, len(names)),
        np.array([not word.isalpha() for word in concepts.number], dtype=float),
        pl.Series([word.lower() for word in concepts.number], dtype=pl.String),
        written,
        np.array([written.number.get(text, -1) for text in initials], dtype=np.int64),
        parts,
        np.array([sum(map(len, part)) for part in parts.number], dtype=float),
        np.array([bool(name.parts) for name in names], dtype=bool),
        np.array([parts.number[name.words] for name in names], dtype=np.int64),
        np.array([forms.setdefault(name.legal_form, len(forms)) for name in names], dtype=np.int64),
        _texts(run),
        _texts([" ".join(sorted(name.words)) for name in names]),
        _texts(["".join(name.concepts).lower() for name in names]),
        np.array([len(name.words) for name in names], dtype=float),
        np.array([len(text) for text in run], dtype=float),
        initials,
    )


def _texts(texts: list[str]) -> np.ndarray:
    held = np.empty(len(texts), dtype=object)
    held[:] = texts
    return held


def _numbered(things: Sequence[Iterable[object]]) -> Words:
    number: dict[object, int] = {}
    flat = np.array([number.setdefault(one, len(number)) for held in things for one in held], dtype=np.uint32)
    ends = np.cumsum([0, *map(len, things)]).astype(np.int64)
    lists = pa.LargeListArray.from_arrays(pa.array(ends), pa.array(flat))
    return Words(pl.Series(pl.from_arrow(lists)), number)


def _rarity(words: Words, names: int) -> Floats:
    """The logarithm of names per name that has the word, from 0 to that of ``BACKGROUND``."""
    count = np.bincount(words.of.list.explode(empty_as_null=False).to_numpy(), minlength=len(words.number))
    usual = background()
    before = np.array([usual.get(word, 0) for word in words.number], dtype=float)
    rarity = np.log((names + BACKGROUND) / np.maximum(count + before, 1))
    return np.clip(rarity, 0, np.log(BACKGROUND))


@cache
def background() -> dict[str, int]:
    """How many of about ``BACKGROUND`` names of European organisations have each common word.

    Counted in the names of CORDIS; so that a handful of records is judged as the same among many.

    >>> background()["UNIVERSITY"] > background()["wien"]
    True
    """
    return json.loads(files("clusteratlas.identity").joinpath("word_counts.json").read_text(encoding="utf-8"))
