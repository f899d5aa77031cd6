"""What EU projects tell of firms: small ones that take part, come back or are new, and winners of the EIC."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.observatory.described import parsed
from clusteratlas.observatory.firms.kinds import computable
from clusteratlas.observatory.frames import check_columns, ratio

PART = ("organisation_id", "project_id", "programme_id", "is_sme", "start_year")
HERE = Path(__file__).parent


def sme_participation(participations: Any, *, by: Sequence[str] = ()) -> Any:
    """Small and medium-sized enterprises by programme: how many, how many again, how many for the first time.

    ``participations``: a row for each part in a project, with ``organisation_id``, ``project_id``, ``programme_id``,
    ``is_sme`` (null when the publisher does not say) and ``start_year`` of the project. Gives for each programme (and
    combination of ``by``): ``smes``, ``projects`` with one, ``repeat_smes`` with at least two projects of the
    programme (in which it is marked as an SME) and ``repeat_share``, ``newcomers`` with no earlier project of another
    programme among the rows (all of the firm's, also those in which it is not known as small), and
    ``newcomer_share``. Raises `InputError` for columns that are absent.

    >>> import polars as pl
    >>> parts = pl.DataFrame({"organisation_id": ["a", "a", "a", "b"], "project_id": ["1", "2", "3", "3"],
    ...     "programme_id": ["FP7", "H", "H", "H"], "is_sme": [True] * 4, "start_year": [2010, 2022, 2023, 2023]})
    >>> sme_participation(parts).sort("programme_id").select("programme_id", "smes", "repeat_smes", "newcomers").rows()
    [('FP7', 1, 0, 1), ('H', 2, 1, 1)]
    """
    given, hand_back = computable(participations)
    keys = [*dict.fromkeys(by)]
    check_columns(given, [*PART, *keys])
    smes = given.filter(nw.col("is_sme")).select(*dict.fromkeys([*PART, *keys])).unique()
    starts = given.select("organisation_id", "programme_id", "start_year")
    first = starts.group_by("organisation_id").agg(nw.col("start_year").min().alias("__first"))
    here = starts.group_by("organisation_id", "programme_id").agg(nw.col("start_year").min().alias("__here"))
    firms = smes.group_by("organisation_id", "programme_id", *keys).agg(
        nw.col("project_id").n_unique().cast(nw.Int64).alias("__projects")
    )
    firms = firms.join(first, on="organisation_id", how="left")
    firms = firms.join(here, on=["organisation_id", "programme_id"], how="left")
    is_new = (nw.col("__here") == nw.col("__first")).fill_null(False)
    counts = firms.group_by("programme_id", *keys).agg(
        nw.len().cast(nw.Int64).alias("smes"),
        nw.when(nw.col("__projects") > 1).then(1).otherwise(0).sum().cast(nw.Int64).alias("repeat_smes"),
        nw.when(is_new).then(1).otherwise(0).sum().cast(nw.Int64).alias("newcomers"),
    )
    projects = smes.select("programme_id", "project_id", *keys).unique()
    projects = projects.group_by("programme_id", *keys).agg(nw.len().cast(nw.Int64).alias("projects"))
    both = counts.join(projects, on=["programme_id", *keys], how="left")
    result = both.select(
        "programme_id",
        *keys,
        "smes",
        "projects",
        "repeat_smes",
        ratio(nw.col("repeat_smes"), nw.col("smes")).alias("repeat_share"),
        "newcomers",
        ratio(nw.col("newcomers"), nw.col("smes")).alias("newcomer_share"),
    )
    return hand_back(result)


def instrument_winners(participations: Any, *, by: Sequence[str] = ()) -> Any:
    """Small and medium-sized enterprises that won the EIC's or the SME instrument's grants, by instrument.

    ``participations`` as in `sme_participation`, with ``funding_scheme_code``, ``topic_code`` of the project and
    ``net_eu_contribution_eur``. Gives for each instrument (and combination of ``by``): ``winners`` (firms),
    ``projects`` and ``net_eu_contribution_eur`` (of these firms; null where none is published).

    >>> import polars as pl
    >>> parts = pl.DataFrame({"organisation_id": ["a", "b"], "project_id": ["1", "2"], "programme_id": ["HORIZON"] * 2,
    ...     "is_sme": [True, True], "start_year": [2022, 2023], "funding_scheme_code": ["HORIZON-EIC-ACC-BF", "RIA"],
    ...     "topic_code": ["X", "Y"], "net_eu_contribution_eur": [2.5e6, 1e6]})
    >>> instrument_winners(parts).rows()
    [('EIC Accelerator', 1, 1, 2500000.0)]
    """
    given, hand_back = computable(participations)
    keys = [*dict.fromkeys(by)]
    names = [*PART, "funding_scheme_code", "topic_code", "net_eu_contribution_eur", *keys]
    check_columns(given, dict.fromkeys(names))
    data = given.filter(nw.col("is_sme")).with_columns(_instrument().alias("instrument"))
    data = data.filter(~nw.col("instrument").is_null())
    money = nw.col("net_eu_contribution_eur").cast(nw.Float64)
    found = data.group_by("instrument", *keys).agg(
        nw.col("organisation_id").n_unique().cast(nw.Int64).alias("winners"),
        nw.col("project_id").n_unique().cast(nw.Int64).alias("projects"),
        money.sum().alias("__sum"),
        money.count().alias("__told"),
    )
    amount = nw.when(nw.col("__told") > 0).then(nw.col("__sum")).alias("net_eu_contribution_eur")
    return hand_back(found.select("instrument", *keys, "winners", "projects", amount))


def instruments() -> tuple[str, ...]:
    """The names of the instruments, in the order in which a project's is looked for.

    >>> instruments()[-1]
    'SME instrument'
    """
    return tuple(entry["instrument"] for entry in _entries())


@cache
def _entries() -> list[dict[str, Any]]:
    return parsed((HERE / "instruments.yml").read_text("utf-8"), "instruments.yml")["instruments"]


def _instrument() -> nw.Expr:
    """The instrument of a project, null when it is of none."""
    scheme, topic = nw.col("funding_scheme_code").fill_null(""), nw.col("topic_code").fill_null("")
    found = nw.lit(None).cast(nw.String)
    for entry in reversed(_entries()):
        is_so = nw.lit(True)
        for word in entry["topic"]:
            is_so = is_so & topic.str.contains(word, literal=True)
        for start in entry["schemes"]:
            is_so = is_so | scheme.str.starts_with(start)
        found = nw.when(is_so).then(nw.lit(entry["instrument"])).otherwise(found)
    return found
