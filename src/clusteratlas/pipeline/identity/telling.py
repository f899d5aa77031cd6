"""What a release tells of its organisations: judgements, joins not made, where ids lead."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb

from clusteratlas.identity.decisions import Decision, in_force
from clusteratlas.pipeline.identity.before import Before
from clusteratlas.pipeline.schema import table

if TYPE_CHECKING:
    import polars as pl

# Records that one publisher gives under one id, or several under one PIC: each beside the one published most.
RULED = """
  SELECT f.record_id AS left_record_id, o.record_id AS right_record_id, 'same' AS verdict, 1.0 AS score, 'rule' AS who,
    CASE WHEN starts_with(f.published_id, 'pic:') THEN 'same PIC' ELSE 'published under one id' END AS reason
  FROM (SELECT * FROM placed WHERE turn = 1) f JOIN (SELECT * FROM placed WHERE turn > 1) o
    USING (published_id, organisation_id)
  ANTI JOIN judged j ON (j.left_record_id, j.right_record_id) IN
    ((f.record_id, o.record_id), (o.record_id, f.record_id))"""
PLACED = """
  CREATE TEMP TABLE placed AS
  SELECT organisation_record_id AS record_id, published_organisation_id AS published_id, name, country_code,
    coalesce(n.organisation_id, published_organisation_id) AS organisation_id, rows,
    row_number() OVER (PARTITION BY published_organisation_id, coalesce(n.organisation_id, published_organisation_id)
      ORDER BY rows DESC, organisation_record_id) AS turn
  FROM record r LEFT JOIN resolved n ON n.record_id = r.organisation_record_id"""
JUDGEMENTS = """
  CREATE TABLE stage_identity_judgement AS
  SELECT j.*, l.organisation_id AS left_organisation_id, r.organisation_id AS right_organisation_id
  FROM (SELECT * FROM judged UNION ALL BY NAME ({ruled}) UNION ALL BY NAME SELECT * FROM said) j
  JOIN placed l ON l.record_id = j.left_record_id JOIN placed r ON r.record_id = j.right_record_id"""
DATED = """
  UPDATE stage_identity_judgement AS j SET decided_on = coalesce((
    SELECT any_value(b.decided_on) FROM judged_before b WHERE b.left_record_id = j.left_record_id
      AND b.right_record_id = j.right_record_id AND b.who = j.who AND b.verdict = j.verdict), $today)
  WHERE who <> 'person'"""
# Of two PICs under letter for letter the same name, a person should know.
TWICE = """
  SELECT a.record_id AS left_record_id, b.record_id AS right_record_id, 0.99 AS score, 'pic' AS kind,
    substr(a.published_id, 5) AS left_value, substr(b.published_id, 5) AS right_value
  FROM placed a JOIN placed b ON upper(a.name) = upper(b.name) AND a.country_code = b.country_code
    AND a.organisation_id < b.organisation_id
  WHERE a.turn = 1 AND b.turn = 1 AND starts_with(a.published_id, 'pic:') AND starts_with(b.published_id, 'pic:')"""
CONFLICTS = """
  CREATE TABLE stage_identity_conflict AS
  SELECT * FROM (SELECT * FROM stopped UNION BY NAME ({twice}))
  QUALIFY row_number() OVER (PARTITION BY left_record_id, right_record_id, kind ORDER BY score DESC, left_value) = 1"""


def judgements(
    connection: duckdb.DuckDBPyConnection,
    judged: pl.DataFrame | None,
    decisions: list[Decision],
    before: Before,
    today: date,
) -> None:
    """Make `stage_identity_judgement`: of the model, of rules, of people."""
    connection.execute(PLACED)
    _as_table(connection, "judged", _worth_keeping(connection, judged))
    _as_table(connection, "said", _said(connection, decisions))
    _as_table(connection, "judged_before", before.judged)
    connection.execute(JUDGEMENTS.format(ruled=RULED))
    if len(before.judged):
        connection.execute(DATED, {"today": today})
    else:
        connection.execute(
            "UPDATE stage_identity_judgement SET decided_on = ? WHERE who <> 'person'", [today]
        )


def _worth_keeping(connection: duckdb.DuckDBPyConnection, judged: pl.DataFrame | None) -> pl.DataFrame:
    """Judgements in the columns of the table; two PICs that are different anyway are left out."""
    import polars as pl

    kinds = {"text": pl.String, "float": pl.Float64, "date": pl.Date}
    empty = pl.DataFrame(schema={f.name: kinds[f.type] for f in table("identity_judgement").fields}).drop(
        "left_organisation_id", "right_organisation_id"
    )
    if judged is None:
        return empty
    pic = lambda side: pl.col(f"{side}_record_id").str.extract("^(pic:[^#]*)#")  # noqa: E731 - twice in one line
    needless = (pl.col("verdict") == "different") & (pic("left") != pic("right")).fill_null(value=False)
    there = judged.filter(~needless).select([c for c in judged.columns if c in empty.columns])
    bits = pl.selectors.starts_with("weight_").round(6)
    there = there.with_columns(bits, score=pl.col("score").round(9))
    there = there.with_columns(reason=pl.when(pl.col("reason") != "").then("reason"))
    return pl.concat([empty, there], how="diagonal")


def _said(connection: duckdb.DuckDBPyConnection, decisions: list[Decision]) -> pl.DataFrame:
    """People's decisions in force, each told of the record published most on either side."""
    import polars as pl

    columns = (
        "left_record_id",
        "right_record_id",
        "verdict",
        "score",
        "who",
        "reason",
        "author",
        "decided_on",
    )
    kinds = dict.fromkeys(columns, pl.String) | {"score": pl.Float64, "decided_on": pl.Date}
    held = in_force(decisions)
    names = sorted({name for decision in held for name in decision.pair})
    first = dict(
        connection.execute(
            """SELECT name, arg_max(record_id, (rows, record_id)) FROM (
                 SELECT record_id AS name, record_id, rows FROM placed UNION
                 SELECT published_id, record_id, rows FROM placed)
               WHERE name IN (SELECT unnest($names::VARCHAR[])) GROUP BY name""",
            {"names": names},
        ).fetchall()
    )
    score = {"same": 1.0, "different": 0.0, "unsure": 0.5}
    rows = [
        (
            *sorted((first[d.left], first[d.right])),
            d.verdict,
            score[d.verdict],
            "person",
            d.reason,
            d.author,
            d.date,
        )
        for d in held
        if d.left in first and d.right in first and first[d.left] != first[d.right]
    ]
    made = pl.DataFrame(rows, schema=kinds, orient="row")
    return made.unique(["left_record_id", "right_record_id"], keep="last", maintain_order=True)


def conflicts(connection: duckdb.DuckDBPyConnection, stopped: pl.DataFrame | None) -> None:
    """Make `stage_identity_conflict`; what was joined on another way is no conflict."""
    import polars as pl

    columns = ("left_record_id", "right_record_id", "kind", "left_value", "right_value")
    kinds = {**dict.fromkeys(columns, pl.String), "score": pl.Float64}
    there = pl.DataFrame(schema=kinds) if stopped is None else stopped.select(list(kinds))
    _as_table(connection, "stopped", there.with_columns(pl.col("score").round(9)))
    connection.execute(
        """DELETE FROM stopped s WHERE EXISTS (
             SELECT 1 FROM placed a JOIN placed b USING (organisation_id)
             WHERE a.record_id = s.left_record_id AND b.record_id = s.right_record_id)"""
    )
    connection.execute(CONFLICTS.format(twice=TWICE))


def redirects(connection: duckdb.DuckDBPyConnection, before: Before, every: str) -> None:
    """Make `stage_organisation_redirect`; ``every`` selects all records with their organisation."""
    import polars as pl

    from clusteratlas.identity import stable

    resolved = connection.execute("SELECT count(*) FROM resolved").fetchall()[0][0]
    if before.release_id is None and not resolved:
        made = pl.DataFrame(schema=dict.fromkeys(stable.COLUMNS, pl.String))
    else:
        now = connection.sql(every).pl()
        made = stable.redirects(now, before.records, before.redirects, before.release_id)
    _as_table(connection, "stage_organisation_redirect", made)


def _as_table(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    connection.register("_rows", rows.to_arrow())
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
    connection.unregister("_rows")
