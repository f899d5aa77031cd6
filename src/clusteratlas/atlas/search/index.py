"""Writing the search index of a release: the texts of its projects, their words, and what a list of hits shows."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import tantivy

from clusteratlas.arrow import write_table
from clusteratlas.atlas.search.words import write_words

FORMAT = 1
TEXT, WORDS, ROWS, ABOUT = "text", "words.arrow", "projects.arrow", "index.json"
FIELDS = ("title", "acronym", "objective", "keyword", "topic", "theme", "participant", "id")
HEAP_BYTES = 200_000_000
BATCH_ROWS = 2_000

# One row a project, in the order of project_id: the row's number is the project's number in all of the search.
PROJECTS = """
  WITH partners AS (
    SELECT p.project_id, list_sort(list_distinct(
        coalesce(list(p.organisation_name) FILTER (p.organisation_name IS NOT NULL), [])
        || coalesce(list(o.short_name) FILTER (o.short_name IS NOT NULL), []))) AS names,
      count(*)::INTEGER AS participants,
      arg_min(p.organisation_name, p.participation_id) FILTER (p.role = 'coordinator') AS coordinator_name,
      arg_min(p.country_code, p.participation_id) FILTER (p.role = 'coordinator') AS coordinator_country
    FROM release.participation p LEFT JOIN release.organisation o USING (organisation_id) GROUP BY p.project_id),
  themes AS (
    SELECT project_id, list(DISTINCT coalesce(path, title) ORDER BY coalesce(path, title)) AS names
    FROM release.project_theme WHERE coalesce(path, title) IS NOT NULL GROUP BY project_id),
  calls AS (
    SELECT project_id, list(concat_ws(' ', call_id, title) ORDER BY call_id, title) AS names
    FROM release.project_call GROUP BY project_id)
  SELECT p.project_id, coalesce(p.acronym, '') AS acronym, coalesce(p.title, '') AS title,
    concat_ws(chr(10), p.summary, p.objective) AS objective, p.programme_id, p.status,
    p.start_date, p.end_date, p.eu_contribution_eur, a.coordinator_name, a.coordinator_country,
    coalesce(a.participants, p.stated_participants, 0) AS participants, coalesce(p.keywords, '') AS keyword,
    list_sort(list_distinct(coalesce(c.names, []) || [concat_ws(' ', p.topic_code, p.topic_title),
      coalesce(p.call_code, ''), coalesce(p.master_call_code, '')])) AS topic,
    coalesce(t.names, []) AS theme, coalesce(a.names, []) AS participant,
    [p.project_id, coalesce(p.publisher_id, ''), coalesce(p.grant_doi, '')] AS id
  FROM release.project p
  LEFT JOIN partners a USING (project_id) LEFT JOIN themes t USING (project_id) LEFT JOIN calls c USING (project_id)
  ORDER BY p.project_id"""

SHOWN = (
    *("project_id", "acronym", "title", "objective", "programme_id", "status", "start_date", "end_date"),
    *("eu_contribution_eur", "coordinator_name", "coordinator_country", "participants"),
)


def read_projects(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """The projects of the attached database `release`; see `clusteratlas.atlas.search.read_projects`."""
    return cursor.sql(PROJECTS).to_arrow_table()


def write_index(rows: pa.Table, directory: Path) -> None:
    """Write the index of a release's projects; see `clusteratlas.atlas.search.build_index`."""
    (directory / TEXT).mkdir(parents=True)
    index = write_texts(rows, directory / TEXT)
    write_table(directory / ROWS, rows.select(SHOWN).combine_chunks())
    searcher = index.searcher()
    write_words(
        directory / WORDS, {name: searcher.terms_with_prefix(name, "") for name in FIELDS if name != "id"}
    )
    about = {"format": FORMAT, "projects": rows.num_rows, "tantivy": tantivy.__version__}
    (directory / ABOUT).write_text(json.dumps(about), "utf-8")


def write_texts(rows: pa.Table, folder: Path) -> tantivy.Index:
    """A tantivy index of the text fields. Words stay as they are: stems are looked up when searching,
    which takes half the time of stemming every word of every text."""
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="default", index_option="position")
    builder.add_integer_field("row", fast=True)
    index = tantivy.Index(builder.build(), path=str(folder))
    index.config_reader("manual")
    writer = index.writer(HEAP_BYTES, 1)
    number = 0
    for batch in rows.select(FIELDS).to_batches(BATCH_ROWS):
        for texts in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            writer.add_document(tantivy.Document(row=number, **dict(zip(FIELDS, texts, strict=True))))
            number += 1
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index
