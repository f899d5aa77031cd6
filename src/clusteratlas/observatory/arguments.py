"""What numbers and names a function may be given: one check for every public function, with the allowed range told."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from clusteratlas.errors import UsageError, nearest

MOST = 1_000_000
"""The most samples, permutations or steps that may be asked for."""


@dataclass(frozen=True)
class Range:
    """The numbers an argument may be: from ``low`` to ``high``, the ends left out where ``*_open``."""

    low: float
    high: float = math.inf
    is_whole: bool = False
    low_open: bool = False
    high_open: bool = False

    def holds(self, given: Any) -> bool:
        """Whether ``given`` is a number of this range; truths and not-a-number are none."""
        kind = Integral if self.is_whole else Real
        if isinstance(given, bool) or not isinstance(given, kind) or not math.isfinite(given):
            return False
        above = given > self.low if self.low_open else given >= self.low
        below = given < self.high if self.high_open else given <= self.high
        return above and below

    def __str__(self) -> str:
        """The range in words.

        >>> str(Range(0, 100, low_open=True, high_open=True)), str(Range(1, is_whole=True))
        ('a number between 0 and 100, these left out', 'a whole number of 1 or more')
        """
        number = "a whole number" if self.is_whole else "a number"
        if self.high == math.inf:
            return f"{number} above {self.low:g}" if self.low_open else f"{number} of {self.low:g} or more"
        low, high = f"{self.low:,g}" if self.low < MOST else f"{self.low:,}", f"{self.high:,}"
        if self.low_open and self.high_open:
            return f"{number} between {low} and {high}, these left out"
        if self.low_open:
            return f"{number} above {low} and at most {high}"
        return f"{number} from {low} to {high}"


PERCENTAGE = Range(0, 100)
INNER_PERCENTAGE = Range(0, 100, low_open=True, high_open=True)
SHARE = Range(0, 1)
INNER_SHARE = Range(0, 1, low_open=True, high_open=True)
POSITIVE = Range(0, low_open=True)
NOT_NEGATIVE = Range(0)
COUNT = Range(1, MOST, is_whole=True)
COUNT_OR_NONE = Range(0, MOST, is_whole=True)
SEED = Range(0, 2**32 - 1, is_whole=True)


def check(allowed: Range, **given: Any) -> None:
    """Raise `UsageError`, which tells the allowed range, for an argument that is no number of it.

    >>> check(PERCENTAGE, percentile=95, solid=90.5)
    >>> check(PERCENTAGE, percentile=101)
    Traceback (most recent call last):
    clusteratlas.errors.UsageError: percentile=101 is not possible. Remedy: give a number from 0 to 100
    """
    for name, value in given.items():
        if not allowed.holds(value):
            raise UsageError(f"{name}={told(value)} is not possible", remedy=f"give {allowed}")


def check_if_given(allowed: Range, **given: Any) -> None:
    """As `check`, for arguments that may also be None."""
    check(allowed, **{name: value for name, value in given.items() if value is not None})


def choose(known: Iterable[str], **given: Any) -> None:
    """Raise `UsageError`, which names the nearest, for an argument that is none of the ``known`` words.

    >>> choose(["sum", "mean"], how="men")
    Traceback (most recent call last):
    clusteratlas.errors.UsageError: how='men' is not possible. Remedy: did you mean 'mean'?
    """
    known = list(known)
    for name, value in given.items():
        if not isinstance(value, str) or value not in known:
            remedy = nearest(value, known) if isinstance(value, str) else f"give {' or '.join(known)}"
            raise UsageError(f"{name}={told(value)} is not possible", remedy=remedy)


def choose_among(what: str, known: Iterable[Any], **given: Any) -> None:
    """Raise `UsageError`, which names the nearest text or all numbers, for a value that is not there; None is let pass.

    >>> choose_among("period", [2018, 2019], start=None, end=2091)
    Traceback (most recent call last):
    clusteratlas.errors.UsageError: end: there is no period 2091. Remedy: there is: 2018, 2019
    """
    known = list(known)
    for name, value in given.items():
        if value is not None and not is_among(value, known):
            sought = value if isinstance(value, str) else ""
            remedy = nearest(sought, map(str, known))
            raise UsageError(f"there is no {what} {told(value)}", where=name, remedy=remedy)


def is_among(value: Any, known: Iterable[Any]) -> bool:
    """Whether ``value`` is one of the ``known``; a list or a frame is none."""
    try:
        return value in set(known)
    except TypeError:
        return False


def check_like(there: Any, **given: Any) -> None:
    """Raise `UsageError` for an argument that cannot be put in order with what is ``there``; None is let pass."""
    for name, value in given.items():
        are_numbers = isinstance(value, Real) and isinstance(there, Real)
        if value is not None and there is not None and not are_numbers and not isinstance(value, type(there)):
            raise UsageError(
                f"{name}={told(value)} is not possible", remedy=f"give one such as {told(there)}"
            )


def need_column(**given: Any) -> None:
    """Raise `UsageError` for a column that is needed and was left out by None.

    >>> need_column(period=None)
    Traceback (most recent call last):
    clusteratlas.errors.UsageError: period=None is not possible. Remedy: name the column, such as period='year'
    """
    for name, value in given.items():
        if value is None:
            example = {"period": "year", "region": "nuts", "industry": "nace"}.get(name, name)
            raise UsageError(
                f"{name}=None is not possible", remedy=f"name the column, such as {name}={example!r}"
            )


def check_profile(given: Any) -> None:
    """Raise `UsageError` for a profile that is neither a name or file nor what one holds."""
    if not isinstance(given, str | os.PathLike):
        raise UsageError(
            f"profile={told(given)} is not possible",
            remedy="give a profile's name, a file of your own, or what it holds",
        )


def check_name(**given: Any) -> None:
    """Raise `UsageError` for a column's name that is no text; None is let pass."""
    for name, value in given.items():
        if value is not None and not isinstance(value, str):
            raise UsageError(f"{name}={told(value)} is not possible", remedy="give the name of a column")


def check_mapping(example: str, **given: Any) -> None:
    """Raise `UsageError`, with an ``example``, for an argument that is no mapping; None is let pass."""
    for name, value in given.items():
        if value is not None and not isinstance(value, Mapping):
            raise UsageError(
                f"{name}={told(value)} is not possible", remedy=f"give a mapping: {name}={example}"
            )


def check_texts(**given: Any) -> None:
    """Raise `UsageError` for an argument that is no sequence of texts (a single text is none)."""
    for name, value in given.items():
        is_list = isinstance(value, Sequence) and not isinstance(value, str)
        if not is_list or not all(isinstance(one, str) for one in value):
            raise UsageError(
                f"{name}={told(value)} is not possible",
                remedy=f"give a list of names, such as {name}=['country']",
            )


def check_pairs(**given: Any) -> None:
    """Raise `UsageError` for an argument that is no sequence of pairs of texts."""
    for name, value in given.items():
        is_list = isinstance(value, Sequence) and not isinstance(value, str)
        if not is_list or not all(
            isinstance(one, tuple | list) and len(one) == 2 and all(isinstance(part, str) for part in one)
            for one in value
        ):
            raise UsageError(
                f"{name}={told(value)} is not possible",
                remedy=f"give pairs, such as {name}=[('AT', 'steel')]",
            )


def told(value: Any) -> str:
    """A value as an error tells it: short, and on one line.

    >>> told("many"), told(list(range(99)))
    ("'many'", '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11...')
    """
    if hasattr(value, "columns"):
        return "a dataframe"
    text = repr(value).replace("\n", " ")
    return text if len(text) <= 40 else text[:37] + "..."
