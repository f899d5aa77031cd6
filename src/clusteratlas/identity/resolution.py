"""From records to organisations: certain keys, then names and the other columns, then guarded clusters."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import polars as pl

from clusteratlas.errors import UsageError
from clusteratlas.identity import clusters
from clusteratlas.identity.comparing import judge_units
from clusteratlas.identity.ids import organisation_ids
from clusteratlas.identity.judged import Judged
from clusteratlas.identity.records import in_their_order, like, read_records, session_of
from clusteratlas.identity.units import Units, make_units


@dataclass(frozen=True)
class Resolution:
    """What came of it: each a Polars frame.

    ``organisations``: ``record_id``, ``organisation_id``. ``judgements``: see ``judge``. ``conflicts``: edges not
    followed: ``left_record_id``, ``right_record_id``, ``score``, ``kind`` (of key, or source), ``left_value``,
    ``right_value``.
    """

    organisations: pl.DataFrame
    judgements: pl.DataFrame
    conflicts: pl.DataFrame


def explain(records: Any, *, same: float | None = None) -> Resolution:
    """Resolve ``records`` and say why (see ``resolve`` for the columns and for ``same``)."""
    found = _resolved(records, same)
    return Resolution(found.organisations, found.judged.frame(found.units), _conflicts(found))


@dataclass(frozen=True)
class _Resolved:
    units: Units
    judged: Judged
    organisations: pl.DataFrame
    stopped: list[clusters.Conflict]


def _resolved(records: Any, same: float | None = None) -> _Resolved:
    _check_same(same)
    table = read_records(records)
    units = make_units(table)
    judged = judge_units(units, table, same, session_of(records))
    root, stopped = clusters.join(
        len(units.table), [*judged.certain, *judged.edges()], units.keys, judged.registers
    )
    return _Resolved(units, judged, organisation_ids(table, units, root), [*judged.reused, *stopped])


def resolve(records: Any, *, same: float | None = None) -> Any:
    """The organisation of each record.

    ``records`` is a pandas, Polars, PyArrow, DuckDB or Spark frame: ``record_id``, ``source``, ``name``, ``country``
    and any of ``short_name``, ``city``, ``postal_code``, ``vat_number``, ``website_url``, ``activity_type``,
    ``pic``, ``ror``, ``national_id`` (``postcode``, ``website``, ``vat`` and the like are known too). Returns the
    same kind of frame: ``record_id`` (text), ``organisation_id`` (``pic:``, ``ror:``, ``national:``, ``vat:``, or
    ``org:`` and a digest of its first record), one row for each record, in their order where the frame has one. The
    same records in any order give the same ids. ``same`` is the probability from which likeness joins two records (0 to
    1), in place of the house's: 0.6 by names alone; where there are addresses (postal code or website), 0.95 for a pair
    that has them on both sides and 0.9 for one that has not.

    Raises InputError for what is no dataframe, a column that is missing or misspelt, and a ``record_id`` that stands
    twice; UsageError for a ``same`` that is no probability.

    >>> records = pl.DataFrame({"record_id": [1, 2], "source": ["a", "b"], "name": "Ayuntamiento de León",
    ...                         "country": "ES", "pic": ["999902967", None]})
    >>> resolve(records)["organisation_id"].to_list()
    ['pic:999902967', 'pic:999902967']
    """
    return like(records, in_their_order(records, _resolved(records, same).organisations))


def judge(records: Any, *, same: float | None = None) -> Any:
    """The pairs of records that were looked at, with what speaks for and against each.

    Takes the same as ``resolve`` and returns the same kind: ``left_record_id``, ``right_record_id``,
    ``verdict`` (same, unsure, different), ``score`` (probability that both are one body), ``who`` (rule or
    model), ``reason``, ``weight_name`` and a ``weight_`` for every other column compared (bits: log2 of the odds),
    and the columns of ``evidence.COLUMNS`` on the names.
    """
    _check_same(same)
    table = read_records(records)
    units = make_units(table)
    return like(records, judge_units(units, table, same, session_of(records)).frame(units))


def _check_same(same: float | None) -> None:
    """Raise UsageError for what is no probability."""
    if same is None:
        return
    if isinstance(same, bool) or not isinstance(same, Real) or not 0 <= same <= 1:
        raise UsageError(
            f"same={same!r} is no probability", remedy="give a number from 0 to 1, or leave it out"
        )


def conflicts(records: Any) -> Any:
    """Pairs held to be one that were not joined, for both sides hold a certain key of one kind that differs."""
    return like(records, _conflicts(_resolved(records)))


def _conflicts(found: _Resolved) -> pl.DataFrame:
    first = found.units.first_record
    rows = [
        (
            first[c.edge.left],
            first[c.edge.right],
            c.edge.score,
            c.kind,
            c.left_value,
            c.right_value,
        )
        for c in found.stopped
    ]
    kinds = {
        "left_record_id": pl.String,
        "right_record_id": pl.String,
        "score": pl.Float64,
        "kind": pl.String,
        "left_value": pl.String,
        "right_value": pl.String,
    }
    return pl.DataFrame(rows, schema=kinds, orient="row").sort("left_record_id", "right_record_id", "kind")


__all__ = ["Resolution", "conflicts", "explain", "judge", "resolve"]
