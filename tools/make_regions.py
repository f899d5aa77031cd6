"""Write taxonomies/regions.csv and region_changes.csv from Eurostat's and GISCO's NUTS files.

    python tools/make_regions.py ../shared/data/nuts [../shared/data/eurostat/nama_10r_3empers.sdmx.csv.gz]

Expects in the first folder: NUTS_2013L.csv, NUTS_RG_20M_<2016|2021>_4326.geojson.gz and correspondence/
with Eurostat's workbooks. The second file (persons employed by region) gives the shares of splits; without
it they are equal. Boundaries themselves are not kept: only a point per region and shares of areas.
"""

from __future__ import annotations

import csv
import gzip
import sys
from itertools import pairwise
from pathlib import Path

from anyascii import anyascii
from boundaries import Boundaries
from region_changes import NEW_IN_2024, SILENT, Transition, pairs_of_sheet

from clusteratlas.sources.gisco.correspondence import CODE, cells_of_sheet

TAXONOMIES = Path(__file__).parent.parent / "src/clusteratlas/taxonomies"
REGION_FIELDS = [
    "nuts_code",
    "versions",
    "level",
    "country_code",
    "parent_code",
    "name",
    "latitude",
    "longitude",
]
CHANGE_FIELDS = ["from_version", "to_version", "old_code", "new_code", "change", "share", "basis"]
VERSIONS = (2006, 2010, 2013, 2016, 2021, 2024)
# workbook, its main sheet, first of the two columns of codes, the sheets of changes
WORKBOOKS = {
    2010: ("2006-2010.xls", "NUTS2006-NUTS2010", 1, "Correspondence NUTS-{}"),
    2013: ("NUTS 2010 - NUTS 2013.xls", "NUTS2010-NUTS2013", 1, "Correspondence NUTS-{}"),
    2016: ("NUTS2013-NUTS2016.xlsx", "NUTS2013-NUTS2016", 1, "Correspondence NUTS-{}"),
    2021: ("NUTS2016-NUTS2021.xlsx", "Changes detailed NUTS 2016-2021", 0, "Changes NUTS-{}"),
}
# Statistical regions of 2024 outside the Union that differ from those of 2021, with a point in each.
NORWAY_2024 = {
    "NO072": ("Troms/Romsa/Tromssa", 68.932, 19.673),
    "NO073": ("Finnmark/Finnmárku/Finmarkku", 69.559, 23.659),
    "NO083": ("Østfold", 59.361, 11.299),
    "NO084": ("Akershus", 60.037, 11.164),
    "NO085": ("Buskerud", 60.41, 9.02),
    "NO093": ("Vestfold", 59.323, 10.114),
    "NO094": ("Telemark", 59.52, 8.517),
}
LISBON_2024 = {
    "PT1A": (38.863, -9.227),
    "PT1A0": (38.863, -9.227),
    "PT1B": (38.624, -8.885),
    "PT1B0": (38.624, -8.885),
}
KOSOVO_2024 = {"XK": ("Kosovo", 42.582, 20.889), "XK0": ("Kosovo", 42.582, 20.889)}
NORWAY_GONE = {"NO074", "NO082", "NO091"}
ISO = {"EL": "GR", "UK": "GB"}

Names = dict[int, dict[str, str]]


def read_names(folder: Path) -> Names:
    """For each version, every code with the name its publisher gave it."""
    names: Names = {version: {} for version in VERSIONS}
    for newer, (file, main, column, _) in WORKBOOKS.items():
        older = VERSIONS[VERSIONS.index(newer) - 1]
        for row in cells_of_sheet(folder / "correspondence" / file, main):
            label = next((cell for cell in row[column + 2 : column + 6] if cell), "")
            for version, code in ((older, row[column]), (newer, row[column + 1])):
                code = code.removesuffix("(part)").strip()
                if CODE.fullmatch(code) or (len(code) == 2 and code.isalpha() and code.isupper()):
                    names[version].setdefault(code, label)
    for code, name in read_2013(folder / "NUTS_2013L.csv"):
        names[2013][code] = name
    for code, name in read_2024(folder / "correspondence/NUTS2021-NUTS2024.csv"):
        names[2024][code] = name
    return names


def read_2013(path: Path) -> list[tuple[str, str]]:
    """The list of 2013 (lines end in a bare carriage return)."""
    text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    rows = csv.DictReader(text.splitlines())
    return [(row["NUTS-Code"], row["Description"]) for row in rows if row["NUTS-Code"]]


def read_2024(path: Path) -> list[tuple[str, str]]:
    """The list of 2024 (the Union only; empty rows at the end)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file, delimiter=";")]
    return [(row[1], row[2]) for row in rows[1:] if row and row[0]]


def complete(names: Names, maps: dict[int, Boundaries]) -> None:
    """Latin names from the boundary files; regions outside the Union in 2024; countries."""
    for version, boundaries in maps.items():
        for code, properties in boundaries.properties.items():
            names[version][code] = " ".join(properties["NAME_LATN"].split())
    union = {code[:2] for code in names[2024]}
    for code, name in names[2021].items():
        is_outside = code[:2] not in union | {"UK"} and code not in NORWAY_GONE
        if is_outside or code in union:
            names[2024][code] = name
    added = NORWAY_2024 | KOSOVO_2024
    names[2024].update({code: name for code, (name, _, _) in added.items()})


def read_workers(path: Path | None) -> dict[str, float]:
    """Persons employed by region, latest year; empty without the file."""
    if path is None:
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["TIME_PERIOD"])
    return {
        row["geo"]: float(row["OBS_VALUE"])
        for row in rows
        if row["nace_r2"] == "TOTAL" and row["wstatus"] == "EMP" and row["OBS_VALUE"]
    }


def transitions(
    folder: Path, names: Names, maps: dict[int, Boundaries], workers: dict[str, float]
) -> dict[int, Transition]:
    """What became of each region, by the version that changed it."""
    made = {}
    for older, newer in pairwise(VERSIONS):
        step = Transition(set(names[older]), set(names[newer]), workers)
        step.learn(pairs_of_sheet(changes(folder, newer), step.old, step.new) | SILENT.get(newer, {}))
        step.learn(same_names(step, names[older], names[newer]))
        if newer == 2024:
            step.shares.update({code: share for code, share in NEW_IN_2024.items() if code in step.gone})
        if newer == 2021:
            step.measure(lambda code, heirs: maps[2016].overlap(code, maps[2021], heirs))
        step.climb()
        made[newer] = step
    return made


def changes(folder: Path, newer: int) -> list[list[str]]:
    """The rows of a workbook's three sheets of changes: old code, new code, name, change, explanation."""
    if newer not in WORKBOOKS:
        return []
    file, _, _, pattern = WORKBOOKS[newer]
    sheets = [cells_of_sheet(folder / "correspondence" / file, pattern.format(level)) for level in (1, 2, 3)]
    return [[*row, "", "", ""][:5] for rows in sheets for row in rows]


def same_names(step: Transition, before: dict[str, str], after: dict[str, str]) -> dict[str, set[str]]:
    """Without a note (the list of 2024 has none): a name that went and came at one level is one region."""
    came = {(code[:2], len(code), after[code].casefold()): code for code in step.came}
    keys = {code: (code[:2], len(code), before[code].casefold()) for code in step.gone - step.shares.keys()}
    return {code: {came[key]} for code, key in keys.items() if key in came}


def points(names: Names, maps: dict[int, Boundaries], made: dict[int, Transition]) -> dict[str, tuple]:
    """A point for each code: from its boundary, else the mean of its heirs or of its parts."""
    found = {code: (lat, lon) for code, (_, lat, lon) in (NORWAY_2024 | KOSOVO_2024).items()} | LISBON_2024
    for boundaries in (maps[2021], maps[2016]):
        found |= {code: boundaries.point(code) for code in boundaries.polygons if code not in found}
    for _ in range(3):
        for step in reversed(made.values()):
            for before, (_, share) in step.shares.items():
                _mean(found, before, share)
                for heir in share:
                    _mean(found, heir, {before: 1.0})
    for code in {code for version in names.values() for code in version}:
        _mean(found, code, {other: 1.0 for other in found if other[:-1] == code})
    return found


def _mean(found: dict[str, tuple], code: str, share: dict[str, float]) -> None:
    known = [(found[other], weight) for other, weight in share.items() if other in found]
    if code not in found and known and len(known) == len(share):
        total = sum(weight for _, weight in known)
        found[code] = tuple(round(sum(p[i] * w for p, w in known) / total, 3) for i in (0, 1))


def latin_name(code: str, names: Names, made: dict[int, Transition]) -> str:
    """The latest name in Latin letters: that of an only heir, or a transliteration, when it is not."""
    for version in (2021, 2016, 2024, 2013, 2010, 2006):
        name = names[version].get(code)
        if name and _is_latin(name):
            return _calm(name)
    for step in made.values():
        heirs = list(step.shares.get(code, ("", {}))[1])
        if len(heirs) == 1:
            return latin_name(heirs[0], names, made)
    native = next(names[v][code] for v in reversed(VERSIONS) if names[v].get(code))
    inner = native.rpartition("(")[2].rstrip(")")
    return _calm(inner if _is_latin(inner) else anyascii(native))


def _is_latin(text: str) -> bool:
    return all(ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x2100 for letter in text)


def _calm(name: str) -> str:
    """Names printed in capitals (NUTS 1 before 2021) in ordinary letters."""
    if not name.isupper():
        return name
    small = {"De", "Da", "Do", "Des", "Du", "La", "Le", "Et", "Și", "The", "And", "Of", "Es", "I"}
    words = name.title().replace("'S", "'s").split(" ")
    return " ".join([words[0], *(word.lower() if word in small else word for word in words[1:])])


def parent(code: str) -> str:
    """The code without its last sign, but for the seven regions of Northern Ireland of 2016."""
    if code.startswith("UKN1"):
        return "UKN0"
    return code[:-1] if len(code) > 2 else ""


def write(names: Names, made: dict[int, Transition], found: dict[str, tuple], folder: Path) -> None:
    """Write both files, sorted by code."""
    with (TAXONOMIES / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(REGION_FIELDS)
        for code in sorted({code for version in names.values() for code in version}):
            valid = " ".join(str(v) for v in VERSIONS if code in names[v])
            country = ISO.get(code[:2], code[:2])
            point = found.get(code, ("", ""))
            out.writerow([code, valid, len(code) - 2, country, parent(code),
                          latin_name(code, names, made), *point])  # fmt: skip
    with (TAXONOMIES / "region_changes.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(CHANGE_FIELDS)
        for newer, step in made.items():
            older = VERSIONS[VERSIONS.index(newer) - 1]
            remarks = {row[0].removesuffix("(part)").strip(): row[3] for row in changes(folder, newer)}
            out.writerows((older, newer, *row) for row in step.rows(remarks))


def main(arguments: list[str]) -> None:
    """Make both files from the folder of NUTS files and, when given, the file of persons employed."""
    folder = Path(arguments[0])
    maps = {year: Boundaries(folder / f"NUTS_RG_20M_{year}_4326.geojson.gz") for year in (2016, 2021)}
    names = read_names(folder)
    complete(names, maps)
    made = transitions(folder, names, maps, read_workers(Path(arguments[1]) if len(arguments) > 1 else None))
    write(names, made, points(names, maps, made), folder)


if __name__ == "__main__":
    main(sys.argv[1:])
