"""How to cite a project: in plain words and as BibTeX, with the attribution that the licence asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clusteratlas.atlas.profiles.lines import programme_name

TEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in plain words and as a BibTeX entry."""

    text: str
    bibtex: str


def cite(project: Mapping[str, Any], manifest: Mapping[str, Any], pages: Sequence[Any] = ()) -> Citation:
    """The citation of a project's record in a release.

    ``project`` is a row of the table project; ``pages`` are those that the facts of a curated one come from.
    """
    facts = _facts(project, manifest, pages)
    return Citation(_text(facts), _bibtex(project, facts))


def _facts(project: Mapping[str, Any], manifest: Mapping[str, Any], pages: Sequence[Any]) -> dict[str, str]:
    source = next((s for s in manifest.get("sources", ()) if s.get("source") == project["source"]), {})
    years = [d.year for d in (project["start_date"], project["end_date"]) if d]
    doi = project["grant_doi"]
    page = project["url"] or next((p.url for p in pages if p.url), "")
    number = project["publisher_id"]
    retrieved = source.get("retrieved_at") or ""
    return {
        "title": ": ".join(dict.fromkeys(filter(None, (project["acronym"], project["title"])))),
        "programme": programme_name(project["programme_id"]) or "",
        "number": number or "",
        "years": "–".join(map(str, sorted(set(years)))),
        "first_year": str(years[0]) if years else "",
        "publisher": source.get("publisher", ""),
        "doi": doi or "",
        "url": f"https://doi.org/{doi}" if doi else page,
        "retrieved": retrieved[:10],
        "release_said": f"Clusteratlas release {manifest.get('release_id', '')}",
        "attribution": source.get("licence", {}).get("attribution", ""),
    }


def _text(f: Mapping[str, str]) -> str:
    what = "project" if f["number"] else "cluster partnership"
    kind = " ".join(filter(None, (f["programme"], what, f["number"])))
    parts = (
        f["title"],
        ", ".join(filter(None, (kind[:1].upper() + kind[1:], f["years"]))),
        f["publisher"],
        f["url"],
        ", ".join(filter(None, (f["retrieved"] and f"Record of {f['retrieved']}", f["release_said"]))),
        f["attribution"],
    )
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part)


def _bibtex(project: Mapping[str, Any], f: Mapping[str, str]) -> str:
    key = re.sub(r"[^A-Za-z0-9]+", "-", project["project_id"]).strip("-")
    note = ". ".join(filter(None, (f["release_said"], f["attribution"])))
    entries = {
        "title": "{" + tex(f["title"]) + "}",
        "author": "{" + tex(f["publisher"]) + "}" if f["publisher"] else "",
        "year": f["first_year"],
        "howpublished": tex(" ".join(filter(None, (f["programme"], f["number"])))),
        "doi": f["doi"],
        "url": re.sub(r"[{}\s\\]", "", f["url"]),
        "urldate": f["retrieved"],
        "note": tex(note),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in entries.items() if value)
    return f"@misc{{{key},\n{lines}}}\n"


def tex(text: str) -> str:
    r"""Text with the signs escaped that TeX reads as commands; line breaks become blanks.

    >>> print(tex("R&D_100%"))
    R\&D\_100\%
    """
    return " ".join(text.translate(TEX).split())
