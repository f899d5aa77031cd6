"""Why the records of an organisation are one, which others may be it too, and what it is part of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

MOST_JUDGEMENTS, MOST_DOUBTS, MOST_LINKS = 40, 8, 40
RECORD = """organisation_record_id, organisation_id, published_organisation_id, name, short_name, city, postal_code,
  country_code, vat_number, website_url, activity_type, rows, source"""
JUDGED = """
  SELECT * FROM identity_judgement WHERE left_organisation_id = $id OR right_organisation_id = $id
  ORDER BY who <> 'person', score DESC, left_record_id, right_record_id"""
STOPPED = """
  WITH ours AS (SELECT organisation_record_id AS record_id FROM organisation_record WHERE organisation_id = $id)
  SELECT c.* FROM identity_conflict c
  WHERE c.left_record_id IN (FROM ours) OR c.right_record_id IN (FROM ours)
  ORDER BY score DESC, left_record_id, right_record_id"""
LINKS = "SELECT * FROM organisation_link WHERE organisation_id = $id ORDER BY kind, linked_name, linked_id"
SPLIT = """
  SELECT new_organisation_id FROM organisation_redirect WHERE organisation_id = $id AND reason = 'split' ORDER BY 1"""
LEADS = (
    "SELECT new_organisation_id FROM organisation_redirect WHERE organisation_id = $id AND reason <> 'split'"
)
KINDS = {
    "pic": "they have different PICs",
    "ror": "they have different entries in the Research Organization Registry",
    "national_id": "they have different national numbers",
    "vat": "they have different VAT numbers",
    "source": "their source lists each body once",
    "person": "somebody said that they are different",
}
"""What stands against a join that looks right, in words."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records that were compared, and the organisation that it belongs to."""

    organisation_record_id: str
    organisation_id: str
    published_organisation_id: str
    name: str | None
    city: str | None
    country_code: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Two records, whether they are one (``verdict``), who says so (``who``: rule, model or person), and why.

    ``score`` is the probability that they are one; ``sentences`` say what speaks for and against it; ``against`` what
    certain thing kept them apart, where something did.
    """

    left: Side
    right: Side
    verdict: str
    score: float | None
    who: str
    author: str | None
    decided_on: date | None
    sentences: tuple[str, ...]
    against: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Another organisation that this one is part of, or whose number it shares; not merged."""

    kind: str
    organisation_id: str | None
    name: str | None
    evidence: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """``judgements``: for each published id the surest reason why it is here. ``doubts``: others that may be the same.
    ``links``: what it is part of. ``split_into``: organisations that came out of it."""

    judgements: tuple[Judgement, ...] = ()
    doubts: tuple[Judgement, ...] = ()
    links: tuple[Link, ...] = ()
    split_into: tuple[str, ...] = ()


def identity_of(atlas: Atlas, organisation_id: str) -> Identity:
    """What the release tells of the identity of an organisation; nothing for a release of older days."""
    if "identity_judgement" not in atlas.tables:
        return Identity()
    given = {"id": organisation_id}
    judged = atlas.rows(JUDGED, given)
    within = _one_each([row for row in judged if row["left_organisation_id"] == row["right_organisation_id"]])
    across = [row for row in judged if row["left_organisation_id"] != row["right_organisation_id"]]
    stopped = [{**row, "verdict": "unsure", "who": "rule"} for row in atlas.rows(STOPPED, given)]
    said = [row for row in across if row["who"] == "person"]
    unsure = [row for row in across if row["who"] != "person" and row["verdict"] != "different"]
    apart = [*said, *stopped, *unsure]
    doubts = _one_other(organisation_id, apart, sides(atlas, apart))
    return Identity(
        judgements=judgements(atlas, within[:MOST_JUDGEMENTS]),
        doubts=judgements(atlas, doubts[:MOST_DOUBTS]),
        links=tuple(
            Link(row["kind"], row["linked_organisation_id"], row["linked_name"], row["evidence"], row["url"])
            for row in atlas.rows(LINKS, given)[:MOST_LINKS]
        ),
        split_into=tuple(row["new_organisation_id"] for row in atlas.rows(SPLIT, given)),
    )


def leads_to(atlas: Atlas, organisation_id: str) -> str | None:
    """The organisation that an id stands for now which is none itself; None when it leads nowhere."""
    if "organisation_redirect" not in atlas.tables:
        return None
    found = atlas.rows(LEADS, {"id": organisation_id})
    return found[0]["new_organisation_id"] if found else None


def judgements(atlas: Atlas, rows: Iterable[Mapping[str, Any]]) -> tuple[Judgement, ...]:
    """Rows of `identity_judgement` (or `identity_conflict`) with their records and sentences."""
    from clusteratlas.identity import words  # loads Polars

    rows = list(rows)
    records = sides(atlas, rows)
    made = []
    for row in rows:
        left, right = (records.get(row[f"{side}_record_id"]) for side in ("left", "right"))
        if left is None or right is None:
            continue
        said = words(_weighed(row), _compared(left), _compared(right))
        against = _against(row)
        made.append(
            Judgement(
                *(
                    Side(**{name: record[name] for name in Side.__dataclass_fields__})
                    for record in (left, right)
                ),
                *(row["verdict"], row["score"], row["who"], row.get("author"), row.get("decided_on")),
                tuple(said),
                against,
            )
        )
    return tuple(made)


def sides(atlas: Atlas, rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The records that judgements speak of, by their ids."""
    ids = sorted({row[f"{side}_record_id"] for row in rows for side in ("left", "right")})
    query = f"SELECT {RECORD} FROM organisation_record WHERE organisation_record_id IN (SELECT unnest($ids::VARCHAR[]))"
    found = atlas.rows(query, {"ids": ids}) if ids else []
    return {row["organisation_record_id"]: row for row in found}


def _weighed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A judgement as `identity.words` takes it; what a person said is quoted elsewhere."""
    return {**row, "reason": None if row["who"] == "person" else row.get("reason")}


def _compared(record: Mapping[str, Any]) -> dict[str, Any]:
    published = record["published_organisation_id"]
    pic = published.removeprefix("pic:") if published.startswith("pic:") else None
    return {**record, "country": record["country_code"], "pic": pic}


def _against(row: Mapping[str, Any]) -> str | None:
    if row["who"] == "person":
        return row["reason"]
    if "kind" not in row:
        return None
    said = KINDS.get(row["kind"], row["kind"])
    values = [row["left_value"], row["right_value"]]
    return said if row["kind"] in ("source", "person") else f"{said} ({', '.join(filter(None, values))})"


def _one_each(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of judgements within an organisation, those that hold it together: a chain from published id to published id,
    the surest first, then those between records of one id."""
    kept, of = [], {}

    def root(name: str) -> str:
        while of.get(name, name) != name:
            name = of[name]
        return name

    for row in rows:
        left, right = (root(row[f"{side}_record_id"].rsplit("#", 1)[0]) for side in ("left", "right"))
        if left != right or row["who"] == "person":
            of[right] = left
            kept.append(row)
    return kept


def _one_other(
    organisation_id: str, rows: list[dict[str, Any]], records: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Of judgements with other organisations, the first with each."""
    first: dict[str, dict[str, Any]] = {}
    for row in rows:
        homes = {
            records[i]["organisation_id"]
            for s in ("left", "right")
            if (i := row[f"{s}_record_id"]) in records
        }
        for other in homes - {organisation_id}:
            first.setdefault(other, row)
    return list(first.values())
