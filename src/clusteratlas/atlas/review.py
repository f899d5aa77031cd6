"""Pairs of records that a person should look at: the likelier a mistake and the more hangs on it, the sooner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clusteratlas.atlas.profiles.identity import Judgement, judgements
from clusteratlas.errors import NotFoundError

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas
    from clusteratlas.identity.decisions import Decision

LEAST = 0.01
"""Probability of a mistake below which nobody needs to look."""
MOST = 2_000
"""Pairs of a queue."""
# Two PICs are worth a look only where they would be held to be one.
# What hangs on a pair is what would move: the projects and the money of the smaller of the two.
QUEUE = """
  WITH pairs AS (
    SELECT left_record_id, right_record_id, score, NULL AS kind FROM identity_judgement
    WHERE who <> 'person' AND verdict <> 'different' AND score < 1
    UNION ALL BY NAME
    SELECT left_record_id, right_record_id, score, kind FROM identity_conflict WHERE kind <> 'person'),
  records AS (
    SELECT organisation_record_id, organisation_id, published_organisation_id AS published FROM organisation_record),
  parts AS (
    SELECT r.published, count(DISTINCT p.project_id) AS projects, coalesce(sum(p.net_eu_contribution_eur), 0) AS eur
    FROM participation p JOIN records r USING (organisation_record_id) GROUP BY 1),
  placed AS (
    SELECT p.*, l.published AS left_published, r.published AS right_published,
      l.organisation_id = r.organisation_id AS is_joined,
      CASE WHEN l.organisation_id = r.organisation_id THEN 1 - score ELSE score END AS doubt
    FROM pairs p JOIN records l ON l.organisation_record_id = p.left_record_id
    JOIN records r ON r.organisation_record_id = p.right_record_id WHERE l.published <> r.published)
  SELECT p.*, a.projects AS left_projects, b.projects AS right_projects, least(a.eur, b.eur) AS eur,
    doubt * (least(a.projects, b.projects) + least(a.eur, b.eur) / 1e6) AS usefulness
  FROM placed p JOIN parts a ON a.published = left_published JOIN parts b ON b.published = right_published
  WHERE doubt >= $least
    AND (kind IS NOT NULL OR NOT (starts_with(left_published, 'pic:') AND starts_with(right_published, 'pic:')))
  QUALIFY row_number() OVER (
    PARTITION BY least(left_published, right_published), greatest(left_published, right_published)
    ORDER BY kind NULLS LAST, doubt DESC, left_record_id, right_record_id) = 1
  ORDER BY usefulness DESC, left_record_id, right_record_id LIMIT $most"""
JUDGED = """
  SELECT * FROM identity_judgement
  WHERE who <> 'person' AND (left_record_id, right_record_id) IN (($left, $right), ($right, $left))"""
STOPPED = """
  SELECT * FROM identity_conflict
  WHERE kind = $kind AND (left_record_id, right_record_id) IN (($left, $right), ($right, $left))"""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pair to look at: published ids, whether they are one organisation now, and how much hangs on it.

    ``doubt`` is the probability that the present state is a mistake; ``eur`` the net EU contribution of the smaller.
    """

    left: str
    right: str
    left_record_id: str
    right_record_id: str
    left_projects: int
    right_projects: int
    eur: float
    is_joined: bool
    doubt: float
    kind: str | None

    @property
    def pair(self) -> tuple[str, str]:
        """The two published ids, in one order."""
        return (self.left, self.right) if self.left < self.right else (self.right, self.left)


def review_queue(atlas: Atlas, decided: Iterable[Decision] = (), most: int = MOST) -> list[Doubt]:
    """The pairs of a release that nobody has decided on yet, the most useful first.

    ``decided`` are the lines of the decisions file; pairs on which one is in force are left out.
    """
    if "identity_judgement" not in atlas.tables:
        return []
    return undecided([_doubt(row) for row in atlas.rows(QUEUE, {"least": LEAST, "most": most})], decided)


def undecided(queue: Iterable[Doubt], decided: Iterable[Decision]) -> list[Doubt]:
    """Those of a queue on which no decision is in force."""
    from clusteratlas.identity.decisions import in_force

    known = {tuple(sorted(one.partition("#")[0] for one in decision.pair)) for decision in in_force(decided)}
    return [doubt for doubt in queue if doubt.pair not in known]


def _doubt(row: dict[str, Any]) -> Doubt:
    given = {name: row[name] for name in Doubt.__dataclass_fields__ if name not in ("left", "right")}
    return Doubt(left=row["left_published"], right=row["right_published"], **given)


def evidence(atlas: Atlas, doubt: Doubt) -> Judgement:
    """What speaks for and against a pair of the queue."""
    pair = {"left": doubt.left_record_id, "right": doubt.right_record_id}
    judged = atlas.rows(JUDGED, pair)
    stopped = atlas.rows(STOPPED, {**pair, "kind": doubt.kind}) if doubt.kind else []
    row = {
        **(judged[0] if judged else {"verdict": "unsure", "who": "rule"}),
        **(stopped[0] if stopped else {}),
    }
    return judgements(atlas, [row])[0]


def check_known(atlas: Atlas, *ids: str) -> None:
    """Raise `NotFoundError` for an id that no record of the release was published under, nor is a record's own."""
    query = """SELECT count(*) FROM organisation_record
               WHERE organisation_record_id = $id OR published_organisation_id = $id"""
    for one in ids:
        if not atlas.cursor.execute(query, {"id": one}).fetchall()[0][0]:
            raise NotFoundError(
                f"no record of this release was published as {one!r}",
                remedy="`clusteratlas identity explain ORGANISATION` lists the ids of an organisation",
            )
