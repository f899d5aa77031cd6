"""Tables of the release as downloads, and the `datapackage.json` that describes them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse

from clusteratlas.atlas.export import BATCH_ROWS, FORMATS, Format
from clusteratlas.atlas.extract import extract
from clusteratlas.errors import NotFoundError, nearest
from clusteratlas.pipeline.datapackage import Exported, caution, describe
from clusteratlas.pipeline.schema import table, tables
from clusteratlas.web.data.downloads import CELLS_OF_A_SHEET, download, refuse_large

WARNINGS = {
    "project": "Several sources may describe one project; status and dates are as each published them.",
    "participation": "Amounts of partners need not add up to the project's; names are those of that project.",
    "organisation": "Resolved by the publisher's own numbers; one body may still appear under several.",
    "organisation_record": "Records as they came, kept whole; for counting, use the organisations.",
    "organisation_authority": "A register to know organisations by; its entries are no participants.",
    "project_cluster": "A model's judgement with a probability, no fact of a publisher: read the evidence.",
    "project_theme": "As the publisher classified it; not every project has a theme.",
    "project_result": "Only what was reported by the day of retrieval; young projects have few.",
    "region": "Codes of every NUTS version; join on current codes alone where you mean places of today.",
    "quarantine": "Rows as they stood in the file, broken ones included.",
    "initiative": "Facts gathered by hand; the confidence says how sure each is.",
}

OFFERED = ("csv", "xlsx", "json", "parquet")
"""Formats that are offered to people; all others can be asked for by address."""


@dataclass(frozen=True)
class Offer:
    """A table to download: its rows, what to know before using it, the formats that it comes in."""

    name: str
    title: str
    row: str
    rows: int
    warning: str
    formats: tuple[Format, ...]


def offers(request: HttpRequest) -> tuple[Offer, ...]:
    """Every table of the release with the formats that are not too large."""
    counts = request.atlas.release.manifest["tables"]
    return tuple(
        Offer(
            one.name,
            one.title,
            one.row,
            counts.get(one.name, 0),
            WARNINGS.get(one.name, ""),
            tuple(FORMATS[e] for e in OFFERED if _fits(e, counts.get(one.name, 0), len(one.fields))),
        )
        for one in tables().values()
    )


def _fits(ending: str, rows: int, columns: int) -> bool:
    return ending != "xlsx" or rows * columns <= CELLS_OF_A_SHEET


def rows(request: HttpRequest, name: str, ending: str) -> HttpResponse:
    """All rows of a table as a file."""
    if name not in tables():
        raise NotFoundError(f"there is no table '{name[:60]}'", remedy=nearest(name[:60], tables()))
    count = request.atlas.release.manifest["tables"].get(name, 0)
    if ending == "xlsx":
        refuse_large(count, len(table(name).fields))
    reader = extract(request.atlas, name).to_arrow_reader(BATCH_ROWS)
    about = {
        "table": name,
        "row": table(name).row,
        "caution": f"{WARNINGS.get(name, '')} {caution([ending])}".strip(),
    }
    return download(request, reader, ending, [name.replace("_", "-")], title=name, rows=count, about=about)


def package(request: HttpRequest) -> HttpResponse:
    """Every table's fields, keys and references as a data package; paths lead to the CSV files."""
    counts = request.atlas.release.manifest["tables"]
    files = [Exported(n, f"tables/{n}.csv", "csv", counts.get(n, 0)) for n in tables()]
    described = describe(request.atlas.release.manifest, files)
    return JsonResponse(described, json_dumps_params={"ensure_ascii": False, "indent": 1})
