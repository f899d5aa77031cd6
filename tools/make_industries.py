"""Write taxonomies/industries.csv, crosswalk_nace_clusters.csv and crosswalk_naics_clusters.csv.

    python tools/make_industries.py ../shared/data

Expects in the folder: nace/NACE.csv and nace/NAICS2017_NACE.csv (Eurostat), and of the US benchmark cluster definitions
clusters/NAICS_crosswalks_to_Cluster_system.xlsx and clusters/nace_rev2_to_uscmp_cluster_via_naics2017.csv. The names of
NACE Rev. 2.1 and the short names are in the files beside this one.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import python_calamine

from clusteratlas.taxonomies.slugs import slug

TOOLS = Path(__file__).parent
TAXONOMIES = TOOLS.parent / "src/clusteratlas/taxonomies"

SECTIONS = {
    "NACE Rev. 2": "A1-3 B5-9 C10-33 D35 E36-39 F41-43 G45-47 H49-53 I55-56 J58-63 K64-66 L68 M69-75 N77-82 O84 P85 "
    "Q86-88 R90-93 S94-96 T97-98 U99",
    "NACE Rev. 2.1": "A1-3 B5-9 C10-33 D35 E36-39 F41-43 G46-47 H49-53 I55-56 J58-60 K61-63 L64-66 M68 N69-75 O77-82 "
    "P84 Q85 R86-88 S90-93 T94-96 U97-98 V99",
}
LEVELS = {1: "section", 2: "division", 3: "group", 4: "class"}
# The workbook names some industries by codes of its own that stand for several of NAICS 2017.
STANDS_FOR = {"111000": "111", "112000": "112", "482110": "48211"}
VERBS = ("Manufacture of ", "Manufacture and ", "Activities of ")


def read(path: Path) -> list[list[str]]:
    """The rows of a CSV file without its header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def write(name: str, header: Iterable[str], rows: Iterable[tuple]) -> None:
    """Write a CSV file of the taxonomies."""
    with (TAXONOMIES / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def section_letters(classification: str) -> dict[str, str]:
    """The section of each division, by its two digits."""
    found = {}
    for part in SECTIONS[classification].split():
        first, _, last = part[1:].partition("-")
        found |= {f"{n:02d}": part[0] for n in range(int(first), int(last or first) + 1)}
    return found


def full_code(written: str, letters: dict[str, str]) -> str:
    """A code as Eurostat's tables write it: `10.11` is `C1011`."""
    digits = written.replace(".", "")
    return digits if digits.isalpha() else letters[digits[:2]] + digits


def parent(code: str) -> str:
    """The code one level up; empty for a section."""
    return "" if len(code) == 1 else code[:1] if len(code) == 3 else code[:-1]


def shortened(name: str) -> str:
    """A name without its first verb, its afterthoughts and what it leaves out."""
    text = name.partition(";")[0].partition(", except")[0].partition(" (except")[0]
    text = text.removesuffix(" n.e.c.").removesuffix(" not elsewhere classified")
    verb = next((v for v in VERBS if text.startswith(v)), "")
    text = text.removeprefix(verb)
    return text[:1].upper() + text[1:]


def tidy(name: str) -> str:
    """A name on one line, not in capitals, without the one blank too many that the publisher's file has."""
    text = " ".join(name.split()).replace(" — ", "-")
    return text.capitalize() if text.isupper() else text


def industries(classification: str, listed: Iterable[tuple[str, str]]) -> Iterator[tuple]:
    """The rows of one classification, in its order."""
    letters = section_letters(classification)
    short = dict(read(TOOLS / "industry_short_names.csv"))
    by_digits = {code[1:]: name for code, name in short.items() if len(code) == 3}
    if classification == "NACE Rev. 2.1":
        short, by_digits = {}, by_digits | dict(read(TOOLS / "industry_short_names_2_1.csv"))
    names = {full_code(code, letters): tidy(name) for code, name in listed}
    for code in sorted(names):
        level = LEVELS[max(1, len(code) - 1)]
        known = short.get(code) or by_digits.get(code if len(code) == 1 else code[1:])
        yield classification, code, level, parent(code), names[code], known or shortened(names[code])


def all_industries(folder: Path) -> Iterator[tuple]:
    """The rows of both classifications."""
    yield from industries("NACE Rev. 2", ((row[0], row[1]) for row in read(folder / "nace/NACE.csv")))
    yield from industries("NACE Rev. 2.1", ((row[0], row[1]) for row in read(TOOLS / "nace_rev_2_1.csv")))


def cluster_of(scope: str, cluster: str) -> tuple[str, str] | None:
    """The category set and category of a cluster's name; None for government and what is no cluster."""
    if cluster == "NA" or "Government" in cluster:
        return None
    return ("traded-clusters" if scope == "Traded" else "local-clusters"), slug(cluster)


def naics_clusters(folder: Path) -> dict[str, tuple[str, str] | None]:
    """The cluster of each industry of the workbook, by its NAICS code."""
    book = python_calamine.CalamineWorkbook.from_path(
        folder / "clusters/NAICS_crosswalks_to_Cluster_system.xlsx"
    )
    rows = book.get_sheet_by_index(0).to_python()[1:]
    return {str(row[0]).partition(".")[0].strip(): cluster_of(str(row[1]), str(row[2])) for row in rows}


def nace_clusters(folder: Path, naics: dict[str, tuple[str, str] | None]) -> Iterator[tuple]:
    """Class, set, category, weight, number of NAICS industries and basis of each link."""
    letters, seen = section_letters("NACE Rev. 2"), set()
    for code, scope, cluster, count, _, share in read(
        folder / "clusters/nace_rev2_to_uscmp_cluster_via_naics2017.csv"
    ):
        category_set, category = cluster_of(scope, cluster)
        seen.add(code)
        yield (
            full_code(code, letters),
            category_set,
            category,
            float(share),
            int(count),
            "count of industries",
        )
    yield from mended_clusters(folder, naics, letters, seen)


def mended_clusters(folder: Path, naics: dict, letters: dict[str, str], seen: set[str]) -> Iterator[tuple]:
    """Links of classes that the published list leaves out: the workbook names their industries by codes of its own."""
    linked = defaultdict(set)
    for row in read(folder / "nace/NAICS2017_NACE.csv"):
        if len(row[1]) == len("01.11") and row[1] not in seen:
            linked[row[1]].add(row[0])
    for code, members in sorted(linked.items()):
        found = [naics[own] for own, begin in STANDS_FOR.items() for n in members if n.startswith(begin)]
        for category_set, category in sorted(set(found)):
            count = found.count((category_set, category))
            yield (
                full_code(code, letters),
                category_set,
                category,
                count / len(members),
                count,
                "whole sector",
            )


def main(folder: Path) -> None:
    """Make the files from the folder of publishers' files."""
    header = ("classification", "industry_code", "level", "parent_code", "name", "short_name")
    write("industries.csv", header, all_industries(folder))
    naics = naics_clusters(folder)
    header = ("industry_code", "category_set", "category_id")
    write(
        "crosswalk_naics_clusters.csv",
        header,
        ((code, *(found or ("", ""))) for code, found in sorted(naics.items())),
    )
    header = ("industry_code", "category_set", "category_id", "weight", "industries", "basis")
    write("crosswalk_nace_clusters.csv", header, sorted(nace_clusters(folder, naics)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
