"""The words of texts: singulars, capitals, and what each word is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TypeVar

import numpy as np
import polars as pl
import yaml

from clusteratlas import taxonomies

END, STOP, WEAK, STRONG = 0, 1, 2, 3
SHORTEST_PLURAL, SLIP = 4, 10
NUMBER, BEGINNING = r"^[\p{Nd}-]*\p{Nd}[\p{Nd}-]*$", r"^[\p{L}\p{N}]"
CAPITALS, PROPER = 0.6, 0.9
"""A word is written with capitals inside or at its beginning when these shares of its occurrences are."""


def vocabulary(
    written: list[str], totals: tuple[np.ndarray, np.ndarray], also: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
    """For each spelling the code of its word; by code what it is worth, how it is mostly written, and plain."""
    counts, _ = totals
    lowered = plain(pl.Series(written, dtype=pl.String)).to_list()
    there = dict.fromkeys(also, int(counts.sum()))
    for word, count in zip(lowered, counts.tolist(), strict=True):
        there[word] = there.get(word, 0) + count
    single = {word: _singular(word, there) for word in there}
    codes = {word: code for code, word in enumerate(sorted(set(single.values())))}
    code = np.array([codes[single[word]] for word in lowered], dtype=np.int32)
    words = list(codes)
    worth = _worth(pl.Series(words, dtype=pl.String))
    return code, worth, _spelled(written, lowered, totals, code, words), words


Words = TypeVar("Words", pl.Series, pl.Expr)


def plain(words: Words) -> Words:
    """Words, as a series or an expression, without capitals and possessive endings.

    >>> plain(pl.Series(["Parkinson’s", "X-rays'"])).to_list()
    ['parkinson', 'x-rays']
    """
    lowered = words.str.to_lowercase().str.replace_all("’", "'", literal=True)
    return lowered.str.strip_suffix("'s").str.strip_chars_end("'-")


def _singular(word: str, there: Mapping[str, int]) -> str:
    """The singular of a word, when the texts have that too, and not as a rare slip.

    >>> _singular("batteries", {"batteries": 9, "battery": 7}), _singular("species", {"species": 900, "specie": 2})
    ('battery', 'species')
    """
    if len(word) < SHORTEST_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is", "ics")):
        return word
    for ending, instead in (("ies", "y"), ("s", ""), ("es", "")):
        if word.endswith(ending):
            single = word.removesuffix(ending) + instead
            if there.get(single, 0) * SLIP > there[word]:
                return single
    return word


def _worth(words: pl.Series) -> np.ndarray:
    """What each word is worth: END, STOP, WEAK or STRONG."""
    known = {name: pl.Series(sorted(listed), dtype=pl.String) for name, listed in word_lists().items()}
    stops = words.is_in(known["stop"].implode()) | (words.str.len_chars() == 1) | words.str.contains(NUMBER)
    weak = words.is_in(known["weak"].implode()) | words.str.ends_with("ing")
    ends = ~words.str.contains(BEGINNING)
    return np.select([ends, stops, weak], [END, STOP, WEAK], STRONG).astype(np.int8)


@cache
def word_lists() -> dict[str, frozenset[str]]:
    """The words that say little: ``stop`` and ``weak`` ones (`words.yml`); names of countries are weak too.

    >>> "greece" in word_lists()["weak"], "hydrogen" in word_lists()["weak"]
    (True, False)
    """
    text = (resources.files("clusteratlas.observatory.trends") / "words.yml").read_text("utf-8")
    found = {name: frozenset(words.split()) for name, words in yaml.safe_load(text).items()}
    names = {one.name.lower() for one in taxonomies.countries().values()}
    return found | {"weak": found["weak"] | (names - found["stop"])}


def _spelled(
    written: list[str],
    lowered: list[str],
    totals: tuple[np.ndarray, np.ndarray],
    code: np.ndarray,
    words: list[str],
) -> list[str]:
    """How each word is mostly written: with capitals where most of its occurrences have them.

    Capitals inside a word (AI, mRNA) count everywhere, one at its beginning (Africa) only in bodies: titles have
    them by habit.
    """
    inner = np.array([word[1:] != word[1:].lower() for word in written], dtype=bool)
    first = np.array([word[:1].isupper() for word in written], dtype=bool) & ~inner
    spelled, most = list(words), np.zeros(len(words))
    for marked, counts, least in ((inner, totals[0], CAPITALS), (first, totals[1], PROPER)):
        whole = np.bincount(code, weights=counts, minlength=len(words))
        capital = np.bincount(code[marked], weights=counts[marked], minlength=len(words))
        for at in np.flatnonzero(marked & (counts > 0) & (capital[code] >= least * whole[code])):
            if lowered[at] == words[code[at]] and counts[at] > most[code[at]]:
                spelled[code[at]], most[code[at]] = written[at].rstrip("'’-"), counts[at]
    return spelled
