"""Write the package's sample from a release: cluster projects, others for contrast, and figures of regions.

    python tools/make_sample.py RELEASE [TABLE ...]

The projects and what belongs to them come from Horizon Europe, `observation` from Eurostat's sbs_r_nuts06_r2: what the
release holds of the two is written anew, the rest stays as it is, as does `input_output_flow` (make_sample_chains.py).
With names of tables only these are written. After the classifier was trained, build Horizon Europe anew and run this:

    clusteratlas build --source cordis=cordis-HORIZONprojects-csv.zip --out atlas
    python tools/make_sample.py atlas

A release whose verdicts are not those of the classifier that ships is refused; the fingerprint of that classifier is
kept beside the tables, in `judged_by.txt`.

Facts and figures only: no objective of the publisher is written. Summaries are taken from `summaries.csv` in the
sample's folder, which people write; core projects that have none are listed at the end.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import clusteratlas
from clusteratlas.atlas import Atlas
from clusteratlas.errors import ClusteratlasError, InputError, UsageError
from clusteratlas.pipeline.judge import cases
from clusteratlas.relevance import classify, load_model

SAMPLE = Path(clusteratlas.__file__).parent / "sample"
FOLDER = SAMPLE / "sample"
JUDGED_BY = "judged_by.txt"
CONTRAST = 300

CHOSEN = f"""
  CREATE TEMP TABLE chosen AS
  WITH judged AS (
    SELECT project_id, label FROM project_cluster JOIN project p USING (project_id) WHERE p.source = 'cordis')
  SELECT project_id FROM judged WHERE label IN ('core', 'related')
  UNION ALL
  (SELECT project_id FROM judged WHERE label = 'none' ORDER BY md5(project_id) LIMIT {CONTRAST})
"""
VERDICTS = """
  SELECT project_id, label, round(probability, 6) AS probability, round(core_probability, 6) AS core_probability,
    evidence
  FROM {table} SEMI JOIN chosen USING (project_id) ORDER BY project_id"""
TABLES = {
    "project": """
      SELECT * EXCLUDE (objective, keywords, source, source_file, source_line, confidence, initiative_id)
      FROM project SEMI JOIN chosen USING (project_id) ORDER BY project_id""",
    "participation": """
      SELECT p.participation_id, p.project_id, p.organisation_id, p.position, p.role, p.organisation_name,
        p.eu_contribution_eur, p.net_eu_contribution_eur, p.total_cost_eur, p.is_ended, r.short_name,
        r.activity_type, r.is_sme, r.city, r.country_code, r.nuts_code,
        round(r.latitude, 4) AS latitude, round(r.longitude, 4) AS longitude, r.website_url
      FROM participation p SEMI JOIN chosen USING (project_id) JOIN organisation_record r USING (organisation_record_id)
      ORDER BY p.participation_id""",
    "project_theme": """
      SELECT project_id, scheme, theme_code, title, path FROM project_theme SEMI JOIN chosen USING (project_id)
      WHERE source = 'cordis' ORDER BY ALL""",
    "project_legal_basis": """
      SELECT project_id, legal_basis_code, title, is_main FROM project_legal_basis SEMI JOIN chosen USING (project_id)
      ORDER BY ALL""",
    "project_call": """
      SELECT project_id, call_id, title FROM project_call SEMI JOIN chosen USING (project_id) ORDER BY ALL""",
    "project_result": """
      SELECT result_id, project_id, kind, result_type, title, result_date
      FROM project_result SEMI JOIN chosen USING (project_id) ORDER BY ALL""",
    "project_link": """
      SELECT link_id, project_id, kind, represents, url FROM project_link SEMI JOIN chosen USING (project_id)
      WHERE kind IN ('relatedWebsite', 'socialMedia') ORDER BY ALL""",
    "project_cluster": VERDICTS.format(table="project_cluster"),
}

# Persons employed, wages, local units, in the years with most figures; sections and divisions.
STATISTICS = "sbs_r_nuts06_r2"
FIGURES = {"V16110": (2008, 2010, 2012, 2014), "V13320": (2014,), "V11210": (2014,)}


def main(release: str, *names: str) -> None:
    """Write the sample's files; tell their size and which summaries are missing."""
    atlas, summaries = clusteratlas.open(release), _summaries()
    atlas.cursor.execute(CHOSEN)
    tables = _asked_for(atlas, names)
    FOLDER.mkdir(parents=True, exist_ok=True)
    if "project_cluster" in tables:
        _refuse_other_verdicts(atlas)
        (FOLDER / JUDGED_BY).write_text(load_model().fingerprint + "\n")
    if "observation" in tables:
        _write_figures(atlas)
    for table in (t for t in TABLES if t in tables):
        rows = [_finished(table, row, summaries) for row in atlas.rows(TABLES[table])]
        _write(FOLDER / f"{table}.csv", rows)
    size = sum(f.stat().st_size for f in SAMPLE.rglob("*.csv"))
    print(f"{size / 1e6:.2f} MB in {SAMPLE}")
    for project_id, acronym, title in _without_summary(atlas, summaries):
        print(f"no summary: {project_id} {acronym}: {title}")


def _asked_for(atlas: Atlas, names: tuple[str, ...]) -> set[str]:
    """The tables to write: those named, or all that the release can fill; an empty one is never written."""
    held = set(TABLES) if _any(atlas, "SELECT 1 FROM chosen") else set()
    if _any(atlas, f"SELECT 1 FROM observation WHERE dataset = '{STATISTICS}'"):
        held.add("observation")
    for name in names:
        if name not in held:
            remedy = f"it can fill: {', '.join(sorted(held)) or 'none'}"
            raise UsageError(f"the release does not hold what '{name}' is made of", remedy=remedy)
    return set(names) or held


def _any(atlas: Atlas, query: str) -> bool:
    return atlas.cursor.execute(f"{query} LIMIT 1").fetchone() is not None


def _refuse_other_verdicts(atlas: Atlas) -> None:
    """Judge the chosen projects again; raise `InputError` when the release says otherwise."""
    judged = classify(*cases(atlas.cursor, where="WHERE project_id IN (SELECT project_id FROM chosen)"))
    atlas.cursor.register("judged_now", judged)
    now, kept = (atlas.rows(VERDICTS.format(table=table)) for table in ("judged_now", "project_cluster"))
    others = [row["project_id"] for row, again in zip(kept, now, strict=True) if row != again]
    if others:
        raise InputError(
            f"{len(others)} projects of the release were judged by another classifier ('{others[0]}' is the first)",
            remedy="build the release anew",
        )


def _summaries() -> dict[str, str]:
    file = SAMPLE / "summaries.csv"
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as stream:
        return {row["project_id"]: row["summary"] for row in csv.DictReader(stream)}


def _finished(table: str, row: dict, summaries: dict[str, str]) -> dict:
    if table == "project":
        row["summary"] = summaries.get(row["project_id"])
    if table == "project_cluster":
        row["evidence"] = _facts_only(row["evidence"])
    return row


def _facts_only(evidence: str | None) -> str:
    """The evidence without passages, which are the publisher's words."""
    return json.dumps([e for e in json.loads(evidence or "[]") if e["kind"] != "passage"], ensure_ascii=False)


def _write(file: Path, rows: list[dict]) -> None:
    used = [c for c in rows[0] if any(row[c] is not None for row in rows)]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, used, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({c: _plain(row[c]) for c in used} for row in rows)


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _write_figures(atlas: Atlas) -> None:
    """Countries and regions of level 2: a line for each indicator, year and area, a column for each industry."""
    cells: dict[tuple, dict[str, str]] = {}
    for indicator, years in FIGURES.items():
        found = atlas.cursor.execute(
            """SELECT year, nuts_code, industry_code, value, flag FROM observation
               WHERE dataset = ? AND indicator = ? AND list_contains(?, year) AND level IN (0, 2)
                 AND length(industry_code) IN (1, 3) ORDER BY ALL""",
            [STATISTICS, indicator, list(years)],
        ).fetchall()
        for year, area, industry, value, flag in found:
            cells.setdefault((indicator, year, area), {})[industry] = _cell(value, flag)
    industries = sorted({industry for row in cells.values() for industry in row})
    with (FOLDER / "observation.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["dataset", "indicator", "year", "nuts_code", *industries])
        for key, row in cells.items():
            if any(cell != ":" for cell in row.values()):
                writer.writerow([STATISTICS, *key, *(row.get(industry, "") for industry in industries)])


def _cell(value: float | None, flag: str | None) -> str:
    """A figure as the publisher writes it: `1234 b`, `: c`."""
    return " ".join([":" if value is None else str(_plain(value)), *([flag] if flag else [])])


def _without_summary(atlas: Atlas, summaries: dict[str, str]) -> list[tuple]:
    core = atlas.rows("""SELECT project_id, acronym, title FROM project_cluster JOIN project USING (project_id)
                         SEMI JOIN chosen USING (project_id) WHERE label = 'core' ORDER BY project_id""")
    return [tuple(row.values()) for row in core if row["project_id"] not in summaries]


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ClusteratlasError as error:
        sys.exit(str(error))
