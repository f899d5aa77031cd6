"""Every link of the documentation leads somewhere, and from its first page every other one is found."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
INDEX = DOCS / "README.md"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb")])
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
INLINE = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
DEFINED = re.compile(r"^\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)", re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
ANCHOR = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"|\sid=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@cache
def prose(page: Path) -> str:
    """The text of a page without what stands in code blocks; of a notebook, its cells of text."""
    text = page.read_text("utf-8")
    if page.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(one["source"]) for one in cells if one["cell_type"] == "markdown")
    return FENCE.sub("", text)


def links(page: Path) -> list[str]:
    """Where a page's links lead within the repository."""
    text = CODE.sub(lambda code: "x" * len(code[0]), prose(page))
    found = [*INLINE.findall(text), *DEFINED.findall(text)]
    return [link for link in found if not ELSEWHERE.match(link)]


@cache
def anchors(page: Path) -> set[str]:
    """The anchors of a page: its headings as GitHub names them, and those that are set by hand."""
    taken: dict[str, int] = {}
    names = set()
    for heading in HEADING.findall(prose(page)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        names.add(f"{slug}-{taken[slug]}" if slug in taken else slug)
        taken[slug] = taken.get(slug, 0) + 1
    return names | {one or other for one, other in ANCHOR.findall(prose(page))}


def fault(page: Path, link: str, root: Path = ROOT) -> str | None:
    """What is wrong with a link of a page."""
    place, _, anchor = link.partition("#")
    target = (page.parent / unquote(place)).resolve() if place else page
    if not target.is_relative_to(root) or not target.exists():
        return f"{link}: no such file"
    if anchor and target.suffix == ".md" and unquote(anchor) not in anchors(target):
        return f"{link}: no such heading"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_the_page_leads_somewhere(page: Path) -> None:
    assert [told for link in links(page) if (told := fault(page, link))] == []


def test_the_index_lists_every_page() -> None:
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in links(INDEX)}
    pages = {page for page in PAGES if page.is_relative_to(DOCS) and page != INDEX}
    assert sorted(str(page.relative_to(DOCS)) for page in pages - listed) == []
    assert INDEX in {(ROOT / link).resolve() for link in links(ROOT / "README.md")}


def test_what_leads_nowhere_is_found(tmp_path: Path) -> None:
    """The checker itself: links in code are none, anchors are those that GitHub makes."""
    text = "# A `b`: c, d\n## Twice\n## Twice\n[x](#a-b-c-d) [x](#twice-1) `[x](#no)`\n```\n[x](no.md)\n```\n"
    sample = tmp_path / "page.md"
    sample.write_text(text + "[gone](gone.md) [high](#high) ![p](p.png) [out](https://example.org)")
    assert links(sample) == ["#a-b-c-d", "#twice-1", "gone.md", "#high", "p.png"]
    assert [fault(sample, link, tmp_path) for link in links(sample)] == [
        None,
        None,
        "gone.md: no such file",
        "#high: no such heading",
        "p.png: no such file",
    ]
    assert fault(INDEX, "../README.md") is None
    assert fault(INDEX, "../../shared") == "../../shared: no such file"
