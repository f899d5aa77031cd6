"""Variants of a star profile whose thresholds are moved a little: each one alone, and all together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from clusteratlas.observatory.arguments import INNER_SHARE, check
from clusteratlas.observatory.strength.profile import Criterion, StarProfile, Threshold

ALL = "all"
"""What stands for criterion and threshold where every threshold is moved."""


@dataclass(frozen=True)
class Move:
    """A variant of a profile: what was moved, by which share, and to which amount (None for all together)."""

    criterion: str
    threshold: str
    change: float
    amount: float | None
    profile: StarProfile


def moves(profile: StarProfile, by: float | Sequence[float]) -> list[Move]:
    """The variants: each threshold alone, then all together, stricter and looser by each share of ``by``.

    Raises `UsageError` for a share that is not between 0 and 1.
    """
    several = isinstance(by, Sequence) and not isinstance(by, str) and len(by) > 0
    for share in by if several else [by]:
        check(INNER_SHARE, by=share)
    shares = sorted(set(by) if several else {by})
    changes = [*(-share for share in reversed(shares)), *shares]
    alone = [move for change in changes for move in _alone(profile, change)]
    order = [c.name for c in profile.criteria]
    alone.sort(key=lambda move: order.index(move.criterion))
    together = [Move(ALL, ALL, change, None, _together(profile, change)) for change in changes]
    return [*alone, *together]


def _alone(profile: StarProfile, change: float) -> Iterator[Move]:
    for criterion in profile.criteria:
        for threshold in criterion.thresholds:
            new = moved(threshold, change)
            one = _replaced(criterion, {threshold: new})
            yield Move(criterion.name, threshold.rule, change, new.amount, _with(profile, {criterion: one}))


def _together(profile: StarProfile, change: float) -> StarProfile:
    new = {c: _replaced(c, {t: moved(t, change) for t in c.thresholds}) for c in profile.criteria}
    return _with(profile, new)


def _replaced(criterion: Criterion, new: dict[Threshold, Threshold]) -> Criterion:
    return replace(criterion, thresholds=tuple(new.get(t, t) for t in criterion.thresholds))


def _with(profile: StarProfile, new: dict[Criterion, Criterion]) -> StarProfile:
    return replace(profile, criteria=tuple(new.get(c, c) for c in profile.criteria))


def moved(threshold: Threshold, change: float) -> Threshold:
    """The threshold, stricter by the share ``change`` (looser when it is negative).

    An amount grows by that share of itself; of a top share or percentile, the part of the regions that pass shrinks.

    >>> moved(Threshold("at_least", 2.0, "source"), 0.1).amount
    2.2
    >>> round(moved(Threshold("top_share", 0.1, "source"), 0.1).amount, 9)
    0.09
    >>> round(moved(Threshold("percentile", 0.9, "source"), 0.1).amount, 9)
    0.91
    """
    amount = threshold.amount
    match threshold.rule:
        case "top_share":
            return replace(threshold, amount=min(amount * (1 - change), 1.0))
        case "percentile" | "above_percentile":
            return replace(threshold, amount=max(1 - (1 - amount) * (1 - change), 0.0))
    return replace(threshold, amount=amount + abs(amount) * change)
